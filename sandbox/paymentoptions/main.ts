/**
 * The PaymentOptions twin in a process of its own.
 *
 *     node sandbox/paymentoptions/main.ts --port 0 --options '{"recordFollows":false}'
 *
 * Scripted amounts: script.ts. It sends no notices, so `--notify-url` is refused.
 */

import { runTwin } from '../twin/run.ts';
import { startPaymentOptionsTwin } from './twin.ts';

await runTwin('paymentoptions', startPaymentOptionsTwin);
