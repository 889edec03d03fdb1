import type { Client } from '@temporalio/client';
import { encodeToPayloads } from '@temporalio/common/lib/internal-non-workflow/index.js';
import type { HoldOwner, SweepPort } from '../activities/sweep-activities.ts';
import { holdShared, poke } from '../workflows/messages.ts';
import { brokenPayments } from './broken-payments.ts';
import { lastSweep } from './schedules.ts';
import { faultOf } from './update-fault.ts';
import { type ListedRun, paymentOf, quoted, runPage, runsWith, workflowIdOf } from './visibility-page.ts';
import { decodeSearchAttributeValue } from './visibility-value.ts';

/** An authorisation that takes longer has lost its timer, or waits for a customer who has gone. */
const LONG_MS = 3_600_000;

/** Statuses with money held, or with an authorisation that may yet hold some. */
const HOLDING: ReadonlySet<string> = new Set([
  'authorizing',
  'awaiting',
  'authorized',
  'partially_captured',
  'locked',
  'lapsing',
]);

/** @param taskQueue - of the installation: others may share the namespace. */
export function sweepPort(client: Client, taskQueue: string): SweepPort {
  const open = `WorkflowType = 'payment' AND TaskQueue = ${quoted(taskQueue)} AND ExecutionStatus = 'Running'`;
  return {
    async overdue(at, cursor) {
      const past = `TrancheDeadline < ${instant(at)}`;
      const long = `(TrancheStatus IN ('authorizing', 'awaiting') AND TrancheCreated < ${instant(at - LONG_MS)})`;
      const query = `${open} AND (TrancheAttention IS NOT NULL OR ${past} OR ${long})`;
      const { items, next } = await runPage(client, query, cursor);
      return { items: items.map(paymentOf), next };
    },
    async begunSince(since, cursor) {
      const { items, next } = await runPage(
        client,
        `${open} AND TrancheCreated >= ${instant(since)}`,
        cursor,
      );
      return { items: items.flatMap(ownerOf), next };
    },
    ownersOf: async (holds) => (await runsWith(client, open, 'TrancheHold', holds)).flatMap(ownerOf),
    broken: () => brokenPayments(client, taskQueue),
    lastSweep: () => lastSweep(client, taskQueue),
    poke: (payment, requestId) => signal(client, payment, poke.name, requestId, []),
    holdShared: (payment, other, requestId) =>
      signal(client, payment, holdShared.name, requestId, [{ payment: other }]),
  };
}

/** The server takes one request id for one signal, however often it comes. A payment that has ended needs none. */
async function signal(
  client: Client,
  payment: string,
  signalName: string,
  requestId: string,
  args: readonly unknown[],
): Promise<void> {
  const payloads = (await encodeToPayloads(client.options.loadedDataConverter, ...args)) ?? [];
  try {
    await client.workflowService.signalWorkflowExecution({
      namespace: client.options.namespace,
      identity: client.options.identity,
      workflowExecution: { workflowId: workflowIdOf(payment) },
      signalName,
      requestId,
      input: { payloads },
    });
  } catch (error) {
    if (faultOf(error).kind !== 'gone') throw error;
  }
}

function ownerOf(run: ListedRun): readonly HoldOwner[] {
  const fields = run.searchAttributes?.indexedFields ?? {};
  const hold = decodeSearchAttributeValue(fields['TrancheHold']);
  const status = decodeSearchAttributeValue(fields['TrancheStatus']) ?? '';
  // A refused authorisation stands on nothing.
  if (hold === null || status === 'declined') return [];
  return [{ payment: paymentOf(run), hold, holding: HOLDING.has(status) }];
}

const instant = (at: number): string => quoted(new Date(at).toISOString());
