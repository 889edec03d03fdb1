/** finline keeps the contract: every scenario against its twin over HTTP. */
import { conformance } from '../support/contract-suite.ts';
import { finline } from './providers/finline.ts';

conformance(finline);
