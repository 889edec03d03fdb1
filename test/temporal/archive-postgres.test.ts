// Rule: the archive in PostgreSQL does all that the embedded one does, its writer's role can only append, its keeper's can
// remove what has a tombstone, and a dump that is put back holds the same.
import { execFileSync } from 'node:child_process';
import { readFileSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, describe, expect, test } from 'vitest';
import type { Archive } from '../../audit/archive/archive.ts';
import { checkArchive } from '../../audit/archive/check-archive.ts';
import { copyArchive } from '../../audit/archive/copy.ts';
import { openArchive } from '../../audit/archive/open-archive.ts';
import { noteMissing, writeProgress } from '../../audit/archive/progress.ts';
import { expire } from '../../audit/archive/retention.ts';
import { archiveGrants } from '../../audit/archive/grants.ts';
import { postgresPrograms } from '../../temporal/cluster/postgres-programs.ts';
import { archiveSuite } from '../audit/archive/archive-suite.ts';
import { filled, goldenRecords, inMemory } from '../audit/archive/archives.ts';
import { testKeyRing } from '../support/test-key.ts';
import { testPostgres } from '../support/postgres.ts';

const postgres = await testPostgres({ settings: { fsync: 'off' } });
const opened: Archive[] = [];

/** A new database. */
async function newDatabase(): Promise<string> {
  const name = `archive_${randomUUID().replaceAll('-', '')}`;
  await asOwner(urlOf('postgres'), `CREATE DATABASE ${name}`);
  return urlOf(name);
}

const urlOf = (database: string, user?: string): string => {
  const url = new URL(postgres?.url ?? 'postgres://nobody');
  url.pathname = `/${database}`;
  if (user !== undefined) [url.username, url.password] = [user, 'secret'];
  return url.href;
};

async function asOwner(url: string, ...statements: readonly string[]): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}

async function openAt(url: string): Promise<Archive> {
  const archive = await openArchive({ engine: 'postgres', url }, testKeyRing());
  opened.push(archive);
  return archive;
}

const open = async (): Promise<Archive> => openAt(await newDatabase());

afterAll(async () => {
  await Promise.all(opened.map((archive) => archive.close()));
  await postgres?.remove();
});

// Elsewhere `NOT RUN postgres` was said.
describe.runIf(postgres !== null)('in PostgreSQL', () => {
  archiveSuite(open);

  test('processes that open a new archive at once make its tables once', async () => {
    const url = await newDatabase();
    const archives = await Promise.all([1, 2, 3, 4].map(() => openAt(url)));
    const [record] = await goldenRecords();
    if (record === undefined) throw new Error('no golden payment');
    const puts = await Promise.all(archives.map((archive) => archive.put(record)));
    expect(puts.filter(({ fresh }) => fresh)).toHaveLength(1);
  });

  test('the statements of the docs are the ones that are tried here', () => {
    const roles = { reader: 'archive_reader', writer: 'archive_writer', keeper: 'archive_keeper' };
    const docs = readFileSync(new URL('../../docs/archive.md', import.meta.url), 'utf8').replaceAll(
      /\s+/g,
      ' ',
    );
    for (const statement of archiveGrants(roles)) expect(docs).toContain(`${statement};`);
  });

  test('the roles: who reads cannot write, who writes cannot remove, who keeps removes what has a tombstone', async () => {
    const url = await newDatabase();
    const owner = await openAt(url);
    const [reader, writer, keeper] = ['reader', 'writer', 'keeper'].map(
      (role) => `${role}_${randomUUID().slice(0, 8)}`,
    ) as [string, string, string];
    await asOwner(
      url,
      ...[reader, writer, keeper].map((role) => `CREATE ROLE ${role} LOGIN PASSWORD 'secret'`),
      ...archiveGrants({ reader, writer, keeper }),
    );
    const database = new URL(url).pathname.slice(1);
    const as = (role: string): Promise<Archive> => openAt(urlOf(database, role));
    const [record, second] = await goldenRecords();
    if (record === undefined || second === undefined) throw new Error('no golden payment');

    const writing = await as(writer);
    const { hash } = await writing.put(record);
    await writeProgress(writing.database, { until: '2026-11-21T10:00:00.000Z' });
    await noteMissing(
      writing.database,
      { payment: 'p', run: 'r', ended: 'completed', closedAt: '2026-11-21T10:00:00.000Z' },
      'x',
    );
    for (const sql of [
      'DELETE FROM archive_entry',
      'DELETE FROM archive_content',
      'UPDATE archive_entry SET amount = 1',
      'TRUNCATE archive_entry',
      'ALTER TABLE archive_entry DISABLE TRIGGER ALL',
      'DROP TABLE archive_content',
      "SELECT archive_erase('x')",
    ])
      await expect(writing.database.query(sql), sql).rejects.toThrow(/permission denied|must be owner/);

    const reading = await as(reader);
    expect(await reading.get(hash)).toEqual(record.content);
    expect((await checkArchive(reading)).every(({ pass }) => pass !== false)).toBe(true);
    await expect(reading.put(second)).rejects.toThrow(/permission denied/);

    const keeping = await as(keeper);
    await expect(keeping.database.query('DELETE FROM archive_content')).rejects.toThrow(/permission denied/);
    await expect(keeping.database.query('SELECT archive_erase($1)', [hash])).rejects.toThrow(
      /without a tombstone/,
    );
    for await (const gone of expire(
      keeping,
      { overall: 0, byAccount: {} },
      { now: Date.UTC(2040, 0), by: 'anna', dry: false },
    ))
      expect(gone.records).toBe(1);
    expect(await owner.get(hash)).toBeNull();
  });

  test('restore drill: a dump put back into an empty database holds the same, and every bundle in it holds', async () => {
    const url = await newDatabase();
    const archive = await openAt(url);
    for (const record of await goldenRecords()) await archive.put(record);
    const dump = join(postgres?.folder ?? '', `${randomUUID()}.dump`);
    // A package's programs are together; what is on PATH may be a link to one of them.
    const programs = dirname(realpathSync(join(postgresPrograms(), 'postgres')));
    const run = (program: string, ...args: readonly string[]): void => {
      execFileSync(join(programs, program), args, { stdio: ['ignore', 'ignore', 'inherit'] });
    };
    run('pg_dump', '--format=custom', `--file=${dump}`, `--dbname=${url}`);
    const empty = await newDatabase();
    run('pg_restore', '--exit-on-error', '--no-owner', `--dbname=${empty}`, dump);

    const back = await openAt(empty);
    const entries = await archive.entries(0, 1000);
    expect(await back.entries(0, 1000)).toEqual(entries);
    expect(await checkArchive(back, { witness: await archive.head() })).toEqual(
      await checkArchive(archive, { witness: await archive.head() }),
    );
    for (const { hash } of entries) expect(await back.get(hash ?? '')).toEqual(await archive.get(hash ?? ''));
    await expect(back.database.query('DELETE FROM archive_entry')).rejects.toThrow(/append-only/);
    const [record] = await goldenRecords();
    if (record === undefined) throw new Error('no golden payment');
    await back.put({
      ...record,
      content: { ...record.content, format: 'tranche.run/1' } as never,
      facts: { ...record.facts, kind: 'run', run: 'one more' },
    });
    expect((await back.head()).n).toBe(entries.length + 1);
  });

  test('an embedded archive moves to PostgreSQL and back with its chain', async () => {
    const embedded = await filled(inMemory);
    const moved = await open();
    await copyArchive(embedded, moved);
    expect(
      (await checkArchive(moved, { witness: await embedded.head() })).every(({ pass }) => pass === true),
    ).toBe(true);
    const back = await inMemory();
    await copyArchive(moved, back);
    expect(await back.entries(0, 1000)).toEqual(await embedded.entries(0, 1000));
  });
});
