/**
 * Where a notice goes. It is durable once the server has accepted the signal; no worker need be up. A notice that
 * matches no payment yet goes to the account's inbox, which tries again.
 */
import type { Client } from '@temporalio/client';
import { encodeToPayloads } from '@temporalio/common/lib/internal-non-workflow/index.js';
import type { Delivery } from '../activities/contract.ts';
import type { Notice } from '../payment/notice.ts';
import { holdByReference, holdOf } from './hold.ts';
import { faultOf } from './update-fault.ts';
import { quoted } from './visibility-page.ts';

export interface RoutedNotice {
  readonly account: string;
  readonly notice: Notice;
}

export type Route =
  | { readonly to: 'payment'; readonly workflowId: string }
  | { readonly to: 'inbox'; readonly workflowId: string };

/** A visibility store that hangs must leave time for the signal before the edge has to answer: the inbox looks again. */
const LOOKUP_MS = 2_000;

/**
 * Hands a notice to its payment or to the inbox.
 *
 * @returns where it is durable now.
 * @throws the RPC's error where the server took it for neither: then it must not be acknowledged.
 */
export async function routeNotice(client: Client, taskQueue: string, routed: RoutedNotice): Promise<Route> {
  const found = await client
    .withDeadline(Date.now() + LOOKUP_MS, () => findOpen(client, routed))
    .catch(() => null);
  if (found !== null && (await signalled(client, found, routed.notice)))
    return { to: 'payment', workflowId: found };
  const workflowId = await toInbox(client, taskQueue, routed, 'deliver');
  return { to: 'inbox', workflowId };
}

/** Hands a notice of a payment that has ended to the inbox, for a person. */
export async function keepNotice(client: Client, taskQueue: string, routed: RoutedNotice): Promise<void> {
  await toInbox(client, taskQueue, routed, 'keep');
}

async function toInbox(
  client: Client,
  taskQueue: string,
  { account, notice }: RoutedNotice,
  signal: 'deliver' | 'keep',
): Promise<string> {
  const workflowId = `inbox/${account}`;
  await client.workflow.signalWithStart('inbox', {
    workflowId,
    taskQueue,
    args: [{ account }],
    signal,
    signalArgs: [notice],
  });
  return workflowId;
}

/** One try from the inbox: hands the notice to its payment or says why not. */
export async function deliverNotice(client: Client, routed: RoutedNotice): Promise<Delivery> {
  const found = await findOpen(client, routed);
  if (found !== null && (await signalled(client, found, routed.notice))) return 'delivered';
  return (await find(
    client,
    routed,
    "ExecutionStatus IN ('Completed', 'Terminated', 'Failed', 'Canceled', 'TimedOut')",
  )) === null
    ? 'no-payment'
    : 'closed';
}

const findOpen = (client: Client, routed: RoutedNotice): Promise<string | null> =>
  find(client, routed, "ExecutionStatus = 'Running'");

/** By our own reference first, where the message repeats it, then by the provider's. */
async function find(
  client: Client,
  { account, notice }: RoutedNotice,
  state: string,
): Promise<string | null> {
  const holds = [
    ...(notice.reference === undefined ? [] : [holdByReference(account, notice.reference)]),
    holdOf(account, notice.providerReference),
  ];
  const either = holds.map(quoted).join(', ');
  const { executions } = await client.workflowService.listWorkflowExecutions({
    namespace: client.options.namespace,
    pageSize: 1,
    query: `WorkflowType = 'payment' AND ${state} AND TrancheHold IN (${either})`,
  });
  return executions[0]?.execution?.workflowId ?? null;
}

/** The request id is the event's identity, so that one event told twice is one signal. False where it is closed. */
async function signalled(client: Client, workflowId: string, notice: Notice): Promise<boolean> {
  const payloads = (await encodeToPayloads(client.options.loadedDataConverter, notice)) ?? [];
  try {
    await client.workflowService.signalWorkflowExecution({
      namespace: client.options.namespace,
      identity: client.options.identity,
      workflowExecution: { workflowId },
      signalName: 'notice',
      requestId: notice.identity,
      input: { payloads },
    });
    return true;
  } catch (error) {
    if (faultOf(error).kind === 'gone') return false;
    throw error;
  }
}
