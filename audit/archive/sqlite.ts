import { chmodSync, closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import type { Database, Query, Row } from './database.ts';

/** How long a writer waits for another process, milliseconds; it holds this process up meanwhile. */
const BUSY_MS = 2_000;

/**
 * The embedded database: one file that any process of this machine may open. Made with mode 600 where it is not there.
 *
 * @param path - of the file, or `:memory:`.
 * @throws the system's or SQLite's error.
 */
export function openSqlite(path: string): Database {
  if (path !== ':memory:') makePrivate(path);
  const database = new DatabaseSync(path, { timeout: BUSY_MS });
  // What is committed is on the disk: the archive's own progress says that it need not be asked for again.
  for (const setting of ['journal_mode = wal', 'synchronous = full', 'foreign_keys = on'])
    database.exec(`PRAGMA ${setting}`);
  const run: Query = async (sql, values = []) =>
    database.prepare(sql.replaceAll(/\$(\d+)/g, '?$1')).all(...values.map(boundOf)) as readonly Row[];
  // One connection: what comes during a transaction waits for its end.
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = last.then(work, work);
    last = turn.catch(() => undefined);
    return turn;
  };
  return {
    engine: 'sqlite',
    query: (sql, values) => inTurn(() => run(sql, values)),
    exclusively: (work) =>
      inTurn(async () => {
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
    erase: ['DELETE FROM archive_key WHERE hash = $1', 'DELETE FROM archive_content WHERE hash = $1'],
    close: () => inTurn(async () => database.close()),
  };
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
