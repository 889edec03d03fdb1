import { Runtime } from '@temporalio/worker';
import { createArchiveActivities } from '../activities/archive-activities.ts';
import { crashPlan } from '../activities/crash-point.ts';
import { archivePort } from '../audit/archive/keep-runs.ts';
import { ensureArchive } from '../temporal/archive-schedule.ts';
import { createWorkers, workerOptionsOf } from '../temporal/call-queue.ts';
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
  const { configuration, accounts, keyRing, target, client, payments } = engine;
  const observed = observability();
  const { log, metrics } = observed;
  log.hide(secretsOf(configuration));
  metrics.serves(accounts.values());
  const observers = [metrics, callLog(log.logger), traceCalls()];
  const webhooks = configureWebhooks(configuration);
  const metricsServer = await serveWorkerMetrics(observed);
  const connection = await connectWorker(target);
  const deployment = deploymentOf(configuration.temporal);
  const common = {
    connection,
    namespace: target.namespace,
    dataConverter: dataConverter(keyRing),
    ...workerOptionsOf(configuration),
    ...(deployment === null ? {} : { deployment }),
    activities: {
      ...engineActivities({
        configuration,
        accounts,
        keyRing,
        client,
        payments,
        crash: crashPlan(process.env),
        observers,
        webhooks,
        webhookObservers: [metrics, webhookLog(log.logger)],
      }),
      ...createArchiveActivities(
        archivePort({
          client,
          taskQueue: configuration.temporal.taskQueue,
          codec: encryptionCodec(keyRing),
          archive: engine.archive,
        }),
      ),
    },
  };
  const workers = await createWorkers(common);
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
