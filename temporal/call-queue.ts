import type { Worker } from '@temporalio/worker';
import { type AccountLimits, hasOwnQueue } from '../providers/account-limits.ts';
import { createWorker, type TrancheWorkerOptions } from './worker.ts';

/** The queue of the calls of an account that has `rate` or `maxConcurrent`. */
export const callQueueOf = (taskQueue: string, account: string): string => `${taskQueue}.${account}`;

/** By account: where the calls of payments go that are created now; the other accounts' go with the engine's work. */
export function callQueuesOf(
  taskQueue: string,
  limits: ReadonlyMap<string, AccountLimits>,
): ReadonlyMap<string, string> {
  const limited = [...limits].filter(([, each]) => hasOwnQueue(each));
  return new Map(limited.map(([account]) => [account, callQueueOf(taskQueue, account)]));
}

/** What a server hands out where nobody limits it; said aloud, since a queue keeps the last rate that a worker named. */
const NO_RATE = 100_000;

export type EngineWorkersOptions = Omit<
  TrancheWorkerOptions,
  'maxConcurrentActivities' | 'maxActivitiesPerSecond' | 'activityPollers'
> & {
  /** Of every configured account, by its name. */
  readonly limits: ReadonlyMap<string, AccountLimits>;
};

/**
 * The workers of one process: the engine's first, then one for each account's calls.
 *
 * A payment keeps the queue that it was created with, so an account that lost its limits is served too, by a single
 * poll and at any rate: a queue that nobody polls would hold its calls for ever. A payment from before an account got
 * limits has its calls on the engine's queue, which knows no limits.
 */
export async function createWorkers({
  limits,
  ...options
}: EngineWorkersOptions): Promise<readonly Worker[]> {
  const workers = [await createWorker(options)];
  for (const [account, limit] of limits) {
    workers.push(
      await createWorker({
        ...options,
        taskQueue: callQueueOf(options.taskQueue, account),
        bundle: null,
        maxActivitiesPerSecond: limit.rate ?? NO_RATE,
        ...(limit.maxConcurrent === undefined ? {} : { maxConcurrentActivities: limit.maxConcurrent }),
        ...(hasOwnQueue(limit) ? {} : { activityPollers: 1 }),
      }),
    );
  }
  return workers;
}
