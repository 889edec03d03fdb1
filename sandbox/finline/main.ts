/**
 * The finline twin in a process of its own.
 *
 *     node sandbox/finline/main.ts --port 0 --notify-url http://127.0.0.1:8080/v1/notifications/finline-ua
 *
 * Every other option goes in as JSON: `--options '{"settleMs":5}'`. Scripted tokens and amounts: script.ts.
 */

import { runTwin } from '../twin/run.ts';
import { startFinlineTwin } from './twin.ts';

await runTwin('finline', startFinlineTwin);
