import type { Worker } from '@temporalio/worker';
import { type AccountLimits, hasOwnQueue, limitsOf } from '../providers/account-limits.ts';
import { accountSchemas, isProviderName } from '../providers/account-schemas.ts';
import type { Configuration } from './configuration.ts';
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

/** Of every account of a configuration, by its name. */
export const limitsOfAll = ({
  accounts,
}: Pick<Configuration, 'accounts'>): ReadonlyMap<string, AccountLimits> =>
  new Map(Object.entries(accounts).map(([name, account]) => [name, limitsOf(account)]));

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

/**
 * What a configuration says of its workers: the queue, how long the accounts' calls may take, and their limits. Spread into
 * what {@link createWorkers} takes; {@link callQueuesOf} of the same limits is for the `PaymentClient`.
 */
export const workerOptionsOf = (
  configuration: Pick<Configuration, 'accounts' | 'temporal'>,
): Required<Pick<EngineWorkersOptions, 'taskQueue' | 'longestCallMs' | 'limits'>> => ({
  taskQueue: configuration.temporal.taskQueue,
  longestCallMs: longestCall(configuration.accounts),
  limits: limitsOfAll(configuration),
});

/** The longest time-out of the accounts: what they name, or the default of their provider's schema; 30 s without any. */
function longestCall(accounts: Configuration['accounts']): number {
  const given = Object.values(accounts).flatMap((account) => {
    const checked = isProviderName(account.provider)
      ? accountSchemas[account.provider].safeParse(account)
      : null;
    const options = checked?.success === true ? (checked.data as Readonly<Record<string, unknown>>) : account;
    return [options['timeoutMs'], options['authorizationTimeoutMs']];
  });
  return Math.max(30_000, ...given.filter((value) => typeof value === 'number'));
}
