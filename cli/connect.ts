import { Client, type Connection } from '@temporalio/client';
import { Runtime } from '@temporalio/worker';
import type { KeyRing } from '../activities/key-ring.ts';
import { KeptPayments, type Looked } from '../audit/archive/kept-payments.ts';
import { ArchiveAtHand } from '../audit/archive/open-archive.ts';
import { configureAccounts } from '../temporal/accounts.ts';
import { PaymentClient } from '../temporal/client.ts';
import type { Configuration } from '../temporal/configuration.ts';
import { connectClient, resolveTarget, type ResolvedTarget } from '../temporal/connection.ts';
import { dataConverter } from '../temporal/data-converter.ts';
import { keyRingOf } from '../temporal/key-ring.ts';
import { runtimeOptions } from '../temporal/log-runtime.ts';
import type { LogLevel } from '../temporal/log.ts';
import { callQueuesOf, limitsOfAll } from '../temporal/call-queue.ts';
import { anyWants } from '../temporal/webhook-endpoint.ts';
import type { ProviderAccount } from '../providers/provider.ts';
import { archivePlace } from './archive-place.ts';
import { UnreachableError } from './exit.ts';
import { observability } from './observability.ts';

/** The engine as one process reaches it. */
export interface Engine {
  readonly configuration: Configuration;
  readonly target: ResolvedTarget;
  readonly connection: Connection;
  readonly client: Client;
  readonly payments: PaymentClient;
  readonly accounts: ReadonlyMap<string, ProviderAccount>;
  readonly keyRing: KeyRing;
  readonly archive: ArchiveAtHand;
  /** Task queues of accounts whose calls are limited. */
  readonly callQueues: ReadonlyMap<string, string>;
  close(): Promise<void>;
}

const CONNECT_MS = 5_000;

/**
 * Connects to Temporal with what a configuration says.
 *
 * @throws ConfigurationError, or UnreachableError where no server answers.
 */
export async function connectEngine(configuration: Configuration): Promise<Engine> {
  const keyRing = keyRingOf(configuration);
  const accounts = configureAccounts(configuration.accounts);
  const target = resolveTarget(configuration.temporal);
  const connection = await connectClient(target, CONNECT_MS).catch((cause: unknown) => {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new UnreachableError(`${message}; start one with tranche dev, or check it with tranche doctor`, {
      cause,
    });
  });
  const client = new Client({
    connection,
    namespace: target.namespace,
    dataConverter: dataConverter(keyRing),
  });
  const { taskQueue } = configuration.temporal;
  const archive = new ArchiveAtHand(archivePlace(configuration), keyRing);
  const callQueues = callQueuesOf(taskQueue, limitsOfAll(configuration));
  return {
    configuration,
    target,
    connection,
    client,
    payments: new PaymentClient({
      client,
      taskQueue,
      accounts,
      callQueues,
      keyRing,
      archive: new KeptPayments(archive, { looked: tellLooked }),
      tells: (account) => anyWants(configuration.webhooks, account),
    }),
    accounts,
    keyRing,
    archive,
    callQueues,
    close: async () => {
      for (const account of accounts.values()) await account.close();
      await connection.close();
      await archive.close();
    },
  };
}

/** Payments are created without it too; what that leaves open stands in docs/decisions/0011. */
function tellLooked(result: Looked, error?: unknown): void {
  const { log, metrics } = observability();
  metrics.archiveLooked(result);
  if (error !== undefined)
    log.logger.warn({ error, kind: 'archive' }, 'the archive did not answer before a creation');
}

/** The SDK as a service runs it: signals are ours, and what it logs goes through our log. */
export function keepSignals(level: LogLevel = 'info'): void {
  Runtime.install(runtimeOptions(observability(level).log.logger, process.env));
}
