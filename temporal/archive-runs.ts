/** Runs of payments that have ended, as visibility shows them; it lags by seconds. */
import type { Client } from '@temporalio/client';
import type { EndedRun } from '../activities/archive-activities.ts';
import { type ListedRun, paymentOf, quoted, runPage } from './visibility-page.ts';

/** Temporal's numbers of what a run can be once it does not run any more. */
const ENDED: Readonly<Record<number, EndedRun['ended']>> = {
  2: 'completed',
  3: 'failed',
  4: 'canceled',
  5: 'terminated',
  6: 'continued',
  7: 'timed-out',
};

export interface EndsAsked {
  readonly taskQueue: string;
  /** Milliseconds since the epoch, this instant included. */
  readonly since: number;
  /** Milliseconds since the epoch, not included. */
  readonly until: number;
  /** The `next` of the page before; null for the first. */
  readonly cursor: string | null;
}

/** One page of the runs that ended between two instants. */
export async function endedRuns(
  client: Client,
  { taskQueue, since, until, cursor }: EndsAsked,
): Promise<{ readonly items: readonly EndedRun[]; readonly next: string | null }> {
  const query = `WorkflowType = 'payment' AND TaskQueue = ${quoted(taskQueue)} AND ExecutionStatus != 'Running' AND CloseTime >= ${instant(since)} AND CloseTime < ${instant(until)}`;
  const { items, next } = await runPage(client, query, cursor);
  return { items: items.flatMap(endOf), next };
}

function endOf(run: ListedRun): readonly EndedRun[] {
  const ended = ENDED[run.status ?? 0];
  const { seconds, nanos } = run.closeTime ?? {};
  if (ended === undefined || seconds == null) return [];
  const closedAt = new Date(Number(seconds) * 1_000 + Math.floor((nanos ?? 0) / 1e6)).toISOString();
  return [{ payment: paymentOf(run), run: run.execution?.runId ?? '', ended, closedAt }];
}

const instant = (at: number): string => quoted(new Date(at).toISOString());
