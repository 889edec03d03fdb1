import type { Client } from '@temporalio/client';
import type { ArchiveResult } from '../activities/contract.ts';
import type { archive } from '../workflows/archive.ts';
import { type Ensured, ensureRecurring, lastResult, readTurns, type TurnReport } from './schedules.ts';

/** Milliseconds between two turns of the archive. */
export const ARCHIVE_EVERY = 60_000;

/** The first turn of an installation that is older than its archive goes through all that the namespace keeps. */
const LONGEST = '12 hours';

/** `tranche-archive` on the default task queue. */
export const archiveIdOf = (taskQueue: string): string => `${taskQueue}-archive`;

/** Sees to it that the archive of a task queue is kept up to date; one that a person paused stays paused. */
export const ensureArchive = (client: Client, taskQueue: string): Promise<Ensured> =>
  ensureRecurring(client, taskQueue, {
    workflowType: 'archive',
    id: archiveIdOf(taskQueue),
    every: ARCHIVE_EVERY,
    longest: LONGEST,
  });

/** @returns null where it is not scheduled. Needs neither a worker nor the archive. */
export const readArchive = (client: Client, taskQueue: string): Promise<TurnReport<ArchiveResult> | null> =>
  readTurns(client, archiveIdOf(taskQueue), () => lastArchived(client, taskQueue));

/** What the newest turn said that came to its end. */
export const lastArchived = (client: Client, taskQueue: string): Promise<ArchiveResult | null> =>
  lastResult<typeof archive>(client, taskQueue, 'archive');

/** How long a namespace keeps a run that has ended, milliseconds. */
export async function retentionOf(client: Client): Promise<number> {
  const { config } = await client.workflowService.describeNamespace({ namespace: client.options.namespace });
  return Number(config?.workflowExecutionRetentionTtl?.seconds ?? 0) * 1_000;
}

/** Milliseconds for which the run that has waited longest for the archive has ended. */
export function lagOf({ until, missing }: Pick<ArchiveResult, 'until' | 'missing'>, now: number): number {
  const oldest = missing.oldest === null ? Infinity : Date.parse(missing.oldest);
  return Math.max(0, now - Math.min(Date.parse(until), oldest));
}
