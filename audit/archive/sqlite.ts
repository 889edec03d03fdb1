import { chmodSync, closeSync, mkdirSync, openSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import { ArchiveBusy, type Database, type Query, type Row } from './database.ts';

/** How long a writer waits for another one, milliseconds. */
const BUSY_MS = 2_000;
/** Between two tries, milliseconds. */
const PAUSE_MS = 20;
/** SQLite's primary result codes for a lock that somebody else holds: SQLITE_BUSY, SQLITE_LOCKED. */
const BUSY: ReadonlySet<number> = new Set([5, 6]);

/**
 * The embedded database: one file that any process of this machine may open. Made with mode 600 where it is not there.
 *
 * @param path - of the file, or `:memory:`.
 * @throws the system's or SQLite's error; ArchiveBusy.
 */
export async function openSqlite(path: string): Promise<Database> {
  if (path !== ':memory:') makePrivate(path);
  // SQLite itself would wait for a lock within the call, and hold up everything else of the process: it never waits.
  const database = new DatabaseSync(path, { timeout: 0 });
  try {
    // What is committed is on the disk: the archive's own progress says that it need not be asked for again.
    for (const setting of ['journal_mode = wal', 'synchronous = full', 'foreign_keys = on'])
      await patiently(async () => database.exec(`PRAGMA ${setting}`));
  } catch (error) {
    database.close();
    throw error;
  }
  const opened = fileAt(path);
  const run: Query = async (sql, values = []) =>
    database.prepare(sql.replaceAll(/\$(\d+)/g, '?$1')).all(...values.map(boundOf)) as readonly Row[];
  // One connection: what comes during a transaction waits for its end. Nothing waits for who waits for a lock.
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = last.then(work, work);
    last = turn.catch(() => undefined);
    return turn;
  };
  return {
    engine: 'sqlite',
    query: (sql, values) => patiently(() => inTurn(() => run(sql, values))),
    exclusively: (work) =>
      patiently(() =>
        inTurn(async () => {
          // The lock is had with this or not at all: `work` is never begun twice.
          database.exec('BEGIN IMMEDIATE');
          try {
            const result = await work(run);
            database.exec('COMMIT');
            return result;
          } catch (error) {
            if (database.isTransaction) database.exec('ROLLBACK');
            throw error;
          }
        }),
      ),
    erase: ['DELETE FROM archive_key WHERE hash = $1', 'DELETE FROM archive_content WHERE hash = $1'],
    moved: () => fileAt(path) !== opened,
    close: () => inTurn(async () => database.close()),
  };
}

/** Tries again what meets another's lock, and lets everything else go on meanwhile. @throws ArchiveBusy */
async function patiently<T>(work: () => Promise<T>): Promise<T> {
  const end = performance.now() + BUSY_MS;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!isBusy(error)) throw error;
      if (performance.now() >= end)
        throw new ArchiveBusy(`another process held the archive for ${BUSY_MS} ms`, { cause: error });
    }
    await delay(PAUSE_MS);
  }
}

const isBusy = (error: unknown): boolean =>
  error instanceof Error &&
  'errcode' in error &&
  typeof error.errcode === 'number' &&
  BUSY.has(error.errcode & 0xff);

/** Which file is there; '' where none is, or none is needed. */
function fileAt(path: string): string {
  const found = path === ':memory:' ? undefined : statSync(path, { bigint: true, throwIfNoEntry: false });
  return found === undefined ? '' : `${found.dev}:${found.ino}`;
}

function makePrivate(path: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  try {
    closeSync(openSync(path, 'wx', 0o600));
    chmodSync(path, 0o600);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
}

const boundOf = (value: unknown): SQLInputValue =>
  typeof value === 'boolean' ? Number(value) : (value as SQLInputValue);
