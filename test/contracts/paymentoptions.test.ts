/** PaymentOptions keeps the contract: every scenario against its twin over HTTP. */
import { conformance } from '../support/contract-suite.ts';
import { paymentoptions } from './providers/paymentoptions.ts';

conformance(paymentoptions);
