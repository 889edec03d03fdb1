/**
 * A private PostgreSQL for a test. CI must install what a new machine lacks: run by root on Debian, this does. Elsewhere
 * a machine without it says `NOT RUN postgres: …`, and the test ends at once.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Postgres,
  PostgresMissing,
  type PostgresOptions,
  startPostgres,
} from '../../temporal/cluster/postgres.ts';
import { postgresPrograms } from '../../temporal/cluster/postgres-programs.ts';

const INSTALL_MS = 5 * 60_000;
const APT = '/usr/bin/apt-get';

/**
 * Starts one in a folder of its own under the system's temporary folder, or in the one given.
 *
 * @returns null on a machine that cannot have it, after saying so; `remove` stops it and deletes its folder.
 */
export async function testPostgres(
  options: Partial<PostgresOptions> = {},
): Promise<(Postgres & { readonly folder: string; remove(): Promise<void> }) | null> {
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'tranche-postgres-'));
  try {
    installPostgres();
    const postgres = await startPostgres({ ...options, folder });
    const remove = async (): Promise<void> => {
      await postgres.stop();
      rmSync(folder, { recursive: true, force: true });
    };
    return { ...postgres, folder, remove };
  } catch (error) {
    if (options.folder === undefined) rmSync(folder, { recursive: true, force: true });
    if (!(error instanceof PostgresMissing)) throw error;
    process.stdout.write(`NOT RUN postgres: ${error.message}\n`);
    return null;
  }
}

/** Installs the package where it is missing and can be had: root, Debian's package manager, its registry in reach. */
export function installPostgres(): void {
  try {
    postgresPrograms();
  } catch (error) {
    if (process.getuid?.() !== 0 || !existsSync(APT)) throw error;
    process.stderr.write('postgres: installing it with apt-get (once, about a minute) …\n');
    // Two test files may come here at once.
    const lock = ['-o', 'DPkg::Lock::Timeout=180', '-o', 'Acquire::Retries=2'];
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    const apt = (...args: string[]): void => {
      execFileSync(APT, [...lock, ...args], {
        env,
        stdio: ['ignore', 'ignore', 'pipe'],
        timeout: INSTALL_MS,
        killSignal: 'SIGKILL',
      });
    };
    try {
      apt('update', '-q');
      apt('install', '-q', '-y', '--no-install-recommends', 'postgresql');
    } catch (failure) {
      const { stderr } = failure as { stderr?: Buffer };
      const last = stderr?.toString().trim().split('\n').at(-1) ?? String(failure);
      throw new PostgresMissing(`apt-get could not install PostgreSQL (${last})`);
    }
  }
}
