/** CCV keeps the contract: every scenario against its twin over HTTP. */
import { conformance } from '../support/contract-suite.ts';
import { ccv } from './providers/ccv.ts';

conformance(ccv);
