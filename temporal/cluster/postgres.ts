import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, resolve as absolute } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import pg from 'pg';
import { freePort } from '../free-port.ts';
import { birthOf } from '../process-birth.ts';
import type { Log } from '../progress.ts';
import { startDaemon } from './daemon.ts';
import { PostgresMissing, postgresPrograms, postgresUser } from './postgres-programs.ts';

export { PostgresMissing };

export interface PostgresOptions {
  /** Holds everything of it: `data/`, `password`. Made when it is not there; its owner becomes the database's user. */
  readonly folder: string;
  /** Of 127.0.0.1. @default a free one */
  readonly port?: number;
  /** Server settings by their documented names, for example `{ fsync: 'off' }` in a test. @default none */
  readonly settings?: Readonly<Record<string, string>>;
  /** Takes notes and the server's warnings. @default dropped */
  readonly log?: Log;
  /** @default process.env */
  readonly env?: NodeJS.ProcessEnv;
  /** Bound for a start in milliseconds; a start after SIGKILL reads the log first. @default 60000 */
  readonly readyTimeoutMs?: number;
}

export interface Postgres {
  /** `postgres://tranche:…@127.0.0.1:PORT/postgres`, of the one role, which may make databases. */
  readonly url: string;
  readonly port: number;
  /** Of the main process. */
  readonly pid: number;
  /** Resolves when the main process has ended, for whatever reason. */
  readonly exited: Promise<void>;
  /** Ends it in order: sessions are closed, what they had not committed is undone. May be called again. */
  stop(): Promise<void>;
  /** SIGKILL to the main process; the others end by themselves when they see it. */
  kill(): void;
}

/** The only role; it owns the whole private server. */
const ROLE = 'tranche';

/** After a SIGKILL of the main process the others hold its shared memory until they have seen it. */
const LEFTOVER = /shared memory block.*still in use/s;

/** One that was killed counts as running for PostgreSQL until its parent has looked, which may be the system's first process. */
const UNREAPED = /another postmaster \(PID (\d+)\)/;

/** A free port may be taken by someone else before the server binds it. */
const TAKEN = /could not create any TCP\/IP sockets/;

const STOP_MS = 30_000;

const run = promisify(execFile);

/**
 * Starts a PostgreSQL of our own in a folder, which is made ready at the first start: 127.0.0.1 only, no socket file,
 * a random password checked by SCRAM. Run by root it runs as the user `postgres`, who must be able to reach the folder.
 * It ends with this process, even by SIGKILL of it.
 *
 * @throws PostgresMissing where the programs or the user are missing; Error with the last lines of the server when it
 * does not start.
 */
export async function startPostgres(options: PostgresOptions): Promise<Postgres> {
  const { env = process.env, readyTimeoutMs = 60_000 } = options;
  const programs = postgresPrograms(env);
  const user = postgresUser();
  const folder = absolute(options.folder);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (user !== undefined) {
    chownSync(folder, user.uid, user.gid);
    assertReachable(folder);
  }
  const end = performance.now() + readyTimeoutMs;
  const password = await initialise(folder, programs, user);
  for (;;) {
    try {
      return await startOnce({ ...options, folder, programs, user, password, end });
    } catch (error) {
      const { message } = error as Error;
      const [, unreaped] = UNREAPED.exec(message) ?? [];
      const passes =
        LEFTOVER.test(message) ||
        (unreaped !== undefined && birthOf(Number(unreaped)) === undefined) ||
        (options.port === undefined && TAKEN.test(message));
      if (!passes || performance.now() > end) throw error;
      await delay(200);
    }
  }
}

interface Start extends PostgresOptions {
  readonly programs: string;
  readonly user: ReturnType<typeof postgresUser>;
  readonly password: string;
  /** Of `performance.now()`: when to give up. */
  readonly end: number;
}

/** @throws Error with the command that lets the database's user, who is not root, through to the folder. */
function assertReachable(folder: string): void {
  for (let above = dirname(folder); above !== dirname(above); above = dirname(above)) {
    const { mode } = statSync(above);
    if ((mode & 0o001) === 0) {
      throw new Error(
        `PostgreSQL runs as the user postgres, who cannot pass ${above} on the way to ${folder}: chmod o+x ${above}, or choose another folder`,
      );
    }
  }
}

/**
 * Makes the data folder where there is none, and the password of its one role. A folder with anything in it is never
 * touched: it may be a backup that was put back. What is half made is in another folder.
 *
 * @throws Error that names what is in the way
 */
async function initialise(folder: string, programs: string, user: Start['user']): Promise<string> {
  const data = join(folder, 'data');
  const passwordFile = join(folder, 'password');
  const kept = readPassword(passwordFile);
  const inside = existsSync(data) ? readdirSync(data) : [];
  if (inside.includes('PG_VERSION')) {
    if (kept !== undefined) return kept;
    throw new Error(
      `${data} holds a database, and its password is not in ${passwordFile}: put that file back from where the backup is`,
    );
  }
  if (inside.length > 0) {
    throw new Error(
      `${data} holds ${inside.slice(0, 3).join(', ')} but no PG_VERSION, so it is no whole database: put back all of the backup, or move it away`,
    );
  }
  const password = kept ?? randomBytes(24).toString('base64url');
  if (kept === undefined) writeFileSync(passwordFile, `${password}\n`, { mode: 0o600, flush: true });
  if (user !== undefined) chownSync(passwordFile, user.uid, user.gid);
  const fresh = join(folder, 'data.new');
  rmSync(fresh, { recursive: true, force: true });
  const flags = [
    ['--pgdata', fresh],
    ['--username', ROLE],
    ['--pwfile', passwordFile],
    ['--auth', 'scram-sha-256'],
    ['--encoding', 'UTF8'],
    ['--locale', 'C'],
    // A disk that returns something else than was written is found at the next read and by a backup.
    ['--data-checksums'],
  ].flat();
  try {
    await run(join(programs, 'initdb'), flags, {
      // The present folder may be closed to the database's user.
      cwd: '/',
      timeout: 120_000,
      killSignal: 'SIGKILL',
      ...user,
    });
  } catch (error) {
    const { stderr = '' } = error as { stderr?: string };
    const hint =
      user === undefined ? '' : `; it runs as the user postgres, who must be able to reach ${folder}`;
    throw new Error(`initdb failed: ${stderr.trim() || String(error)}${hint}`, { cause: error });
  }
  // Refused by the system where somebody has put a database there meanwhile.
  renameSync(fresh, data);
  return password;
}

/** @returns undefined where there is none, or one whose writing was cut short. */
function readPassword(file: string): string | undefined {
  if (!existsSync(file)) return undefined;
  return readFileSync(file, 'utf8').trim() || undefined;
}

async function startOnce(start: Start): Promise<Postgres> {
  const port = start.port ?? (await freePort());
  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    port: String(port),
    max_connections: '200',
    log_min_messages: 'warning',
    ...start.settings,
  };
  const daemon = await startDaemon({
    program: join(start.programs, 'postgres'),
    args: [
      '-D',
      join(start.folder, 'data'),
      ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    ],
    user: start.user,
    // Closes the sessions; SIGTERM would wait for them to end.
    signal: 'SIGINT',
    stopMs: STOP_MS,
    log: (line) => {
      if (!/ LOG: {2}/.test(line)) start.log?.(line);
    },
  });
  const { pid, exited, gone, stop, kill } = daemon;
  const url = `postgres://${ROLE}:${start.password}@127.0.0.1:${port}/postgres`;
  let reason: unknown;
  while (!gone() && performance.now() < start.end) {
    reason = await refusalOf(url);
    if (reason === undefined && !gone()) {
      return { url, port, pid, exited, stop, kill };
    }
    await delay(50);
  }
  const ended = gone();
  await stop();
  throw new Error(
    `PostgreSQL in ${start.folder} ${ended ? 'ended while starting' : 'was not ready in time'}: ${daemon.said() || String(reason)}`,
    { cause: reason },
  );
}

/** Why it does not answer yet, or undefined. */
async function refusalOf(url: string): Promise<unknown> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('select 1');
    return undefined;
  } catch (error) {
    return error;
  } finally {
    await client.end().catch(() => undefined);
  }
}
