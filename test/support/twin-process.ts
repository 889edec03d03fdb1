/** How the process of every twin begins and ends. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/**
 * Starts it twice, and ends it by SIGTERM and by the end of its standard input.
 *
 * @param main - the twin's main.ts.
 * @param options - arguments beside `--port 0 --end-with-stdin`.
 * @returns for each time the first of what it wrote, its exit code and the signal that ended it.
 */
export async function runsOf(
  main: URL,
  options: readonly string[] = [],
): Promise<readonly (readonly [written: string, code: unknown, signal: unknown])[]> {
  const runs: [string, unknown, unknown][] = [];
  for (const end of ['SIGTERM', 'stdin'] as const) {
    const child = spawn(
      process.execPath,
      [fileURLToPath(main), '--port', '0', ...options, '--end-with-stdin'],
      { stdio: ['pipe', 'pipe', 'inherit'] },
    );
    const closed = once(child, 'close');
    const [line] = (await once(child.stdout, 'data')) as [Buffer];
    if (end === 'SIGTERM') child.kill('SIGTERM');
    else child.stdin.end();
    const [code, signal] = (await closed) as [unknown, unknown];
    runs.push([line.toString(), code, signal]);
  }
  return runs;
}
