/** Rule: who waits for the embedded archive's lock holds nothing else up, loses nothing, and never goes on in a file that is not there any more. */
import { copyFileSync, existsSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, onTestFinished, test } from 'vitest';
import { ArchiveBusy } from '../../../audit/archive/database.ts';
import { ArchiveAtHand } from '../../../audit/archive/open-archive.ts';
import { until } from '../../support/payments.ts';
import { testKeyRing } from '../../support/test-key.ts';
import { goldenRecords } from './archives.ts';

function handAt(path: string): ArchiveAtHand {
  const hand = new ArchiveAtHand({ engine: 'sqlite', path }, testKeyRing());
  onTestFinished(() => hand.close());
  return hand;
}

function newPath(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tranche-sqlite-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, 'archive.sqlite');
}

/** Somebody else who writes. */
function hold(path: string): { release(): void } {
  const other = new DatabaseSync(path);
  onTestFinished(() => other.close());
  other.exec('BEGIN EXCLUSIVE');
  return { release: () => other.exec('ROLLBACK') };
}

/** Counts how often a timer of 10 ms came. */
function ticking(): { count(): number } {
  let ticks = 0;
  const timer = setInterval(() => (ticks += 1), 10);
  onTestFinished(() => clearInterval(timer));
  return { count: () => ticks };
}

test('while somebody else writes, timers fire and readers are answered; then all is kept', async () => {
  const path = newPath();
  const archive = await handAt(path).open();
  const records = await goldenRecords();
  const { release } = hold(path);
  const ticks = ticking();
  let done = 0;
  const puts = records.map((record) => archive.put(record).then(() => (done += 1)));
  await until(
    async () => ticks.count(),
    (count) => count >= 20,
    'twenty ticks while the lock is held',
  );
  expect(done).toBe(0);
  expect(await archive.head()).toMatchObject({ n: 0 });
  release();
  await Promise.all(puts);
  expect(await archive.head()).toMatchObject({ n: records.length });
});

test('a lock that is held on and on is an error in the end, and the timers fired meanwhile', async () => {
  const path = newPath();
  const archive = await handAt(path).open();
  const [record] = await goldenRecords();
  if (record === undefined) throw new Error('no golden payment');
  const { release } = hold(path);
  const ticks = ticking();
  await expect(archive.put(record)).rejects.toBeInstanceOf(ArchiveBusy);
  expect(ticks.count()).toBeGreaterThan(20);
  release();
  expect(await archive.put(record)).toMatchObject({ fresh: true });
});

test('a file that was removed is not written on, and one that was exchanged is opened', async () => {
  const path = newPath();
  const hand = handAt(path);
  const [first, second] = await goldenRecords();
  if (first === undefined || second === undefined) throw new Error('no golden payments');
  await (await hand.open()).put(first);
  await hand.close();
  copyFileSync(path, `${path}.copy`);
  await (await hand.open()).put(second);

  for (const end of ['', '-wal', '-shm'])
    if (existsSync(`${path}${end}`)) renameSync(`${path}${end}`, `${path}.away${end}`);
  expect(await hand.openThere(), 'removed').toBeNull();
  renameSync(`${path}.copy`, path);
  const there = await hand.open();
  expect(await there.head(), 'exchanged').toMatchObject({ n: 1 });
  await there.put(second);
  const beside = new DatabaseSync(path);
  onTestFinished(() => beside.close());
  expect(beside.prepare('SELECT count(*) AS n FROM archive_entry').get()).toEqual({ n: 2 });
});

test('who was late to see the exchange leaves the new file and what belongs to it alone', async () => {
  const path = newPath();
  const [early, late] = [handAt(path), handAt(path)];
  const [first, second] = await goldenRecords();
  if (first === undefined || second === undefined) throw new Error('no golden payments');
  await (await early.open()).put(first);
  await late.open();
  for (const end of ['', '-wal', '-shm'])
    if (existsSync(`${path}${end}`)) renameSync(`${path}${end}`, `${path}.away${end}`);
  await (await early.open()).put(first);
  await (await late.open()).put(second);
  for (const hand of [early, late, handAt(path)])
    expect(await (await hand.open()).head()).toMatchObject({ n: 2 });
});
