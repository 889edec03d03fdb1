import {
  type Client,
  ScheduleAlreadyRunning,
  type ScheduleDescription,
  ScheduleNotFoundError,
  ScheduleOverlapPolicy,
} from '@temporalio/client';
import type { SweepResult } from '../activities/contract.ts';
import type { sweep } from '../workflows/sweep.ts';
import { quoted, runPage } from './visibility-page.ts';

/** Milliseconds between two sweeps. */
export const SWEEP_EVERY = 15 * 60_000;

/** A sweep that takes longer is ended; the next one begins where the last good one ended. */
const LONGEST = '1 hour';
/** A sweep that was missed is not made up for: the next one looks as far back as it must. */
const CATCHUP = 60_000;

/** `tranche-sweep` on the default task queue: installations that share a namespace have one each. */
export const sweepIdOf = (taskQueue: string): string => `${taskQueue}-sweep`;

/**
 * Sees to it that the sweep of a task queue is scheduled as this version wants it. Every worker does so when it
 * starts; a schedule that a person paused stays paused.
 */
export async function ensureSweep(
  client: Client,
  taskQueue: string,
): Promise<'created' | 'updated' | 'unchanged'> {
  const scheduleId = sweepIdOf(taskQueue);
  const spec = { intervals: [{ every: SWEEP_EVERY }] };
  const policies = { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: CATCHUP };
  const action = {
    type: 'startWorkflow' as const,
    workflowType: 'sweep',
    workflowId: scheduleId,
    taskQueue,
    args: [],
    workflowExecutionTimeout: LONGEST,
  };
  try {
    await client.schedule.create({ scheduleId, spec, policies, action });
    return 'created';
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
  }
  const handle = client.schedule.getHandle(scheduleId);
  if (isCurrent(await handle.describe(), taskQueue)) return 'unchanged';
  await handle.update(({ state }) => ({ spec, policies, action, state }));
  return 'updated';
}

function isCurrent({ spec, policies, action }: ScheduleDescription, taskQueue: string): boolean {
  const [interval, ...others] = spec.intervals ?? [];
  return (
    others.length === 0 &&
    (spec.calendars ?? []).length === 0 &&
    interval?.every === SWEEP_EVERY &&
    policies.overlap === ScheduleOverlapPolicy.SKIP &&
    policies.catchupWindow === CATCHUP &&
    action.workflowType === 'sweep' &&
    action.taskQueue === taskQueue
  );
}

/** What is known of the sweeps of a task queue. */
export interface SweepReport {
  readonly paused: boolean;
  /** When the newest one was started, or null where none was yet. */
  readonly startedAt: Date | null;
  /** When the next one is due. */
  readonly next: Date | null;
  /** How the newest one stands: `running`, `completed`, or how it failed. */
  readonly status: string | null;
  /** Of the newest that came to its end. */
  readonly result: SweepResult | null;
}

/** @returns null where no sweep is scheduled. Needs no worker. */
export async function readSweep(client: Client, taskQueue: string): Promise<SweepReport | null> {
  let described: ScheduleDescription;
  try {
    described = await client.schedule.getHandle(sweepIdOf(taskQueue)).describe();
  } catch (error) {
    if (error instanceof ScheduleNotFoundError) return null;
    throw error;
  }
  const { info, state } = described;
  const newest = info.recentActions.at(-1);
  const run =
    newest === undefined
      ? null
      : await client.workflow.getHandle(newest.action.workflow.workflowId).describe();
  return {
    paused: state.paused,
    startedAt: newest?.takenAt ?? null,
    next: info.nextActionTimes[0] ?? null,
    status: run?.status.name.toLowerCase() ?? null,
    result: await lastSweep(client, taskQueue),
  };
}

/** What the newest sweep said that came to its end. */
export async function lastSweep(client: Client, taskQueue: string): Promise<SweepResult | null> {
  const query = `WorkflowType = 'sweep' AND TaskQueue = ${quoted(taskQueue)} AND ExecutionStatus = 'Completed'`;
  const { items } = await runPage(client, query, null, 1);
  const { workflowId, runId } = items[0]?.execution ?? {};
  if (!workflowId) return null;
  return client.workflow.getHandle<typeof sweep>(workflowId, runId ?? undefined).result();
}
