// What every archive does, whatever database it stands in.
import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { Archive } from '../../../audit/archive/archive.ts';
import { checkArchive } from '../../../audit/archive/check-archive.ts';
import { copyArchive, NoCopy } from '../../../audit/archive/copy.ts';
import {
  countMissing,
  noteMissing,
  readProgress,
  shortestRetention,
  writeProgress,
  clearMissing,
  listMissing,
} from '../../../audit/archive/progress.ts';
import {
  embargo,
  expire,
  type Expired,
  type KeepRules,
  liftEmbargo,
} from '../../../audit/archive/retention.ts';
import { canonical } from '../../../audit/canonical.ts';
import type { Bundle } from '../../../audit/bundle.ts';
import {
  continuedRecord,
  endOf,
  filled,
  goldenRecords,
  newerRing,
  type Open,
  rotatedRing,
} from './archives.ts';

const YEAR = 365 * 86_400_000;
const LATER = Date.UTC(2040, 0, 1);
const FOR_A_YEAR: KeepRules = { overall: YEAR, byAccount: {} };

const failed = async (archive: Archive, witness?: { n: number; link: string }): Promise<readonly string[]> =>
  (await checkArchive(archive, witness === undefined ? {} : { witness }))
    .filter(({ pass }) => pass === false)
    .map(({ name }) => name);

async function expired(archive: Archive, rules: KeepRules, dry = false): Promise<readonly Expired[]> {
  const gone: Expired[] = [];
  for await (const one of expire(archive, rules, { now: LATER, by: 'anna', dry })) gone.push(one);
  return gone;
}

/** @param open - gives an empty archive each time. */
export function archiveSuite(open: Open): void {
  test('a record is named by its canonical JSON and opens to it', async () => {
    const archive = await open();
    for (const record of await goldenRecords()) {
      const { hash, fresh } = await archive.put(record);
      expect(fresh).toBe(true);
      expect(hash).toBe(createHash('sha256').update(canonical(record.content)).digest('hex'));
      expect(await archive.get(hash)).toEqual(record.content);
    }
    expect(await archive.get('0'.repeat(64))).toBeNull();
  });

  test('put again, it is there already, and another bundle of the same run is left out', async () => {
    const archive = await open();
    const [record] = await goldenRecords();
    if (record === undefined) throw new Error('no golden payment');
    const first = await archive.put(record);
    expect(await archive.put(record)).toEqual({ hash: first.hash, fresh: false });
    const other = {
      ...record.content,
      versions: { ...(record.content as Bundle).versions, engine: '9.9.9' },
    };
    expect(await archive.put({ ...record, content: other as Bundle })).toEqual({
      hash: first.hash,
      fresh: false,
    });
    expect((await archive.head()).n).toBe(1);
  });

  test('many that put at once are put one after the other', async () => {
    const archive = await open();
    const records = await goldenRecords();
    const puts = await Promise.all([...records, ...records, ...records].map((record) => archive.put(record)));
    expect(puts.filter(({ fresh }) => fresh)).toHaveLength(records.length);
    const entries = await archive.entries(0, 100);
    expect(entries.map(({ n }) => n)).toEqual(records.map((_, index) => index + 1));
  });

  test('what is kept shows nothing of what it says without the key ring', async () => {
    const archive = await filled(open);
    const rows = await archive.database.query('SELECT hash, data FROM archive_content');
    expect(rows.length).toBeGreaterThan(3);
    for (const { hash, data } of rows) {
      const text = Buffer.from(data as Uint8Array).toString('latin1');
      const { payment } = (await archive.get(String(hash))) as Bundle;
      for (const clear of [payment.id, payment.account, 'EVENT_TYPE']) expect(text).not.toContain(clear);
    }
  });

  test('a payment is found by account, provider, status, time and amount, page by page', async () => {
    const archive = await filled(open);
    const all = (await archive.find({ limit: 1000 })).items;
    expect(all.length).toBe((await goldenRecords()).length);
    const [one] = all;
    if (one === undefined) throw new Error('nothing was found');
    const { payment, account, provider, status, currency, amount, closedAt } = one;
    const exactly = {
      payment,
      account: account ?? '',
      provider: provider ?? '',
      status: status ?? '',
      currency: currency ?? '',
      since: closedAt ?? '',
      least: amount ?? 0,
      most: amount ?? 0,
    };
    expect((await archive.find(exactly)).items).toEqual([one]);
    for (const other of [
      { account: 'nobody' },
      { provider: 'nobody' },
      { status: 'nothing' },
      { currency: 'XXX' },
      { payment: 'none' },
      { until: closedAt ?? '' },
      { least: (amount ?? 0) + 1, most: 1e12 },
    ])
      expect((await archive.find({ ...exactly, ...other })).items, JSON.stringify(other)).toEqual([]);

    const paged: unknown[] = [];
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const page = await archive.find({ limit: 2, ...(cursor === undefined ? {} : { cursor }) });
      paged.push(...page.items);
      cursor = page.next;
    }
    expect(paged).toEqual(all);
  });

  test('a run that went on is kept by itself, and known by its run', async () => {
    const archive = await open();
    const record = await continuedRecord('three-shipments');
    const { hash } = await archive.put(record);
    const run = record.facts.run ?? '';
    expect(await archive.known([run, 'another'])).toEqual(new Set([run]));
    expect(await archive.runEntry(run)).toMatchObject({ hash, kind: 'run', ended: 'continued' });
    expect(record.facts.account).not.toBeNull();
    expect(await archive.bundleEntry(record.facts.payment)).toBeNull();
    expect((await archive.find({})).items).toEqual([]);
    expect((await archive.find({ kinds: ['run'] })).items).toHaveLength(1);
  });

  test('after a rekey the new key alone opens everything, and names and contents are what they were', async () => {
    const archive = await filled(open);
    const { database } = archive;
    const before = await database.query('SELECT hash, data FROM archive_content ORDER BY hash');
    await expect(new Archive(database, newerRing()).get(String(before[0]?.['hash']))).rejects.toMatchObject({
      code: 'unknown-key',
    });
    const rotated = new Archive(database, rotatedRing());
    let done = 0;
    for (let more = await rotated.rekey(2); more > 0; more = await rotated.rekey(2)) done += more;
    expect(done).toBe(before.length);
    const newer = new Archive(database, newerRing());
    for (const { hash } of before)
      expect(await newer.get(String(hash))).toEqual(await archive.get(String(hash)));
    expect(await database.query('SELECT hash, data FROM archive_content ORDER BY hash')).toEqual(before);
  });

  test('the database refuses to change, remove, replace and insert out of order', async () => {
    const archive = await filled(open);
    const { query, exclusively } = archive.database;
    const refused = async (sql: string): Promise<void> => {
      await expect(query(sql), sql).rejects.toThrow(
        /append-only|follows the last one|cannot TRUNCATE|under embargo/,
      );
    };
    for (const table of ['archive_entry', 'archive_content', 'archive_key']) {
      await refused(`UPDATE ${table} SET hash = hash`);
      await refused(`DELETE FROM ${table}`);
      if (archive.engine === 'postgres') await refused(`TRUNCATE ${table}`);
      else await refused(`INSERT OR REPLACE INTO ${table} SELECT * FROM ${table} LIMIT 1`);
    }
    const columns = 'kind, payment, stored_at, prev, link';
    const zeros = '0'.repeat(64);
    const values = `'embargo', 'p', '2026-11-21T00:00:00.000Z', '${zeros}', '${zeros}'`;
    await refused(`INSERT INTO archive_entry (n, ${columns}) VALUES (99, ${values})`);
    const next = (await archive.head()).n + 1;
    await refused(`INSERT INTO archive_entry (n, ${columns}) VALUES (${next}, ${values})`);
    await expect(
      exclusively(async (within) => {
        await within('DELETE FROM archive_progress');
        await within('DELETE FROM archive_entry');
      }),
    ).rejects.toThrow(/append-only/);
    expect(await failed(archive)).toEqual([]);
  });

  test('a filled archive holds, and knows what a second witness knew of it', async () => {
    const archive = await filled(open);
    const head = await archive.head();
    const checks = await checkArchive(archive, { witness: head });
    expect(checks.map(({ name, pass }) => [name, pass])).toEqual([
      ['chain', true],
      ['head', true],
      ['content', true],
      ['index', true],
      ['bundles', true],
    ]);
    await embargo(archive, 'p', 'a dispute', 'anna');
    expect(await failed(archive, head)).toEqual([]);
    expect(await failed(archive, { n: head.n, link: 'f'.repeat(64) })).toEqual(['head']);
    expect(await failed(archive, { n: head.n + 5, link: 'f'.repeat(64) })).toEqual(['head']);
  });

  test('whoever can switch the triggers off is found: a changed, a removed, a cut off and an exchanged row', async () => {
    const breach = async (...statements: readonly string[]): Promise<readonly string[]> => {
      const archive = await filled(open);
      const head = await archive.head();
      const triggers =
        archive.engine === 'postgres'
          ? ['archive_entry', 'archive_content', 'archive_key'].map(
              (table) => `ALTER TABLE ${table} DISABLE TRIGGER ALL`,
            )
          : (await archive.database.query("SELECT name FROM sqlite_master WHERE type = 'trigger'")).map(
              ({ name }) => `DROP TRIGGER ${String(name)}`,
            );
      for (const statement of [...triggers, ...statements]) await archive.database.query(statement);
      return failed(archive, head);
    };
    expect(await breach('UPDATE archive_entry SET amount = amount + 1 WHERE n = 2')).toEqual([
      'chain',
      'index',
    ]);
    expect(await breach("UPDATE archive_entry SET actor = 'x' WHERE n = 2")).toEqual(['chain']);
    expect(await breach('DELETE FROM archive_entry WHERE n = 2')).toEqual(['chain']);
    expect(await breach('DELETE FROM archive_entry WHERE n > 3')).toEqual(['head']);
    const one = (n: number): string => `(SELECT hash FROM archive_entry WHERE n = ${n})`;
    expect(await breach(`DELETE FROM archive_content WHERE hash = ${one(2)}`)).toEqual(['content']);
    expect(
      await breach(
        `UPDATE archive_content SET data = (SELECT other.data FROM archive_content AS other WHERE other.hash = ${one(1)}) WHERE hash = ${one(2)}`,
      ),
    ).toEqual(['content']);
  });

  test('a payment whose time is over goes with a tombstone and stays found; nothing else goes', async () => {
    const archive = await filled(open);
    const records = await goldenRecords();
    expect(await expired(archive, { overall: null, byAccount: {} })).toEqual([]);
    expect(await expired(archive, { overall: 50 * YEAR, byAccount: {} })).toEqual([]);
    const would = await expired(archive, FOR_A_YEAR, true);
    expect(would).toHaveLength(records.length);
    expect((await archive.head()).n).toBe(records.length);

    const [kept] = records;
    const payment = kept?.facts.payment ?? '';
    await embargo(archive, payment, 'a dispute', 'anna');
    const gone = await expired(archive, FOR_A_YEAR);
    expect(gone.filter(({ embargo: under }) => under).map((one) => one.payment)).toEqual([payment]);
    expect(await expired(archive, FOR_A_YEAR)).toHaveLength(1);
    const entries = await archive.find({ kinds: ['tombstone'] });
    expect(entries.items).toHaveLength(records.length - 1);
    expect(entries.items[0]).toMatchObject({
      actor: 'anna',
      note: expect.stringContaining('its time was over'),
    });
    for (const { hash } of entries.items) expect(await archive.get(hash ?? '')).toBeNull();
    expect((await archive.find({})).items).toHaveLength(records.length);
    expect(await archive.known(records.map(({ facts }) => facts.run ?? ''))).toHaveProperty(
      'size',
      records.length,
    );
    expect(await failed(archive)).toEqual([]);

    await liftEmbargo(archive, payment, 'settled', 'anna');
    expect(await expired(archive, FOR_A_YEAR)).toMatchObject([{ payment, records: 1, embargo: false }]);
    expect(await failed(archive)).toEqual([]);
  });

  test('an account with a rule of its own follows it', async () => {
    const archive = await filled(open);
    const account = (await goldenRecords())[0]?.facts.account ?? '';
    expect(await expired(archive, { overall: YEAR, byAccount: { [account]: 50 * YEAR } })).toEqual([]);
    expect(await expired(archive, { overall: null, byAccount: { [account]: YEAR } })).not.toEqual([]);
  });

  test('under embargo the database itself refuses a tombstone', async () => {
    const archive = await filled(open);
    const [entry] = (await archive.find({})).items;
    if (entry === undefined) throw new Error('nothing was found');
    await embargo(archive, entry.payment, 'a dispute', 'anna');
    const tombstone = { ...entry, kind: 'tombstone' as const };
    await expect(archive.say(tombstone)).rejects.toThrow(/under embargo/);
  });

  test('runs that went on go with the payment that they are of, and not before it ended', async () => {
    const archive = await open();
    const run = await continuedRecord('three-shipments');
    await archive.put(run);
    expect(await expired(archive, FOR_A_YEAR)).toEqual([]);
    const bundle = (await goldenRecords()).find(({ facts }) => facts.payment === run.facts.payment);
    if (bundle === undefined) throw new Error('no bundle');
    await archive.put({ ...bundle, facts: { ...bundle.facts, run: 'the next run' } });
    expect(await expired(archive, FOR_A_YEAR)).toMatchObject([{ records: 2 }]);
    expect(await failed(archive)).toEqual([]);
  });

  test('a copy has the same chain and the same contents, goes on where it was, and follows what was removed', async () => {
    const from = await filled(open);
    await writeProgress(from.database, { until: '2026-11-21T10:00:00.000Z' });
    const to = await open();
    expect(await copyArchive(from, to)).toBe((await from.head()).n);
    expect(await to.entries(0, 100)).toEqual(await from.entries(0, 100));
    for (const { hash } of await to.entries(0, 100))
      expect(await to.get(hash ?? '')).toEqual(await from.get(hash ?? ''));
    expect(await readProgress(to.database)).toEqual({ until: '2026-11-21T10:00:00.000Z', scannedAt: null });
    expect(await copyArchive(from, to)).toBe(0);
    const gone = await expired(from, FOR_A_YEAR);
    expect(await copyArchive(from, to)).toBe(gone.length);
    expect(await failed(to, await from.head())).toEqual([]);

    const other = await open();
    await embargo(other, 'p', 'another archive', 'anna');
    await expect(copyArchive(from, other)).rejects.toThrow(NoCopy);
  });

  test('progress never goes back, and what is missing is noted until it is there', async () => {
    const { database } = await open();
    expect(await readProgress(database)).toEqual({ until: null, scannedAt: null });
    await writeProgress(database, {
      until: '2026-11-21T10:00:00.000Z',
      scannedAt: '2026-11-21T10:00:00.000Z',
    });
    await writeProgress(database, { until: '2026-11-21T09:00:00.000Z' });
    expect((await readProgress(database)).until).toBe('2026-11-21T10:00:00.000Z');
    const [record] = await goldenRecords();
    const run = { ...endOf(record?.content as Bundle), run: 'r-1' };
    await noteMissing(database, run, 'first');
    await noteMissing(database, run, 'second');
    expect(await listMissing(database, 10)).toMatchObject([{ ...run, tries: 2, error: 'second' }]);
    expect(await countMissing(database)).toEqual({ count: 1, oldest: run.closedAt });
    await clearMissing(database, 'r-1');
    expect(await countMissing(database)).toEqual({ count: 0, oldest: null });
  });

  test('while something is missing the shortest retention counts, and afterwards the present one', async () => {
    const { database } = await open();
    const day = 86_400_000;
    expect(await shortestRetention(database, 30 * day, false)).toBe(30 * day);
    expect(await shortestRetention(database, 60 * day, true)).toBe(30 * day);
    expect(await shortestRetention(database, 7 * day, true)).toBe(7 * day);
    expect(await shortestRetention(database, 90 * day, true)).toBe(7 * day);
    expect(await shortestRetention(database, 90 * day, false)).toBe(90 * day);
    expect(await readProgress(database)).toEqual({ until: null, scannedAt: null });
  });
}
