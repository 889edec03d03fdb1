import { execFile } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { cacheFolder } from './cache-folder.ts';

/** The Temporal CLI release that Tranche builds or downloads when none is installed. */
export const CLI_VERSION = '1.5.1';

/** Update-with-start left preview in this server release; an older CLI on PATH is passed over. */
const OLDEST_SERVER = [1, 28] as const;

const run = promisify(execFile);

/** Where a fetched or built CLI of the pinned version is kept. */
export function cachedBinary(env: NodeJS.ProcessEnv): string {
  return join(cacheFolder(env), `temporal-${CLI_VERSION}`, 'temporal');
}

/** True when `path` is a file that may be executed. */
export function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** The first executable called `name` in the folders of PATH, or undefined. */
export function onPath(name: string, env: NodeJS.ProcessEnv): string | undefined {
  return (env['PATH'] ?? '')
    .split(delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, name))
    .find(isExecutable);
}

/**
 * Asks a CLI for its version.
 *
 * @returns why it cannot be used, or undefined when it can
 */
export async function refusal(path: string): Promise<string | undefined> {
  let said: string;
  try {
    ({ stdout: said } = await run(path, ['--version'], { timeout: 30_000, killSignal: 'SIGKILL' }));
  } catch (error) {
    return `${path} --version failed: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`;
  }
  const match = /Server (\d+)\.(\d+)/.exec(said);
  if (match === null) return `${path} does not say which server it brings`;
  const [major, minor] = [Number(match[1]), Number(match[2])];
  const old = major < OLDEST_SERVER[0] || (major === OLDEST_SERVER[0] && minor < OLDEST_SERVER[1]);
  return old ? `${path} brings server ${major}.${minor}, needed is ${OLDEST_SERVER.join('.')}` : undefined;
}
