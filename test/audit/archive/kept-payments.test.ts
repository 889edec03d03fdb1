/** Rule: a creation waits for the archive no longer than it may, and a payment that was there is never taken for a new one. */
import { expect, test } from 'vitest';
import type { Archive } from '../../../audit/archive/archive.ts';
import { KeptPayments, type Looked } from '../../../audit/archive/kept-payments.ts';
import type { ArchiveAtHand } from '../../../audit/archive/open-archive.ts';
import { expire } from '../../../audit/archive/retention.ts';
import { runRecord } from '../../../audit/archive/record.ts';
import { goldenBundle, goldenNames } from '../bundles.ts';
import { continuedRecord, endOf, filled, goldenRecords, inMemory, newerRing } from './archives.ts';

/** An archive that is reached as a test wants it. */
const handOf = (open: () => Promise<Archive | null>): ArchiveAtHand =>
  ({ open, openThere: open }) as unknown as ArchiveAtHand;

const paymentOf = async (): Promise<string> => (await goldenRecords())[0]?.facts.payment ?? '';

test('a payment that is kept is told with its last state, another is not', async () => {
  const archive = await filled(inMemory);
  const looks: Looked[] = [];
  const kept = new KeptPayments(
    handOf(async () => archive),
    { looked: (result) => looks.push(result) },
  );
  const payment = await paymentOf();
  const found = await kept.before(payment);
  expect(found?.completed).toBe(true);
  expect(found?.core?.facts.id).toBe(payment);
  expect(await kept.get(payment)).toEqual(found);
  expect(await kept.before('p-nobody')).toBeNull();
  expect(await kept.get('p-nobody')).toBeNull();
  expect(looks).toEqual(['found', 'absent']);
});

test('an archive that never answers is passed over, and is not asked again at once', async () => {
  let asked = 0;
  const looks: [Looked, boolean][] = [];
  const silent = handOf(() => {
    asked += 1;
    return new Promise(() => undefined);
  });
  const kept = new KeptPayments(silent, {
    patience: 20,
    pause: 60_000,
    looked: (result, why) => looks.push([result, why !== undefined]),
  });
  expect(await kept.before('p')).toBeNull();
  expect(await kept.before('p')).toBeNull();
  expect(asked).toBe(1);
  expect(looks).toEqual([
    ['unreachable', true],
    ['unreachable', false],
  ]);
});

test('once the pause is over it is asked again', async () => {
  let fails = true;
  const archive = await filled(inMemory);
  const kept = new KeptPayments(
    handOf(async () => {
      if (fails) throw new Error('refused');
      return archive;
    }),
    { pause: 0 },
  );
  const payment = await paymentOf();
  expect(await kept.before(payment)).toBeNull();
  await expect(kept.get(payment)).rejects.toThrow('refused');
  fails = false;
  expect((await kept.before(payment))?.completed).toBe(true);
});

test('one whose content cannot be read, or was removed, was there all the same', async () => {
  const archive = await filled(inMemory);
  const payment = await paymentOf();
  const { Archive: Other } = await import('../../../audit/archive/archive.ts');
  const unreadable = new KeptPayments(handOf(async () => new Other(archive.database, newerRing())));
  expect(await unreadable.before(payment)).toEqual({ completed: true, core: null });
  await expect(unreadable.get(payment)).rejects.toMatchObject({ code: 'unknown-key' });
  const all = { overall: 0, byAccount: {} };
  for await (const gone of expire(archive, all, { now: Date.UTC(2040, 0), by: 'anna', dry: false }))
    expect(gone.records).toBe(1);
  const kept = new KeptPayments(handOf(async () => archive));
  expect(await kept.before(payment)).toEqual({ completed: true, core: null });
  expect(await kept.get(payment)).toEqual({ completed: true, core: null });
});

test('one of which only the last run is kept was there, also once its content is gone; one that goes on was not', async () => {
  const archive = await inMemory();
  const kept = new KeptPayments(handOf(async () => archive));
  const [name = ''] = goldenNames();
  const bundle = await goldenBundle(name);
  const [history] = bundle.histories;
  if (history === undefined) throw new Error(`${name} has no run`);
  await archive.put(await continuedRecord(name));
  expect(await kept.before(bundle.payment.id), 'it goes on').toBeNull();

  const other = await inMemory();
  const bare = new KeptPayments(handOf(async () => other));
  await other.put(runRecord(endOf(bundle, { ended: 'terminated' }), history, 'no bundle'));
  const was = { completed: false, core: null };
  expect(await bare.before(bundle.payment.id)).toEqual(was);
  expect(await bare.get(bundle.payment.id)).toEqual(was);
  const all = { overall: 0, byAccount: {} };
  for await (const gone of expire(other, all, { now: Date.UTC(2040, 0), by: 'anna', dry: false }))
    expect(gone.records).toBe(1);
  expect(await bare.before(bundle.payment.id)).toEqual(was);
});
