/** Starts a twin as a child process, so that killing a worker or restarting the caller's services leaves it alone. */

import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export interface SpawnedTwin {
  /** `http://127.0.0.1:PORT`, without a path. */
  readonly url: string;
  readonly pid: number;
  /** SIGTERM, and SIGKILL after five seconds. Resolves when the process has ended; again at once. */
  stop(): Promise<void>;
}

/**
 * @param main the twin's main.ts
 * @throws Error with what the child wrote on stderr when it ends before it is ready
 */
export async function spawnTwin(name: string, main: URL, options: unknown): Promise<SpawnedTwin> {
  const child = spawn(
    process.execPath,
    [fileURLToPath(main), '--end-with-stdin', '--options', JSON.stringify(options)],
    {
      stdio: ['pipe', 'pipe', 'pipe'],
      // A group of its own: Ctrl-C ends the caller, who lets its calls in flight come to their end first.
      detached: true,
    },
  );
  let complaint = '';
  child.stderr.on('data', (chunk: Buffer) => {
    complaint = (complaint + chunk.toString('utf8')).slice(-4_096);
  });
  child.stdin.on('error', () => undefined);
  const ended = new Promise<void>((resolve) => {
    child.once('close', () => resolve()).once('error', () => resolve());
  });
  const url = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line.startsWith('ready ')) resolve(line.slice(6));
    });
    void ended.then(() => reject(new Error(`the ${name} twin did not start: ${complaint.trim()}`)));
  });
  return {
    url,
    pid: child.pid ?? 0,
    async stop() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), 5_000);
      await ended;
      clearTimeout(timer);
    },
  };
}
