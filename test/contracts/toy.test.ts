/** A sixth provider gets the suite for free: docs/providers/adding-one.md walks through these files. */
import { conformance } from '../support/contract-suite.ts';
import { tally } from './toy/contract.ts';

conformance(tally);
