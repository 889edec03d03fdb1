/** Rule: an embedded archive is private to its owner, is shared by processes, and a copy of it holds what it held. */
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Archive } from '../../../audit/archive/archive.ts';
import { checkArchive } from '../../../audit/archive/check-archive.ts';
import { ArchiveAtHand, openArchive, placeOf } from '../../../audit/archive/open-archive.ts';
import { testKeyRing } from '../../support/test-key.ts';
import { goldenRecords } from './archives.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tranche-archive-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const openAt = (name: string): Promise<Archive> =>
  openArchive(placeOf(`sqlite:${join(folder, name)}`), testKeyRing());

test('restore drill: VACUUM INTO while it is open gives an archive with the same entries and contents, that holds', async () => {
  const archive = await openAt('one/archive.sqlite');
  const another = await openAt('one/archive.sqlite');
  const records = await goldenRecords();
  for (const [index, record] of records.entries()) await (index % 2 === 0 ? archive : another).put(record);
  expect(statSync(join(folder, 'one', 'archive.sqlite')).mode & 0o777).toBe(0o600);
  expect(statSync(join(folder, 'one')).mode & 0o777).toBe(0o700);

  const beside = new DatabaseSync(join(folder, 'one', 'archive.sqlite'));
  beside.prepare('VACUUM INTO ?').run(join(folder, 'copy.sqlite'));
  beside.close();
  const copy = await openAt('copy.sqlite');
  const witness = await archive.head();
  const checks = await checkArchive(copy, { witness });
  expect(checks.every(({ pass }) => pass === true)).toBe(true);
  expect(checks).toEqual(await checkArchive(another, { witness }));
  const entries = await archive.entries(0, 100);
  expect(entries).toHaveLength(records.length);
  expect(await copy.entries(0, 100)).toEqual(entries);
  for (const { hash } of entries) expect(await copy.get(hash ?? '')).toEqual(await archive.get(hash ?? ''));
  await expect(copy.database.query('DELETE FROM archive_entry')).rejects.toThrow(/append-only/);
  for (const each of [archive, another, copy]) await each.close();
});

test('who reads makes no file, who writes does', async () => {
  const hand = new ArchiveAtHand(placeOf(`sqlite:${join(folder, 'none.sqlite')}`), testKeyRing());
  expect(await hand.openThere()).toBeNull();
  await hand.open();
  expect(await hand.openThere()).not.toBeNull();
  await hand.close();
});

test('a place that fails is tried again when it is next needed', async () => {
  const inTheWay = join(folder, 'file');
  writeFileSync(inTheWay, '');
  const hand = new ArchiveAtHand({ engine: 'sqlite', path: join(inTheWay, 'archive.sqlite') }, testKeyRing());
  await expect(hand.open()).rejects.toThrow();
  rmSync(inTheWay);
  expect((await hand.open()).engine).toBe('sqlite');
  await hand.close();
});

test.each([
  ['postgres://u:p@db/tranche', { engine: 'postgres', url: 'postgres://u:p@db/tranche' }],
  ['postgresql://db/tranche', { engine: 'postgres', url: 'postgresql://db/tranche' }],
  ['sqlite:/var/lib/a.sqlite', { engine: 'sqlite', path: '/var/lib/a.sqlite' }],
  ['sqlite:///var/lib/a.sqlite', { engine: 'sqlite', path: '/var/lib/a.sqlite' }],
  ['sqlite:.tranche/a%20b.sqlite', { engine: 'sqlite', path: '.tranche/a b.sqlite' }],
  ['sqlite::memory:', { engine: 'sqlite', path: ':memory:' }],
  ['file:///var/lib/a.sqlite', { engine: 'sqlite', path: '/var/lib/a.sqlite' }],
])('%s is a place', (url, place) => expect(placeOf(url)).toEqual(place));

test.each(['mysql://db/x', 'sqlite:', '/var/lib/a.sqlite', ''])('%s is none', (url) =>
  expect(() => placeOf(url)).toThrow(TypeError),
);
