// Archives in memory, and records out of the golden histories.
import type { EndedRun } from '../../../activities/archive-activities.ts';
import { KeyRing } from '../../../activities/key-ring.ts';
import type { Archive } from '../../../audit/archive/archive.ts';
import { openArchive } from '../../../audit/archive/open-archive.ts';
import { type ArchiveRecord, bundleRecord, runRecord } from '../../../audit/archive/record.ts';
import type { Bundle } from '../../../audit/bundle.ts';
import { testKeyRing } from '../../support/test-key.ts';
import { goldenBundle, goldenNames } from '../bundles.ts';

export const inMemory = (): Promise<Archive> =>
  openArchive({ engine: 'sqlite', path: ':memory:' }, testKeyRing());

/** Two keys with the newer in front, as after a rotation. */
export const rotatedRing = (): KeyRing =>
  new KeyRing([
    { id: 'newer', key: Buffer.alloc(32, 9) },
    { id: 'test', key: Buffer.alloc(32, 7) },
  ]);

export const newerRing = (): KeyRing => new KeyRing([{ id: 'newer', key: Buffer.alloc(32, 9) }]);

const lastRun = (bundle: Bundle): string => bundle.histories.at(-1)?.runId ?? '';

export function endOf(bundle: Bundle, over: Partial<EndedRun> = {}): EndedRun {
  const last = bundle.histories.at(-1)?.events.at(-1)?.eventTime ?? '';
  return {
    payment: bundle.payment.id,
    run: lastRun(bundle),
    ended: 'completed',
    closedAt: new Date(last).toISOString(),
    ...over,
  };
}

let golden: Promise<readonly ArchiveRecord[]> | null = null;

/** The bundles of all golden payments, in the order of their names. */
export function goldenRecords(): Promise<readonly ArchiveRecord[]> {
  golden ??= Promise.all(
    goldenNames().map(async (name) => {
      const bundle = await goldenBundle(name);
      return bundleRecord(endOf(bundle), bundle);
    }),
  );
  return golden;
}

/** A golden payment as a run that went on. */
export async function continuedRecord(name: string): Promise<ArchiveRecord> {
  const bundle = await goldenBundle(name);
  const [history] = bundle.histories;
  if (history === undefined) throw new Error(`${name} has no run`);
  return runRecord(endOf(bundle, { ended: 'continued' }), history);
}

export type Open = () => Promise<Archive>;

/** One with the bundles of all golden payments. */
export async function filled(open: Open): Promise<Archive> {
  const archive = await open();
  for (const record of await goldenRecords()) await archive.put(record);
  return archive;
}
