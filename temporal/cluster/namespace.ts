import { setTimeout as delay } from 'node:timers/promises';
import { Connection, isGrpcServiceError } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time.js';
import type { Log } from '../progress.ts';
import { registerSearchAttributes } from '../search-attributes.ts';

export interface NamespaceChoice {
  readonly namespace: string;
  /** Of a namespace that has to be made. */
  readonly retentionDays: number;
  /** What a person asks for now, in days; without it the retention of a namespace that is there stays. */
  readonly given?: number | undefined;
}

const DAY_MS = 86_400_000;
/** Every service reads the namespaces anew every two seconds, and knows new search attributes then. */
const NAMESPACE_REFRESH_MS = 4_000;
const NOT_FOUND = 5;

/**
 * Makes the namespace where it is missing, and registers our search attributes. The retention of one that is there is
 * somebody's decision, perhaps made by another tool: it changes only where a person asks for it, and never unsaid.
 *
 * @param address - of the frontend.
 * @throws the RPC's own error where the server does not answer yet
 */
export async function prepareNamespace(address: string, choice: NamespaceChoice, note: Log): Promise<void> {
  const { namespace, retentionDays, given } = choice;
  const connection = await Connection.connect({ address, connectTimeout: 2_000 });
  try {
    const { workflowService } = connection;
    await workflowService.getSystemInfo({});
    const days = await retentionOf(connection, namespace);
    if (days === null) {
      await workflowService.registerNamespace({
        namespace,
        workflowExecutionRetentionPeriod: period(retentionDays),
      });
      await delay(NAMESPACE_REFRESH_MS);
    } else if (given !== undefined && given !== days) {
      await workflowService.updateNamespace({
        namespace,
        config: { workflowExecutionRetentionTtl: period(given) },
      });
      note(
        `namespace ${namespace}: retention ${given < days ? 'lowered' : 'raised'} from ${days} to ${given} days`,
      );
    }
    const added = await registerSearchAttributes(connection, namespace);
    if (added.length > 0) await delay(NAMESPACE_REFRESH_MS);
  } finally {
    await connection.close();
  }
}

const period = (days: number): ReturnType<typeof msToTs> => msToTs(days * DAY_MS);

/** @returns days, or null where there is no such namespace. */
async function retentionOf({ workflowService }: Connection, namespace: string): Promise<number | null> {
  try {
    const { config } = await workflowService.describeNamespace({ namespace });
    return Number(config?.workflowExecutionRetentionTtl?.seconds ?? 0) / (DAY_MS / 1_000);
  } catch (error) {
    if (isGrpcServiceError(error) && error.code === NOT_FOUND) return null;
    throw error;
  }
}
