// What this team's worker runs: Tranche's workflows, by their own names, and the team's own beside them.
import { condition, proxyActivities, setHandler, defineSignal, workflowInfo } from '@temporalio/workflow';
import type { CommandActivities } from 'tranche/activities/contract';
import { COMMAND_OPTIONS } from 'tranche/workflows/activity-options';
import { operationEnded } from 'tranche/workflows/messages';

export * from 'tranche/workflows';

/** The car is back: what it cost, in minor units of the deposit's currency. */
export const carReturned = defineSignal<[number]>('carReturned');

export interface Rental {
  /** Also the id of the payment. */
  readonly id: string;
  readonly account: string;
  readonly currency: string;
  /** Held when the car is handed out, minor units. */
  readonly deposit: number;
  /** As in POST /v1/payments. */
  readonly authorization: Readonly<Record<string, unknown>>;
}

// Options that suit the two: asked again until the payment answers, which is safe, since each carries its own id.
const { createPayment, commandPayment } = proxyActivities<CommandActivities>(COMMAND_OPTIONS);

/** Holds a deposit, captures the price once the car is back, and so frees the rest. */
export async function rental({ id, account, currency, deposit, authorization }: Rental): Promise<string> {
  let price: number | null = null;
  const ends = new Map<string, string>();
  setHandler(carReturned, (cost) => void (price ??= cost));
  // Outcomes that come after the answer: a pending authorisation, a capture whose outcome was unknown at first.
  setHandler(operationEnded, ({ operation, state }) => void ends.set(operation, state));

  const held = await createPayment({
    payment: id,
    body: { account, amount: { value: deposit, currency }, authorization },
    orderWorkflow: workflowInfo().workflowId,
  });
  if (!held.accepted) return `refused: ${held.message}`;
  if ((await ended(held.operation, held.state)) !== 'approved') return 'no deposit';

  await condition(() => price !== null);
  const asked = await commandPayment({
    payment: id,
    command: { type: 'capture', id: 'price', amount: price ?? 0, final: true },
  });
  if (!asked.accepted) return `refused: ${asked.message}`;
  return `price ${await ended(asked.operation, asked.state)}`;

  /** The final word: planned, sent, pending and unknown are none. */
  async function ended(operation: string, state: string): Promise<string> {
    if (['approved', 'declined', 'not_performed'].includes(state)) return state;
    await condition(() => ends.has(operation));
    return ends.get(operation) ?? state;
  }
}
