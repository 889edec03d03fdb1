import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** A part of Tranche in a process of its own, as it would run in production. */
export interface Service {
  readonly pid: number;
  /** The address of its `ready` line. */
  readonly url: string;
  /** Resolves with the signal that ended it, or null for an exit of its own. */
  readonly ended: Promise<NodeJS.Signals | null>;
  /** SIGTERM, and SIGKILL after twenty seconds; by pid. */
  stop(): Promise<void>;
}

const MAIN = fileURLToPath(new URL('../tranche.js', import.meta.url));
const STOP_MS = 20_000;

/**
 * Starts `tranche <command> --config FILE` and waits for its `ready` line.
 *
 * @param args - further words of the command.
 * @throws Error with what it wrote on stderr when it ends before it is ready
 */
export async function startService(
  command: 'worker' | 'api' | 'cluster',
  configFile: string,
  env: NodeJS.ProcessEnv = {},
  args: readonly string[] = [],
): Promise<Service> {
  const child = spawn(process.execPath, [MAIN, '--config', configFile, command, ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let complaint = '';
  child.stderr.on('data', (chunk: Buffer) => {
    complaint = (complaint + chunk.toString('utf8')).slice(-4096);
  });
  const ended = new Promise<NodeJS.Signals | null>((resolve) => {
    child.once('close', (_code, signal) => resolve(signal)).once('error', () => resolve(null));
  });
  const url = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line.startsWith('ready')) resolve(line.slice('ready'.length).trim());
    });
    void ended.then(() => reject(new Error(`tranche ${command} did not start: ${complaint.trim()}`)));
  });
  return {
    pid: child.pid ?? 0,
    url,
    ended,
    async stop() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
      await ended;
      clearTimeout(timer);
    },
  };
}
