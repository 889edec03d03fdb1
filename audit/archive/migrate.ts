import type { Database, Query } from './database.ts';
import { MIGRATIONS } from './tables.ts';

/** The archive was made by a later version of Tranche, or by nobody who may make tables. */
export class ArchiveVersion extends Error {
  override readonly name = 'ArchiveVersion';
}

/** Makes the tables where they are not there, or brings them up to date; where they are, it only reads. @throws ArchiveVersion */
export async function migrate(database: Database): Promise<void> {
  const steps = MIGRATIONS[database.engine];
  if ((await versionOf(database, database.query)) === steps.length) return;
  await database.exclusively(async (query) => {
    if (!(await isThere(database, query)))
      await query('CREATE TABLE archive_version (version integer PRIMARY KEY, made_at text NOT NULL)');
    const version = await versionOf(database, query);
    if (version > steps.length)
      throw new ArchiveVersion(`the archive has version ${version}, this Tranche knows ${steps.length}`);
    for (const [index, statements] of steps.entries()) {
      if (index < version) continue;
      for (const statement of statements) await query(statement);
      await query('INSERT INTO archive_version (version, made_at) VALUES ($1, $2)', [
        index + 1,
        new Date().toISOString(),
      ]);
    }
  });
}

async function versionOf(database: Database, query: Query): Promise<number> {
  if (!(await isThere(database, query))) return 0;
  const [row] = await query('SELECT max(version) AS version FROM archive_version');
  return Number(row?.['version'] ?? 0);
}

async function isThere({ engine }: Database, query: Query): Promise<boolean> {
  const [row] = await query(
    engine === 'postgres'
      ? // Not to_regclass, which may answer out of a cache from before the wait for the lock.
        "SELECT max(relname) AS name FROM pg_class WHERE relname = 'archive_version' AND pg_table_is_visible(oid)"
      : "SELECT (SELECT name FROM sqlite_master WHERE type = 'table' AND name = 'archive_version') AS name",
  );
  return row?.['name'] != null;
}
