import type { Client } from '@temporalio/client';
import type { PayloadCodec } from '@temporalio/common';
import type { ArchivePort, EndedRun } from '../../activities/archive-activities.ts';
import { endedRuns } from '../../temporal/archive-runs.ts';
import { lastArchived, retentionOf } from '../../temporal/archive-schedule.ts';
import { PaymentError } from '../../temporal/payment-error.ts';
import type { RunHistory } from '../bundle.ts';
import { runOf, runsUpTo } from '../fetch-runs.ts';
import { bundleOf } from '../make-bundle.ts';
import { NoTrace } from '../trace.ts';
import type { Archive } from './archive.ts';
import { ArchiveBusy } from './database.ts';
import type { ArchiveAtHand } from './open-archive.ts';
import {
  clearMissing,
  countMissing,
  headText,
  listMissing,
  noteMissing,
  readProgress,
  shortestRetention,
  writeProgress,
} from './progress.ts';
import { bundleRecord, type RunRecord, runRecord } from './record.ts';
import { lostHead, machinePlace } from './witness.ts';

export interface KeepingSource {
  readonly client: Client;
  /** Of the installation: others may share the namespace. */
  readonly taskQueue: string;
  readonly codec: PayloadCodec;
  readonly archive: ArchiveAtHand;
}

/** Missing runs that one turn tries again. */
const AGAIN = 100;

/** The archive's activities over Temporal and an archive. */
export function archivePort(source: KeepingSource): ArchivePort {
  const { client, taskQueue, archive } = source;
  return {
    lost: async () => lostHead(archive, await lastArchived(client, taskQueue)),
    progress: async () => readProgress((await archive.open()).database),
    ended: ({ since, until }, cursor) => endedRuns(client, { taskQueue, since, until, cursor }),
    lacking: async (runs) => {
      const known = await (await archive.open()).known(runs.map(({ run }) => run));
      return runs.filter(({ run }) => !known.has(run));
    },
    missing: async () => listMissing((await archive.open()).database, AGAIN),
    keep: async (run) => keepRun(source, await archive.open(), run),
    advance: async ({ until, whole }) => {
      const at = new Date(until).toISOString();
      await writeProgress((await archive.open()).database, {
        until: at,
        ...(whole ? { scannedAt: at } : {}),
      });
    },
    stand: async () => {
      const there = await archive.open();
      const missing = await countMissing(there.database);
      const present = await retentionOf(client);
      return {
        head: headText(await there.head()),
        place: machinePlace(archive.place),
        missing,
        retention: await shortestRetention(there.database, present, missing.count > 0),
      };
    },
  };
}

/**
 * Keeps a run that went on as it is, and the last one as its payment's bundle.
 *
 * @returns false where it cannot be had or read now: one that Temporal has forgotten, or whose key nobody has, is noted as
 *   missing and does not keep the others.
 * @throws what Temporal throws where it does not answer, ArchiveBusy, and what the database throws where it takes no note.
 */
async function keepRun(source: KeepingSource, archive: Archive, ended: EndedRun): Promise<boolean> {
  const { client, codec } = source;
  try {
    const history = await runOf(client, codec, ended.payment, ended.run);
    const record =
      ended.ended === 'continued'
        ? runRecord(ended, history)
        : await lastRecord(source, archive, ended, history);
    await archive.put(record);
  } catch (error) {
    if (isOfServer(error) || error instanceof ArchiveBusy) throw error;
    await noteMissing(archive.database, ended, error instanceof Error ? error.message : String(error));
    return false;
  }
  await clearMissing(archive.database, ended.run);
  return true;
}

/** The server's own errors bear a number. */
const isOfServer = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && typeof error.code === 'number';

/** The bundle, or where the runs give none the last run as it is. */
async function lastRecord(
  { client, codec }: KeepingSource,
  archive: Archive,
  ended: EndedRun,
  history: RunHistory,
): Promise<ReturnType<typeof runRecord>> {
  try {
    const runs = await runsUpTo(client, codec, ended.payment, ended.run, (run) => keptRun(archive, run));
    return bundleRecord(ended, bundleOf(runs).bundle);
  } catch (error) {
    if (!(error instanceof NoTrace) && !(error instanceof PaymentError)) throw error;
    return runRecord(ended, history, error.message);
  }
}

/** A run that went on as a new one, as the archive has it; null where it is not there. */
export async function keptRun(archive: Archive, run: string): Promise<RunHistory | null> {
  const entry = await archive.runEntry(run);
  const record = entry?.hash == null ? null : ((await archive.get(entry.hash)) as RunRecord | null);
  return record === null ? null : { runId: record.runId, events: record.events };
}
