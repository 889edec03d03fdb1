/** Runs by what visibility knows of them, page by page; it lags by seconds behind the runs themselves. */
import type { Client } from '@temporalio/client';

/** One run as visibility lists it; its search attributes are read by `decodeSearchAttributeValue`. */
export type ListedRun = Awaited<
  ReturnType<Client['workflowService']['listWorkflowExecutions']>
>['executions'][number];

export interface RunPage {
  readonly items: readonly ListedRun[];
  /** What the next page is asked for by; null after the last. */
  readonly next: string | null;
}

/** @param cursor - the `next` of the page before. */
export async function runPage(
  client: Client,
  query: string,
  cursor: string | null,
  pageSize = 200,
): Promise<RunPage> {
  const { executions, nextPageToken } = await client.workflowService.listWorkflowExecutions({
    namespace: client.options.namespace,
    query,
    pageSize,
    nextPageToken: Buffer.from(cursor ?? '', 'base64'),
  });
  return { items: executions, next: Buffer.from(nextPageToken ?? []).toString('base64') || null };
}

/** Values in one `IN`. */
const BATCH = 50;
/** Pages that are read for one batch: of values that name a few runs each, the first is the last. */
const MOST_PAGES = 50;

/**
 * All runs of which an attribute has one of the values.
 *
 * @param query - what else they are held against.
 * @param values - those with characters that a query could trip over find nothing.
 */
export async function runsWith(
  client: Client,
  query: string,
  attribute: string,
  values: readonly string[],
): Promise<readonly ListedRun[]> {
  const plain = values.filter((value) => /^[A-Za-z0-9._:/ -]+$/.test(value));
  const found: ListedRun[] = [];
  for (let from = 0; from < plain.length; from += BATCH) {
    const list = plain
      .slice(from, from + BATCH)
      .map(quoted)
      .join(', ');
    let cursor: string | null = null;
    for (let pages = 0; pages < MOST_PAGES; pages += 1) {
      const page: RunPage = await runPage(client, `${query} AND ${attribute} IN (${list})`, cursor);
      found.push(...page.items);
      cursor = page.next;
      if (cursor === null) break;
    }
  }
  return found;
}

/** As a value in a query. */
export const quoted = (value: string): string => `'${value.replaceAll(/['\\]/g, '_')}'`;

const PREFIX = 'payment/';

export const workflowIdOf = (payment: string): string => `${PREFIX}${payment}`;

/** The payment that a run is of. */
export const paymentOf = (run: ListedRun): string => (run.execution?.workflowId ?? '').slice(PREFIX.length);
