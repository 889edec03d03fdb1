/** The list of payments, out of visibility: it may lag by seconds behind the payments themselves. */
import { createHash } from 'node:crypto';
import type { Client } from '@temporalio/client';
import { decodeSearchAttributeValue } from './visibility-value.ts';
import { PaymentError } from './payment-error.ts';

export interface ListQuery {
  readonly status?: string;
  readonly provider?: string;
  readonly account?: string;
  /** A code, or `any`. */
  readonly attention?: string;
  /** The `next` of the page before. */
  readonly cursor?: string;
  /** 1 to 200. @default 50 */
  readonly limit?: number;
}

export interface PaymentListItem {
  readonly id: string;
  readonly account: string | null;
  readonly provider: string | null;
  readonly status: string | null;
  readonly attention: string | null;
  /** RFC 3339, UTC, milliseconds. */
  readonly deadline: string | null;
  readonly createdAt: string | null;
  readonly closed: string | null;
}

export interface PaymentList {
  readonly items: readonly PaymentListItem[];
  readonly next: string | null;
}

const PREFIX = 'payment/';
const SAFE = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/**
 * Open payments, newest first, then closed ones: the order in which visibility answers by itself.
 *
 * @throws PaymentError `validation` for a filter or a cursor that is none
 */
export async function listPayments(client: Client, query: ListQuery): Promise<PaymentList> {
  const answer = await client.workflowService
    .listWorkflowExecutions({
      namespace: client.options.namespace,
      pageSize: Math.min(200, Math.max(1, query.limit ?? 50)),
      query: filterOf(query),
      nextPageToken: query.cursor === undefined ? new Uint8Array() : tokenOf(query.cursor),
    })
    .catch((error: unknown) => {
      throw query.cursor !== undefined && isInvalidArgument(error) ? noCursor() : error;
    });
  const items = answer.executions.flatMap((execution) => {
    const id = execution.execution?.workflowId ?? '';
    if (!id.startsWith(PREFIX)) return [];
    const fields = execution.searchAttributes?.indexedFields ?? {};
    const text = (name: string): string | null => decodeSearchAttributeValue(fields[name]);
    const closed = execution.closeTime ?? null;
    return [
      {
        id: id.slice(PREFIX.length),
        account: text('TrancheAccount'),
        provider: text('TrancheProvider'),
        status: text('TrancheStatus'),
        attention: text('TrancheAttention'),
        deadline: instantOf(text('TrancheDeadline')),
        createdAt: instantOf(text('TrancheCreated')),
        closed:
          closed === null
            ? null
            : new Date(Number(closed.seconds) * 1000 + (closed.nanos ?? 0) / 1e6).toISOString(),
      },
    ];
  });
  const token = answer.nextPageToken ?? new Uint8Array();
  return { items, next: token.length === 0 ? null : cursorOf(token) };
}

/** Runs that went on as new ones are the past of a payment, not payments. */
function filterOf(query: ListQuery): string {
  const parts = ["WorkflowType = 'payment'", "ExecutionStatus != 'ContinuedAsNew'"];
  for (const [name, attribute] of [
    ['status', 'TrancheStatus'],
    ['provider', 'TrancheProvider'],
    ['account', 'TrancheAccount'],
    ['attention', 'TrancheAttention'],
  ] as const) {
    const value = query[name];
    if (value === undefined) continue;
    if (!SAFE.test(value)) throw new PaymentError('validation', 'not a value to filter by', { path: name });
    parts.push(
      name === 'attention' && value === 'any' ? `${attribute} IS NOT NULL` : `${attribute} = '${value}'`,
    );
  }
  return parts.join(' AND ');
}

/** The server's token behind a few characters of its own digest: what we did not give out never reaches the server. */
function cursorOf(token: Uint8Array): string {
  return `${checkOf(token)}${Buffer.from(token).toString('base64url')}`;
}

function tokenOf(cursor: string): Uint8Array {
  if (!/^[A-Za-z0-9_-]{1,4096}$/.test(cursor)) throw noCursor();
  const token = Buffer.from(cursor.slice(CHECK_LENGTH), 'base64url');
  if (token.length === 0 || cursor !== cursorOf(token)) throw noCursor();
  return token;
}

const CHECK_LENGTH = 8;
const checkOf = (token: Uint8Array): string =>
  createHash('sha256').update(token).digest('base64url').slice(0, CHECK_LENGTH);

const noCursor = (): PaymentError =>
  new PaymentError('validation', 'is not the `next` of a page', { path: 'cursor' });

/** gRPC status 3: a token of another server or another version of it. */
const isInvalidArgument = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 3;

const instantOf = (text: string | null): string | null =>
  text === null ? null : new Date(text).toISOString();
