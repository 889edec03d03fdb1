import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import type { PayloadCodec } from '@temporalio/common';
import { PaymentError } from '../temporal/payment-error.ts';
import { workflowIdOf } from '../temporal/visibility-page.ts';
import type { RunHistory } from './bundle.ts';
import { decodedEvents } from './decode-history.ts';
import { attributesOf, textIn } from './event.ts';

/** What tells whether a payment has moved since it was looked at. */
export interface Head {
  readonly runId: string;
  /** The last event of that run. */
  readonly eventId: number;
}

/** Carried on so often a payment is none: a run takes some 2 000 updates. */
const MOST_RUNS = 1_000;

/** @throws PaymentError `not-found` */
export async function headOf(client: Client, payment: string): Promise<Head> {
  try {
    const { runId, historyLength } = await client.workflow.getHandle(workflowIdOf(payment)).describe();
    return { runId, eventId: historyLength };
  } catch (error) {
    if (error instanceof WorkflowNotFoundError)
      throw new PaymentError('not-found', `there is no payment ${payment}`);
    throw error;
  }
}

/** A run that is kept elsewhere when Temporal has forgotten it; null where it is not. */
export type KeptRun = (runId: string) => Promise<RunHistory | null>;

/**
 * All runs of a payment, oldest first, with their payloads decoded.
 *
 * @param kept - asked for runs that Temporal does not have any more. @default none are
 * @throws PaymentError `not-found` where the payment or one of its runs is not kept any more; what the codec throws.
 */
export async function fetchRuns(
  client: Client,
  codec: PayloadCodec,
  payment: string,
  kept?: KeptRun,
): Promise<readonly RunHistory[]> {
  const { runId: last } = await headOf(client, payment);
  const runs = [...(await runsUpTo(client, codec, payment, last, kept))];
  // It may have gone on as a new run while it was read.
  for (let runId = nextOf(runs.at(-1)); runId !== ''; runId = nextOf(runs.at(-1))) {
    refuseMore(payment, runs.length);
    runs.push(await runOf(client, codec, payment, runId));
  }
  return runs;
}

/** A run of a payment with all before it, oldest first. @throws as {@link fetchRuns} does. */
export async function runsUpTo(
  client: Client,
  codec: PayloadCodec,
  payment: string,
  last: string,
  kept: KeptRun = async () => null,
): Promise<readonly RunHistory[]> {
  const runs: RunHistory[] = [];
  for (let runId = last; runId !== ''; ) {
    refuseMore(payment, runs.length);
    const run = await runOf(client, codec, payment, runId).catch(async (error: unknown) => {
      const other = error instanceof PaymentError && error.code === 'not-found' ? await kept(runId) : null;
      if (other === null) throw error;
      return other;
    });
    runs.unshift(run);
    runId = memberOf(run.events[0], 'continuedExecutionRunId');
  }
  return runs;
}

function refuseMore(payment: string, runs: number): void {
  if (runs >= MOST_RUNS) throw new Error(`payment ${payment} has more than ${MOST_RUNS} runs`);
}

/** One run with its payloads decoded. @throws PaymentError `not-found` where it is not kept any more; what the codec throws. */
export const runOf = async (
  client: Client,
  codec: PayloadCodec,
  payment: string,
  runId: string,
): Promise<RunHistory> => ({ runId, events: await eventsOf(client, codec, payment, runId) });

const memberOf = (event: RunHistory['events'][number] | undefined, name: string): string =>
  event === undefined ? '' : textIn(attributesOf(event), name);

function nextOf(run: RunHistory | undefined): string {
  const last = run?.events.at(-1);
  return last?.eventType === 'EVENT_TYPE_WORKFLOW_EXECUTION_CONTINUED_AS_NEW'
    ? memberOf(last, 'newExecutionRunId')
    : '';
}

/** The gRPC code of something that is not there. */
const NOT_FOUND = 5;

async function eventsOf(
  client: Client,
  codec: PayloadCodec,
  payment: string,
  runId: string,
): Promise<RunHistory['events']> {
  try {
    const history = await client.workflow.getHandle(workflowIdOf(payment), runId).fetchHistory();
    return await decodedEvents(history, codec);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === NOT_FOUND) {
      const text = `run ${runId} of payment ${payment} is not kept any more`;
      throw new PaymentError('not-found', text);
    }
    throw error;
  }
}
