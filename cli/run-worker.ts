import { Runtime } from '@temporalio/worker';
import { createCommandActivities } from '../activities/command-activities.ts';
import { crashPlan } from '../activities/crash-point.ts';
import { watchCalls, watchCommands } from '../activities/metrics.ts';
import { createProviderActivities } from '../activities/provider-activities.ts';
import { createSweepActivities } from '../activities/sweep-activities.ts';
import { accountSchemas, isProviderName } from '../providers/account-schemas.ts';
import { createWorkers } from '../temporal/call-queue.ts';
import { secretsOf } from '../temporal/configuration-print.ts';
import { connectWorker } from '../temporal/connection.ts';
import { dataConverter } from '../temporal/data-converter.ts';
import { callLog } from '../temporal/log-calls.ts';
import { paymentPort } from '../temporal/payment-port.ts';
import { ensureSweep } from '../temporal/schedules.ts';
import { sweepPort } from '../temporal/sweep-port.ts';
import { traceCalls } from '../temporal/traces.ts';
import type { Engine } from './connect.ts';
import { observability, serveWorkerMetrics } from './observability.ts';

export interface RunningWorker {
  /** Rejects when a worker fails for good. */
  readonly ended: Promise<void>;
  /** Takes no more tasks, lets provider calls end, then closes. */
  stop(): Promise<void>;
}

/** Starts the workers of an installation in this process: one for the engine, one for each account's calls. */
export async function runWorker(engine: Engine): Promise<RunningWorker> {
  const { configuration, accounts, keyRing, target, client, payments, limits } = engine;
  const observed = observability();
  const { log, metrics } = observed;
  log.hide(secretsOf(configuration));
  const observers = [metrics, callLog(log.logger), traceCalls()];
  const metricsServer = await serveWorkerMetrics(observed);
  const connection = await connectWorker(target);
  const common = {
    connection,
    namespace: target.namespace,
    dataConverter: dataConverter(keyRing),
    longestCallMs: longestCall(configuration.accounts),
    activities: {
      ...watchCalls(
        createProviderActivities({
          accounts,
          keyRing,
          secrets: secretsOf(configuration),
          crash: crashPlan(process.env),
          breakers: new Map([...limits].map(([account, { breaker }]) => [account, breaker])),
        }),
        accounts,
        observers,
      ),
      ...watchCommands(createCommandActivities(paymentPort(payments, client)), observers),
      ...createSweepActivities(sweepPort(client, configuration.temporal.taskQueue)),
    },
  };
  const workers = await createWorkers({
    ...common,
    taskQueue: configuration.temporal.taskQueue,
    limits,
  });
  const running = workers.map((worker) => worker.run());
  const ended = Promise.all(running).then(() => undefined);
  ended.catch(() => undefined);
  // Payments move by their own timers: a namespace that allows no schedules loses the net below them, no more.
  await ensureSweep(client, configuration.temporal.taskQueue).catch((error: unknown) =>
    Runtime.instance().logger.warn('the sweep could not be scheduled', { error }),
  );
  return {
    ended,
    stop: async () => {
      for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
      await Promise.allSettled(running);
      await connection.close();
      await metricsServer?.close();
    },
  };
}

/** The longest time-out of the accounts: what they name, or the default of their provider's schema; 30 s without any. */
function longestCall(accounts: Engine['configuration']['accounts']): number {
  const given = Object.values(accounts).flatMap((account) => {
    const checked = isProviderName(account.provider)
      ? accountSchemas[account.provider].safeParse(account)
      : null;
    const options = checked?.success === true ? (checked.data as Readonly<Record<string, unknown>>) : account;
    return [options['timeoutMs'], options['authorizationTimeoutMs']];
  });
  return Math.max(30_000, ...given.filter((value) => typeof value === 'number'));
}
