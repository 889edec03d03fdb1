import { Runtime } from '@temporalio/worker';
import { createArchiveActivities } from '../activities/archive-activities.ts';
import { crashPlan } from '../activities/crash-point.ts';
import { createWebhookActivities } from '../activities/webhook-activities.ts';
import { archivePort } from '../audit/archive/keep-runs.ts';
import { accountSchemas, isProviderName } from '../providers/account-schemas.ts';
import { ensureArchive } from '../temporal/archive-schedule.ts';
import { createWorkers } from '../temporal/call-queue.ts';
import { encryptionCodec } from '../temporal/codec.ts';
import { secretsOf } from '../temporal/configuration-print.ts';
import { connectWorker } from '../temporal/connection.ts';
import { dataConverter } from '../temporal/data-converter.ts';
import { deploymentOf, versionText } from '../temporal/deployment.ts';
import { engineActivities } from '../temporal/engine-activities.ts';
import { callLog } from '../temporal/log-calls.ts';
import { ensureSweep } from '../temporal/schedules.ts';
import { traceCalls } from '../temporal/traces.ts';
import { configureWebhooks } from '../temporal/webhook-endpoint.ts';
import { webhookLog } from '../temporal/webhook-log.ts';
import type { Engine } from './connect.ts';
import { observability, serveWorkerMetrics } from './observability.ts';

export interface RunningWorker {
  /** What the workers poll as; null where they are not versioned. */
  readonly version: string | null;
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
  const webhooks = configureWebhooks(configuration);
  const metricsServer = await serveWorkerMetrics(observed);
  const connection = await connectWorker(target);
  const deployment = deploymentOf(configuration.temporal);
  const common = {
    connection,
    namespace: target.namespace,
    dataConverter: dataConverter(keyRing),
    longestCallMs: longestCall(configuration.accounts),
    ...(deployment === null ? {} : { deployment }),
    activities: {
      ...engineActivities({
        accounts,
        keyRing,
        client,
        payments,
        taskQueue: configuration.temporal.taskQueue,
        secrets: secretsOf(configuration),
        crash: crashPlan(process.env),
        breakers: new Map([...limits].map(([account, { breaker }]) => [account, breaker])),
        observers,
      }),
      ...createArchiveActivities(
        archivePort({
          client,
          taskQueue: configuration.temporal.taskQueue,
          codec: encryptionCodec(keyRing),
          archive: engine.archive,
        }),
      ),
      ...createWebhookActivities({ port: webhooks, observers: [metrics, webhookLog(log.logger)] }),
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
  await ensureArchive(client, configuration.temporal.taskQueue).catch((error: unknown) =>
    Runtime.instance().logger.warn('the archive could not be scheduled', { error }),
  );
  return {
    version: deployment === null ? null : versionText(deployment.version),
    ended,
    stop: async () => {
      for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
      await Promise.allSettled(running);
      await webhooks.close();
      await connection.close();
      await metricsServer?.close();
    },
  };
}

/** The longest time-out of the accounts: what they name, or the default of their provider's schema; 30 s without any. */
export function longestCall(accounts: Engine['configuration']['accounts']): number {
  const given = Object.values(accounts).flatMap((account) => {
    const checked = isProviderName(account.provider)
      ? accountSchemas[account.provider].safeParse(account)
      : null;
    const options = checked?.success === true ? (checked.data as Readonly<Record<string, unknown>>) : account;
    return [options['timeoutMs'], options['authorizationTimeoutMs']];
  });
  return Math.max(30_000, ...given.filter((value) => typeof value === 'number'));
}
