import type { Client } from '@temporalio/client';
import type { BrokenPayment, BrokenPayments } from '../activities/contract.ts';
import { paymentOf, quoted, runPage, runsWith, workflowIdOf } from './visibility-page.ts';

/** Payments end by their own rules; what ended in one of these ways left money with nobody to watch it. */
const HOW: Readonly<Record<number, BrokenPayment['how']>> = {
  3: 'failed',
  4: 'canceled',
  5: 'terminated',
  7: 'timed-out',
};
const BROKEN = "ExecutionStatus IN ('Terminated', 'Failed', 'TimedOut', 'Canceled')";

/** The query that lists them, for people. */
export const brokenQuery = (taskQueue: string): string =>
  `WorkflowType = 'payment' AND TaskQueue = ${quoted(taskQueue)} AND ${BROKEN}`;

/**
 * The payments of a task queue that did not end by their own rules, as long as the namespace keeps them. A reset of a
 * payment that was closed cannot be seen here.
 *
 * @param most - how many are named.
 */
export async function brokenPayments(client: Client, taskQueue: string, most = 100): Promise<BrokenPayments> {
  const query = brokenQuery(taskQueue);
  const { count } = await client.workflow.count(query);
  if (count === 0) return { count, payments: [] };
  const { items } = await runPage(client, query, null, most);
  const payments = [...new Set(items.map(paymentOf))];
  // A terminated payment cannot be created again: a run that stands beside it comes from a reset.
  const beside = `WorkflowType = 'payment' AND ExecutionStatus IN ('Running', 'Completed')`;
  const others = await runsWith(client, beside, 'WorkflowId', payments.map(workflowIdOf));
  const resumed = new Set(others.map(paymentOf));
  return {
    count,
    payments: items.map((run) => {
      const payment = paymentOf(run);
      const how = HOW[run.status ?? 0] ?? 'failed';
      return { payment, how: how === 'terminated' && resumed.has(payment) ? 'reset' : how };
    }),
  };
}
