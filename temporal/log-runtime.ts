/** What the Temporal SDK logs, through our own log; and where it serves its own metrics. */
import type { LogLevel, LogMetadata, Logger } from '@temporalio/common';
import type { RuntimeOptions } from '@temporalio/worker';
import type { Log } from './log.ts';
import { portFrom } from './metrics-server.ts';

const WORDS = { TRACE: 'trace', DEBUG: 'debug', INFO: 'info', WARN: 'warn', ERROR: 'error' } as const;

/** The SDK says it of every worker that has no workflows, as those that only make provider calls. */
const EXPECTED = 'No workflows registered';

/** Parts of the SDK itself, as against workflows and activities. */
const OWN: ReadonlySet<string> = new Set(['worker', 'core']);

/** The SDK's logger: workflows and activities log through it too, and only the fields of our log leave. */
export function temporalLogger(log: Log): Logger {
  const write = (level: LogLevel, message: string, meta: LogMetadata = {}): void => {
    if (message.startsWith(EXPECTED)) return;
    // A worker of ours is many of the SDK's, each of which tells of its every step.
    const ofSdk = OWN.has(String(meta['sdkComponent'])) && level === 'INFO';
    log[ofSdk ? 'debug' : WORDS[level]](meta, message);
  };
  return {
    log: write,
    trace: (message, meta) => write('TRACE', message, meta),
    debug: (message, meta) => write('DEBUG', message, meta),
    info: (message, meta) => write('INFO', message, meta),
    warn: (message, meta) => write('WARN', message, meta),
    error: (message, meta) => write('ERROR', message, meta),
  };
}

/** The environment's name for the port of the SDK's own metrics, on 127.0.0.1; off where it is not set. */
export const SDK_METRICS_PORT = 'TRANCHE_SDK_METRICS_PORT';

/**
 * Ending is ours to arrange: the SDK would shut workers down at the first signal, whatever still needs them.
 *
 * @throws Error where the environment names a port that is none.
 */
export function runtimeOptions(
  log: Log,
  environment: Readonly<Record<string, string | undefined>>,
): RuntimeOptions {
  const port = portFrom(environment, SDK_METRICS_PORT);
  return {
    shutdownSignals: [],
    logger: temporalLogger(log),
    telemetryOptions: {
      logging: { filter: { core: 'WARN', other: 'ERROR' }, forward: {} },
      ...(port === null ? {} : { metrics: { prometheus: { bindAddress: `127.0.0.1:${port}` } } }),
    },
  };
}
