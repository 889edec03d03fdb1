/**
 * The PAYONE twin in a process of its own.
 *
 *     node sandbox/payone/main.ts --port 0 --notify-url http://127.0.0.1:8080/v1/notifications/payone-de
 *
 * Every other option goes in as JSON: `--options '{"strictGate":true}'`. Scripted cards and amounts: script.ts.
 */

import { runTwin } from '../twin/run.ts';
import { startPayoneTwin } from './twin.ts';

await runTwin('payone', startPayoneTwin);
