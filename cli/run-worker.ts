import type { Worker } from '@temporalio/worker';
import { createCommandActivities } from '../activities/command-activities.ts';
import { crashPlan } from '../activities/crash-point.ts';
import { createProviderActivities } from '../activities/provider-activities.ts';
import { secretsOf } from '../temporal/configuration-print.ts';
import { connectWorker } from '../temporal/connection.ts';
import { dataConverter } from '../temporal/data-converter.ts';
import { paymentPort } from '../temporal/payment-port.ts';
import { createWorker } from '../temporal/worker.ts';
import type { Engine } from './connect.ts';

export interface RunningWorker {
  /** Rejects when a worker fails for good. */
  readonly ended: Promise<void>;
  /** Takes no more tasks, lets provider calls end, then closes. */
  stop(): Promise<void>;
}

/** Starts the workers of an installation in this process: one for the engine, one for each account with limits. */
export async function runWorker(engine: Engine): Promise<RunningWorker> {
  const { configuration, accounts, keyRing, target, client, payments, callQueues } = engine;
  const connection = await connectWorker(target);
  const common = {
    connection,
    namespace: target.namespace,
    dataConverter: dataConverter(keyRing),
    longestCallMs: longestCall(configuration.accounts),
    activities: {
      ...createProviderActivities({
        accounts,
        keyRing,
        secrets: secretsOf(configuration),
        crash: crashPlan(process.env),
      }),
      ...createCommandActivities(paymentPort(payments, client)),
    },
  };
  const workers: Worker[] = [await createWorker({ ...common, taskQueue: configuration.temporal.taskQueue })];
  for (const [account, taskQueue] of callQueues) {
    const most = configuration.accounts[account]?.['maxConcurrent'];
    workers.push(
      await createWorker({
        ...common,
        taskQueue,
        bundle: null,
        ...(typeof most === 'number' ? { maxConcurrentActivities: most } : {}),
      }),
    );
  }
  const running = workers.map((worker) => worker.run());
  const ended = Promise.all(running).then(() => undefined);
  ended.catch(() => undefined);
  return {
    ended,
    stop: async () => {
      for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
      await Promise.allSettled(running);
      await connection.close();
    },
  };
}

/** The longest `timeoutMs` of the accounts, 30 s where none is named. */
function longestCall(accounts: Engine['configuration']['accounts']): number {
  const given = Object.values(accounts).map((account) => account['timeoutMs']);
  return Math.max(30_000, ...given.filter((value) => typeof value === 'number'));
}
