import {
  type Client,
  ScheduleAlreadyRunning,
  type ScheduleDescription,
  ScheduleNotFoundError,
  ScheduleOverlapPolicy,
  type Workflow,
  type WorkflowResultType,
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

/** A workflow without arguments that is started again and again, one at a time. */
export interface Recurring {
  readonly workflowType: string;
  /** Of the schedule and of the workflows that it starts. */
  readonly id: string;
  /** Milliseconds. */
  readonly every: number;
  /** One that takes longer is ended. */
  readonly longest: string;
}

/**
 * Sees to it that the sweep of a task queue is scheduled as this version wants it. Every worker does so when it
 * starts; a schedule that a person paused stays paused.
 */
export const ensureSweep = (client: Client, taskQueue: string): Promise<Ensured> =>
  ensureRecurring(client, taskQueue, {
    workflowType: 'sweep',
    id: sweepIdOf(taskQueue),
    every: SWEEP_EVERY,
    longest: LONGEST,
  });

export type Ensured = 'created' | 'updated' | 'unchanged';

/** As {@link ensureSweep} does. */
export async function ensureRecurring(
  client: Client,
  taskQueue: string,
  recurring: Recurring,
): Promise<Ensured> {
  const { workflowType, id: scheduleId, every, longest } = recurring;
  const spec = { intervals: [{ every }] };
  const policies = { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: CATCHUP };
  const action = {
    type: 'startWorkflow' as const,
    workflowType,
    workflowId: scheduleId,
    taskQueue,
    args: [],
    workflowExecutionTimeout: longest as typeof LONGEST,
  };
  try {
    await client.schedule.create({ scheduleId, spec, policies, action });
    return 'created';
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
  }
  const handle = client.schedule.getHandle(scheduleId);
  if (isCurrent(await handle.describe(), taskQueue, recurring)) return 'unchanged';
  await handle.update(({ state }) => ({ spec, policies, action, state }));
  return 'updated';
}

function isCurrent(
  { spec, policies, action }: ScheduleDescription,
  taskQueue: string,
  { workflowType, every }: Recurring,
): boolean {
  const [interval, ...others] = spec.intervals ?? [];
  return (
    others.length === 0 &&
    (spec.calendars ?? []).length === 0 &&
    interval?.every === every &&
    policies.overlap === ScheduleOverlapPolicy.SKIP &&
    policies.catchupWindow === CATCHUP &&
    action.workflowType === workflowType &&
    action.taskQueue === taskQueue
  );
}

/** What is known of what a schedule starts. */
export interface TurnReport<Result> {
  readonly paused: boolean;
  /** When the newest one was started, or null where none was yet. */
  readonly startedAt: Date | null;
  /** When the next one is due. */
  readonly next: Date | null;
  /** How the newest one stands: `running`, `completed`, or how it failed. */
  readonly status: string | null;
  /** Of the newest that came to its end. */
  readonly result: Result | null;
}

/** @returns null where no sweep is scheduled. Needs no worker. */
export const readSweep = (client: Client, taskQueue: string): Promise<TurnReport<SweepResult> | null> =>
  readTurns(client, sweepIdOf(taskQueue), () => lastSweep(client, taskQueue));

/** @param last - what the newest said that came to its end. */
export async function readTurns<Result>(
  client: Client,
  scheduleId: string,
  last: () => Promise<Result | null>,
): Promise<TurnReport<Result> | null> {
  let described: ScheduleDescription;
  try {
    described = await client.schedule.getHandle(scheduleId).describe();
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
    result: await last(),
  };
}

/** What the newest sweep said that came to its end. */
export const lastSweep = (client: Client, taskQueue: string): Promise<SweepResult | null> =>
  lastResult<typeof sweep>(client, taskQueue, 'sweep');

/** What the newest workflow of a type said that came to its end; null where the namespace keeps none. */
export async function lastResult<T extends Workflow>(
  client: Client,
  taskQueue: string,
  workflowType: string,
): Promise<WorkflowResultType<T> | null> {
  const query = `WorkflowType = ${quoted(workflowType)} AND TaskQueue = ${quoted(taskQueue)} AND ExecutionStatus = 'Completed'`;
  const { items } = await runPage(client, query, null, 1);
  const { workflowId, runId } = items[0]?.execution ?? {};
  if (!workflowId) return null;
  return client.workflow.getHandle<T>(workflowId, runId ?? undefined).result();
}
