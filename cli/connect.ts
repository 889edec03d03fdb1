import { Client, type Connection } from '@temporalio/client';
import { DefaultLogger, Runtime } from '@temporalio/worker';
import type { KeyRing } from '../activities/key-ring.ts';
import { configureAccounts } from '../temporal/accounts.ts';
import { PaymentClient } from '../temporal/client.ts';
import type { Configuration } from '../temporal/configuration.ts';
import { connectClient, resolveTarget, type ResolvedTarget } from '../temporal/connection.ts';
import { dataConverter } from '../temporal/data-converter.ts';
import { keyRingOf } from '../temporal/key-ring.ts';
import { callQueueOf } from '../temporal/worker.ts';
import type { ProviderAccount } from '../providers/provider.ts';
import { UnreachableError } from './exit.ts';

/** The engine as one process reaches it. */
export interface Engine {
  readonly configuration: Configuration;
  readonly target: ResolvedTarget;
  readonly connection: Connection;
  readonly client: Client;
  readonly payments: PaymentClient;
  readonly accounts: ReadonlyMap<string, ProviderAccount>;
  readonly keyRing: KeyRing;
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
  const callQueues = callQueuesOf(configuration);
  return {
    configuration,
    target,
    connection,
    client,
    payments: new PaymentClient({ client, taskQueue, accounts, callQueues }),
    accounts,
    keyRing,
    callQueues,
    close: async () => {
      for (const account of accounts.values()) await account.close();
      await connection.close();
    },
  };
}

/** Accounts with `rate` or `maxConcurrent` have their calls on a queue of their own (agreement, section 5). */
function callQueuesOf({ accounts, temporal }: Configuration): ReadonlyMap<string, string> {
  const limited = Object.entries(accounts).filter(
    ([, account]) => account['rate'] !== undefined || account['maxConcurrent'] !== undefined,
  );
  return new Map(limited.map(([name]) => [name, callQueueOf(temporal.taskQueue, name)]));
}

/** Ending is ours to arrange: the SDK would shut workers down at the first signal, whatever still needs them. */
export function keepSignals(): void {
  Runtime.install({ shutdownSignals: [], logger: new DefaultLogger('WARN') });
}
