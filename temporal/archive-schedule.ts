import type { Client } from '@temporalio/client';
import type { ArchiveResult } from '../activities/contract.ts';
import type { archive } from '../workflows/archive.ts';
import { type Ensured, ensureRecurring, lastResult, readTurns, type TurnReport } from './schedules.ts';

/** Milliseconds between two turns of the archive. */
export const ARCHIVE_EVERY = 60_000;

/** The first turn of an installation that is older than its archive goes through all that the namespace keeps. */
const LONGEST = '12 hours';

/** Milliseconds that a person waits for it; the turn itself goes on. */
const ACCEPT_MS = 600_000;

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

/**
 * Runs one turn that takes the loss of what followed an older backup, and waits for its end.
 *
 * @param head - of the last turn, which the archive does not hold any more; another one is refused by the turn.
 * @throws what Temporal throws where the turn fails, or does not come to its end within ten minutes.
 */
export const acceptArchive = (client: Client, taskQueue: string, head: string): Promise<ArchiveResult> =>
  client.withDeadline(Date.now() + ACCEPT_MS, () =>
    client.workflow.execute<typeof archive>('archive', {
      workflowId: `${archiveIdOf(taskQueue)}-accept`,
      taskQueue,
      args: [{ accepts: head }],
      workflowExecutionTimeout: LONGEST,
    }),
  );

/** How long a namespace keeps a run that has ended, milliseconds. */
export async function retentionOf(client: Client): Promise<number> {
  const { config } = await client.workflowService.describeNamespace({ namespace: client.options.namespace });
  return Number(config?.workflowExecutionRetentionTtl?.seconds ?? 0) * 1_000;
}

/**
 * Milliseconds until Temporal may forget the run that waits longest for the archive. What the last turn saw of the retention
 * counts beside the present one: in Temporal a longer retention holds only for runs that end later.
 */
export const leftOf = (
  result: Pick<ArchiveResult, 'until' | 'missing' | 'retention'>,
  present: number,
  now: number,
): number => Math.min(result.retention ?? Infinity, present) - lagOf(result, now);

/** Milliseconds for which the run that has waited longest for the archive has ended. */
export function lagOf({ until, missing }: Pick<ArchiveResult, 'until' | 'missing'>, now: number): number {
  const oldest = missing.oldest === null ? Infinity : Date.parse(missing.oldest);
  return Math.max(0, now - Math.min(Date.parse(until), oldest));
}
