/** Swedbank Pay keeps the contract: every scenario against its twin over HTTP. */
import { conformance } from '../support/contract-suite.ts';
import { swedbankpay } from './providers/swedbankpay.ts';

conformance(swedbankpay);
