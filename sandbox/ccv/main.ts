/**
 * The CCV twin in a process of its own.
 *
 *     node sandbox/ccv/main.ts --port 0
 *
 * Prints `ready http://127.0.0.1:PORT` as a line on stdout once it listens, and ends on SIGTERM or SIGINT. Every other
 * option goes in as JSON: `--options '{"captureMs":500}'`. With `--end-with-stdin` it also ends when its standard input
 * ends, so that it does not outlive a parent that was killed. Exit codes: 0 ended, 2 wrong use, 3 could not listen.
 * Scripted amounts: script.ts.
 */

import { parseArgs } from 'node:util';
import { ZodError } from 'zod';
import { startCcvTwin } from './twin.ts';

function readArguments(): { options: Record<string, unknown>; endWithStdin: boolean } {
  const { values } = parseArgs({
    options: {
      port: { type: 'string' },
      options: { type: 'string', default: '{}' },
      'end-with-stdin': { type: 'boolean', default: false },
    },
  });
  const options: Record<string, unknown> = { ...(JSON.parse(values.options) as Record<string, unknown>) };
  if (values.port !== undefined) options['port'] = Number(values.port);
  return { options, endWithStdin: values['end-with-stdin'] };
}

try {
  const { options, endWithStdin } = readArguments();
  const twin = await startCcvTwin(options);
  const end = (): void => {
    void twin.close().then(() => {
      process.exit(0);
    });
  };
  process.once('SIGTERM', end).once('SIGINT', end);
  if (endWithStdin) process.stdin.once('end', end).once('error', end).resume();
  process.stdout.write(`ready ${twin.url}\n`);
} catch (error) {
  const listening =
    error instanceof Error && 'code' in error && error.code !== undefined && 'syscall' in error;
  process.stderr.write(
    `ccv twin: ${error instanceof ZodError ? JSON.stringify(error.issues) : String(error)}\n`,
  );
  process.exitCode = listening ? 3 : 2;
}
