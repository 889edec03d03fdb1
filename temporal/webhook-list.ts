/** The workflows that deliver, out of visibility, which lags by seconds. */
import type { Client } from '@temporalio/client';
import { quoted, runPage } from './visibility-page.ts';
import { decodeSearchAttributeValue } from './visibility-value.ts';

export interface WebhookListItem {
  readonly payment: string;
  readonly account: string | null;
  /** `webhook-undelivered` where it has dead letters. */
  readonly attention: string | null;
  /** When the first event of those that still wait came, RFC 3339. */
  readonly since: string | null;
}

const PREFIX = 'webhook/';

export const webhookIdFor = (payment: string): string => `${PREFIX}${payment}`;

const openQuery = (taskQueue: string): string =>
  `WorkflowType = 'webhook' AND TaskQueue = ${quoted(taskQueue)} AND ExecutionStatus = 'Running'`;

/** Payments with dead letters. */
export const undeliveredQuery = (taskQueue: string): string =>
  `${openQuery(taskQueue)} AND TrancheAttention = 'webhook-undelivered'`;

/**
 * Payments with events on their way, newest first.
 *
 * @param options.waiting - those too whose events still have tries left.
 */
export async function listWebhooks(
  client: Client,
  taskQueue: string,
  options: { readonly waiting: boolean; readonly limit: number },
): Promise<readonly WebhookListItem[]> {
  const query = options.waiting ? openQuery(taskQueue) : undeliveredQuery(taskQueue);
  const { items } = await runPage(client, query, null, options.limit);
  return items.map((run) => {
    const fields = run.searchAttributes?.indexedFields ?? {};
    const seconds = run.startTime?.seconds;
    return {
      payment: (run.execution?.workflowId ?? '').slice(PREFIX.length),
      account: decodeSearchAttributeValue(fields['TrancheAccount']),
      attention: decodeSearchAttributeValue(fields['TrancheAttention']),
      since: seconds == null ? null : new Date(Number(seconds) * 1000).toISOString(),
    };
  });
}
