import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Log, reportProgress } from './progress.ts';
import { CLI_VERSION, cachedBinary, isExecutable } from './temporal-binary.ts';

const LONGEST_MS = 15 * 60_000;

/**
 * Lets the Temporal SDK download the pinned CLI and moves it into the cache folder. The SDK does that as a
 * part of starting a server, so it runs in a process of its own that is ended when nothing arrives for
 * `stallMs` milliseconds.
 *
 * @returns the program, or why there is none
 */
export async function downloadBySdk(options: {
  readonly env: NodeJS.ProcessEnv;
  readonly log: Log;
  readonly stallMs: number;
}): Promise<{ path: string } | string> {
  const { env, log, stallMs } = options;
  const target = cachedBinary(env);
  const folder = join(dirname(target), `download-${process.pid}`);
  mkdirSync(folder, { recursive: true });
  log(`temporal: none installed, asking the SDK to download the CLI ${CLI_VERSION} …`);
  const end = reportProgress(log, () => `temporal: downloading, ${(sizeOf(folder) / 1e6).toFixed(1)} MB`);
  try {
    const failure = await runDownload(folder, env, stallMs);
    const found = readdirSync(folder)
      .map((name) => join(folder, name))
      .find(isExecutable);
    if (found === undefined || failure !== undefined)
      return `the SDK's download failed: ${failure ?? 'no file'}`;
    renameSync(found, target);
    return { path: target };
  } finally {
    end();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Resolves to undefined when the download is complete, else to what went wrong. */
function runDownload(folder: string, env: NodeJS.ProcessEnv, stallMs: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const main = fileURLToPath(new URL('sdk-download-main.ts', import.meta.url));
    const child = spawn(process.execPath, [main, folder, `v${CLI_VERSION}`], {
      env,
      detached: true,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const started = performance.now();
    let said = '';
    let late: string | undefined;
    let [size, since] = [0, started];
    child.stderr.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-2_000);
    });
    // A group of its own, so that ending it also ends a server that the SDK had just started.
    const endGroup = () => {
      if (child.pid === undefined) return;
      try {
        process.kill(-child.pid, 'SIGKILL');
      } catch {
        // Already gone.
      }
    };
    process.once('exit', endGroup);
    const watch = setInterval(() => {
      const now = performance.now();
      const bytes = sizeOf(folder);
      if (bytes > size) [size, since] = [bytes, now];
      if (now - since > stallMs) late = `nothing arrived for ${Math.round(stallMs / 1000)} s`;
      else if (now - started > LONGEST_MS) late = `not complete after ${LONGEST_MS / 60_000} minutes`;
      if (late !== undefined) endGroup();
    }, 500);
    const done = (failure: string | undefined) => {
      clearInterval(watch);
      process.removeListener('exit', endGroup);
      resolve(failure);
    };
    child.once('error', (error) => done(error.message));
    child.once('close', (code) => {
      if (code === 0) done(undefined);
      else done(late ?? (lastLine(said) || `exit code ${code ?? 'none'}`));
    });
  });
}

function sizeOf(folder: string): number {
  try {
    return readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
  } catch {
    return 0;
  }
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1)?.slice(0, 240) ?? '';
}
