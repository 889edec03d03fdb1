import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isExecutable, onPath } from '../temporal-binary.ts';

/** PostgreSQL is not on this machine, or cannot be used; the message says what to install or set. */
export class PostgresMissing extends Error {
  override readonly name = 'PostgresMissing';

  constructor(why: string) {
    super(
      `${why}. Install PostgreSQL 13 or newer (Debian and Ubuntu: apt-get install postgresql), ` +
        'or set PG_BIN to the folder with initdb and postgres',
    );
  }
}

/** The user whom Debian's package makes for the database; the server refuses to run as root. */
const SYSTEM_USER = 'postgres';

/** Where Debian's packages put each version's programs. */
const DEBIAN = '/usr/lib/postgresql';

const NEEDED = ['initdb', 'postgres'] as const;

/**
 * Finds PostgreSQL's programs: `PG_BIN`, then PATH, then the newest version of Debian's packages.
 *
 * @returns the folder with `initdb` and `postgres`
 * @throws PostgresMissing
 */
export function postgresPrograms(env: NodeJS.ProcessEnv = process.env): string {
  const given = env['PG_BIN'];
  if (given !== undefined && given !== '') {
    if (complete(given)) return given;
    throw new PostgresMissing(`PG_BIN is ${given}, where ${NEEDED.join(' and ')} are not`);
  }
  const initdb = onPath('initdb', env);
  const folder = [...(initdb === undefined ? [] : [dirname(initdb)]), ...debianFolders()].find(complete);
  if (folder === undefined) throw new PostgresMissing('there is no PostgreSQL on this machine');
  return folder;
}

/**
 * Under whom the database runs: nobody else, or `postgres` where this process is root.
 *
 * @throws PostgresMissing for root on a machine without that user
 */
export function postgresUser(): { readonly uid: number; readonly gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((entry) => entry.startsWith(`${SYSTEM_USER}:`));
  const [, , uid, gid] = line?.split(':') ?? [];
  if (uid === undefined || gid === undefined) {
    throw new PostgresMissing(
      `PostgreSQL does not run as root, and this machine has no user ${SYSTEM_USER} to run it as`,
    );
  }
  return { uid: Number(uid), gid: Number(gid) };
}

const complete = (folder: string): boolean => NEEDED.every((name) => isExecutable(join(folder, name)));

function debianFolders(): string[] {
  let versions: string[];
  try {
    versions = readdirSync(DEBIAN);
  } catch {
    return [];
  }
  return versions
    .filter((version) => /^\d+$/.test(version))
    .toSorted((a, b) => Number(b) - Number(a))
    .map((version) => join(DEBIAN, version, 'bin'));
}
