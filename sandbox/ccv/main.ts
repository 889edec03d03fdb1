/**
 * The CCV twin in a process of its own.
 *
 *     node sandbox/ccv/main.ts --port 0
 *
 * Every other option goes in as JSON: `--options '{"captureMs":500}'`. Scripted amounts: script.ts. It sends no notices,
 * so `--notify-url` is refused.
 */

import { runTwin } from '../twin/run.ts';
import { startCcvTwin } from './twin.ts';

await runTwin('ccv', startCcvTwin);
