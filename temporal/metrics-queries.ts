/** What only the payments together know, by counts out of visibility and a bounded number of readings. */
import type { Client } from '@temporalio/client';
import proto from '@temporalio/proto';
import type { PaymentView } from '../machines/view.ts';
import { ATTENTION_CODES } from '../payment/attention.ts';
import { STATUSES } from '../payment/status.ts';
import { paymentOf, quoted, runPage } from './visibility-page.ts';
import { undeliveredQuery } from './webhook-list.ts';

const { TaskQueueType } = proto.temporal.api.enums.v1;

export interface ViewSource {
  readonly client: Client;
  readonly taskQueue: string;
  /** Task queues of accounts that have one of their own. */
  readonly callQueues: readonly string[];
  /** One payment as it stands now. */
  readonly read: (payment: string) => Promise<PaymentView>;
}

/** How soon the deadline of what is held comes, in hours; `0` is behind us. */
export const HORIZONS = [0, 1, 24, 72] as const;

export interface QueueDepth {
  readonly queue: string;
  readonly type: 'workflow' | 'activity';
  readonly backlog: number;
  /** Of the oldest task that waits, seconds. */
  readonly age: number;
  readonly pollers: number;
}

export interface PaymentCounts {
  readonly open: ReadonlyMap<string, number>;
  /** By the attention that stands longest, of open payments; one with several counts once. */
  readonly attentions: ReadonlyMap<string, number>;
  readonly nearDeadline: ReadonlyMap<(typeof HORIZONS)[number], number>;
  /** Of payments that ended otherwise than by their own rules. */
  readonly broken: number;
  /** Payments with events that no endpoint took. */
  readonly undelivered: number;
}

/** Statuses of a payment with something held. */
const HOLDING = ['authorized', 'partially_captured', 'locked', 'lapsing'] as const;

/** Requests at a time, of each kind. */
const AT_ONCE = 4;

/** Visibility groups by nothing but the run's own status, so every value is a count of its own. */
export async function countPayments(source: ViewSource, now: number): Promise<PaymentCounts> {
  const { client } = source;
  const ours = oursOf(source);
  const open = openOf(source);
  const count = async (query: string): Promise<number> => (await client.workflow.count(query)).count;
  const some = await count(`${open} AND TrancheAttention IS NOT NULL`);
  const codes = some === 0 ? [] : ATTENTION_CODES;
  const attentions = await inTurns(codes, (code) => count(`${open} AND TrancheAttention = ${quoted(code)}`));
  const statuses = await inTurns(STATUSES, (status) =>
    count(`${open} AND TrancheStatus = ${quoted(status)}`),
  );
  const near = await inTurns(HORIZONS, (hours) => count(`${open} AND ${nearDeadline(now, hours)}`));
  const broken = await count(
    `${ours} AND ExecutionStatus IN ('Terminated', 'Failed', 'TimedOut', 'Canceled')`,
  );
  const undelivered = await count(undeliveredQuery(source.taskQueue));
  return {
    open: new Map(STATUSES.map((status, index) => [status, statuses[index] ?? 0])),
    attentions: new Map(ATTENTION_CODES.map((code, index) => [code, attentions[index] ?? 0])),
    nearDeadline: new Map(HORIZONS.map((hours, index) => [hours, near[index] ?? 0])),
    broken,
    undelivered,
  };
}

/** Payments whose outcome is unknown for a person to settle, oldest first as far as visibility can tell. */
export async function listUnknown(source: ViewSource, mostPages = 5): Promise<readonly string[]> {
  const query = `${openOf(source)} AND TrancheAttention = 'outcome-unknown'`;
  const found: string[] = [];
  let cursor: string | null = null;
  for (let page = 0; page < mostPages; page += 1) {
    const { items, next } = await runPage(source.client, query, cursor);
    found.push(...items.map(paymentOf));
    cursor = next;
    if (cursor === null) break;
  }
  return found.reverse();
}

export interface HeldNear {
  /** Minor units by currency. */
  readonly held: ReadonlyMap<string, number>;
  /** Payments near their deadline that the sums leave out. */
  readonly unread: number;
}

/** What is still held by payments whose deadline is at most so many hours away, of so many payments as are read. */
export async function sumHeldNear(
  source: ViewSource,
  now: number,
  { hours, most }: { readonly hours: number; readonly most: number },
): Promise<HeldNear> {
  const query = `${openOf(source)} AND ${nearDeadline(now, hours)}`;
  const { count } = await source.client.workflow.count(query);
  const { items } = count === 0 ? { items: [] } : await runPage(source.client, query, null, most);
  const views = await readSome(source, items.map(paymentOf));
  const held = new Map<string, number>();
  for (const { amounts } of views.values()) {
    const { value, currency } = amounts.held;
    held.set(currency, (held.get(currency) ?? 0) + value);
  }
  return { held, unread: Math.max(0, count - views.size) };
}

/** Those that answer, up to the first that does not: where no worker runs, each would take its whole time-out. */
export async function readSome(
  source: ViewSource,
  payments: readonly string[],
): Promise<ReadonlyMap<string, PaymentView>> {
  const views = new Map<string, PaymentView>();
  for (let from = 0; from < payments.length; from += AT_ONCE) {
    const some = payments.slice(from, from + AT_ONCE);
    const answers = await Promise.allSettled(some.map(source.read));
    for (const [index, answer] of answers.entries())
      if (answer.status === 'fulfilled') views.set(some[index] ?? '', answer.value);
    if (answers.some(({ status }) => status === 'rejected')) break;
  }
  return views;
}

/** What waits in the task queues for a worker; tasks that are kept for one worker's cache are not in it. */
export async function measureQueues({
  client,
  taskQueue,
  callQueues,
}: ViewSource): Promise<readonly QueueDepth[]> {
  const asked = [
    { queue: taskQueue, type: 'workflow' as const },
    ...[taskQueue, ...callQueues].map((queue) => ({ queue, type: 'activity' as const })),
  ];
  return inTurns(asked, async ({ queue, type }) => {
    const { stats, pollers } = await client.workflowService.describeTaskQueue({
      namespace: client.options.namespace,
      taskQueue: { name: queue },
      taskQueueType:
        type === 'workflow' ? TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW : TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY,
      reportStats: true,
    });
    const age = stats?.approximateBacklogAge;
    return {
      queue,
      type,
      backlog: Number(stats?.approximateBacklogCount ?? 0),
      age: Number(age?.seconds ?? 0) + (age?.nanos ?? 0) / 1e9,
      pollers: pollers.length,
    };
  });
}

const oursOf = ({ taskQueue }: ViewSource): string =>
  `WorkflowType = 'payment' AND TaskQueue = ${quoted(taskQueue)}`;

const openOf = (source: ViewSource): string => `${oursOf(source)} AND ExecutionStatus = 'Running'`;

/** A deadline is there only while something is held. */
const nearDeadline = (now: number, hours: number): string =>
  `TrancheStatus IN (${HOLDING.map(quoted).join(', ')}) AND TrancheDeadline < ${quoted(
    new Date(now + hours * 3_600_000).toISOString(),
  )}`;

/** In the order of the items, a few at a time. */
async function inTurns<T, R>(items: readonly T[], run: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let from = 0; from < items.length; from += AT_ONCE)
    results.push(...(await Promise.all(items.slice(from, from + AT_ONCE).map(run))));
  return results;
}
