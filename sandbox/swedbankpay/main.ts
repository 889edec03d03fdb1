/**
 * The Swedbank Pay twin in a process of its own.
 *
 *     node sandbox/swedbankpay/main.ts --port 0 --notify-url http://127.0.0.1:8080/v1/notifications/swedbank-se
 *
 * Every other option goes in as JSON: `--options '{"tickets":true}'`. Scripted amounts: script.ts.
 */

import { runTwin } from '../twin/run.ts';
import { startSwedbankPayTwin } from './twin.ts';

await runTwin('Swedbank Pay', startSwedbankPayTwin);
