/** PAYONE keeps the contract: every scenario against its twin over HTTP. */
import { conformance } from '../support/contract-suite.ts';
import { payone } from './providers/payone.ts';

conformance(payone);
