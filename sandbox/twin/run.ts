/** What the main.ts of each twin does: read its arguments, start, say where, and end when it is told to. */

import { parseArgs } from 'node:util';
import { ZodError } from 'zod';

interface Running {
  readonly url: string;
  close(): Promise<void>;
}

function readArguments(): { options: Record<string, unknown>; endWithStdin: boolean } {
  const { values } = parseArgs({
    options: {
      port: { type: 'string' },
      'notify-url': { type: 'string' },
      options: { type: 'string', default: '{}' },
      'end-with-stdin': { type: 'boolean', default: false },
    },
  });
  const options: Record<string, unknown> = { ...(JSON.parse(values.options) as Record<string, unknown>) };
  if (values.port !== undefined) options['port'] = Number(values.port);
  if (values['notify-url'] !== undefined) options['notifyUrl'] = values['notify-url'];
  return { options, endWithStdin: values['end-with-stdin'] };
}

/**
 * Prints `ready http://127.0.0.1:PORT` as a line on stdout once the twin listens, and ends on SIGTERM or SIGINT; with
 * `--end-with-stdin` also when standard input ends. Exit codes: 0 ended, 2 wrong use, 3 could not listen.
 *
 * @param start parses the options itself and throws what is wrong with them
 */
export async function runTwin(name: string, start: (options: never) => Promise<Running>): Promise<void> {
  try {
    const { options, endWithStdin } = readArguments();
    const twin = await start(options as never);
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
      `${name} twin: ${error instanceof ZodError ? JSON.stringify(error.issues) : String(error)}\n`,
    );
    process.exitCode = listening ? 3 : 2;
  }
}
