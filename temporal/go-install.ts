import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type Log, reportProgress } from './progress.ts';
import { onPath } from './temporal-binary.ts';

const LONGEST_MS = 30 * 60_000;

export interface GoInstall {
  readonly env: NodeJS.ProcessEnv;
  readonly log: Log;
  /** What is built, for people: `the CLI 1.5.1`. */
  readonly what: string;
  /** How long it takes, about. */
  readonly about: string;
  /** Go packages with their version. */
  readonly packages: readonly string[];
  /** Where the programs are left, each under its package's last name. Made when it is not there. */
  readonly folder: string;
}

/**
 * Builds pinned programs with the Go toolchain on PATH.
 *
 * @returns undefined, or why there are none
 */
export async function goInstall(options: GoInstall): Promise<string | undefined> {
  const { env, log, what, about, packages } = options;
  const go = onPath('go', env);
  if (go === undefined) return 'there is no go on PATH';
  const folder = join(options.folder, `build-${process.pid}`);
  mkdirSync(folder, { recursive: true });
  log(`temporal: building ${what} with Go (once, about ${about}) …`);
  let [fetched, compiled] = [0, 0];
  let last = '';
  const end = reportProgress(
    log,
    () => `temporal: ${fetched} modules fetched, ${compiled} packages compiled`,
  );
  // GOWORK and GOFLAGS of the caller's own project would change what is built.
  const child = spawn(go, ['install', '-v', ...packages], {
    env: { ...env, GOBIN: folder, GOWORK: 'off', GOFLAGS: '' },
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe'],
    timeout: LONGEST_MS,
    killSignal: 'SIGKILL',
  });
  const killed = () => child.kill('SIGKILL');
  process.once('exit', killed);
  const closed = new Promise<string | undefined>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code) => resolve(code === 0 ? undefined : `exit code ${code ?? 'none'}: ${last}`));
  });
  createInterface({ input: child.stderr }).on('line', (line) => {
    if (line.startsWith('go: downloading')) fetched += 1;
    else if (/^[\w.~/-]+$/.test(line)) compiled += 1;
    else last = line;
  });
  try {
    const failure = await closed;
    if (failure !== undefined) return `go install failed, ${failure}`;
    for (const name of readdirSync(folder)) renameSync(join(folder, name), join(options.folder, name));
    return undefined;
  } finally {
    process.removeListener('exit', killed);
    end();
    rmSync(folder, { recursive: true, force: true });
  }
}
