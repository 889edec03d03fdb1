import { spawn } from 'node:child_process';
import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { type Log, reportProgress } from './progress.ts';
import { CLI_VERSION, cachedBinary, onPath } from './temporal-binary.ts';

const MODULE = `github.com/temporalio/cli/cmd/temporal@v${CLI_VERSION}`;
const LONGEST_MS = 30 * 60_000;

/**
 * Builds the pinned Temporal CLI with the Go toolchain on PATH and moves it into the cache folder.
 *
 * @returns the program, or why there is none
 */
export async function buildWithGo(options: {
  readonly env: NodeJS.ProcessEnv;
  readonly log: Log;
}): Promise<{ path: string } | string> {
  const { env, log } = options;
  const go = onPath('go', env);
  if (go === undefined) return 'there is no go on PATH';
  const target = cachedBinary(env);
  const folder = join(dirname(target), `build-${process.pid}`);
  mkdirSync(folder, { recursive: true });
  log(`temporal: building the CLI ${CLI_VERSION} with Go (once, about 3 minutes) …`);
  let [fetched, compiled] = [0, 0];
  let last = '';
  const end = reportProgress(
    log,
    () => `temporal: ${fetched} modules fetched, ${compiled} packages compiled`,
  );
  // GOWORK and GOFLAGS of the caller's own project would change what is built.
  const child = spawn(go, ['install', '-v', MODULE], {
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
    renameSync(join(folder, 'temporal'), target);
    return { path: target };
  } finally {
    process.removeListener('exit', killed);
    end();
    rmSync(folder, { recursive: true, force: true });
  }
}
