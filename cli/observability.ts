import { env } from 'node:process';
import { createLog, type LogLevel, type ProcessLog } from '../temporal/log.ts';
import { Metrics } from '../temporal/metrics.ts';
import {
  hostFrom,
  METRICS_PORT,
  type MetricsServer,
  portFrom,
  serveMetrics,
} from '../temporal/metrics-server.ts';

export interface Observability {
  readonly log: ProcessLog;
  readonly metrics: Metrics;
}

let ofProcess: Observability | null = null;

/** The log and the metrics of this process, made when a service first asks. @param level - where LOG_LEVEL names none. */
export function observability(level: LogLevel = 'info'): Observability {
  ofProcess ??= { log: createLog({ level }), metrics: new Metrics() };
  return ofProcess;
}

/** The worker's own address for its metrics, where the environment names a port; TRANCHE_METRICS_HOST says who may reach it. */
export async function serveWorkerMetrics({ log, metrics }: Observability): Promise<MetricsServer | null> {
  const port = portFrom(env, METRICS_PORT);
  if (port === null) return null;
  const server = await serveMetrics(metrics, port, hostFrom(env));
  log.logger.info(`metrics at ${server.url}`);
  return server;
}
