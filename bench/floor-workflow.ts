/**
 * The floor under the engine: what Temporal itself costs for one capture. The same update with the same argument and
 * the same provider call as the payment workflow, an amount check as the validator, and nothing else: no machine, no
 * ledger, no search attributes, no timers, no protection against a repeated id.
 */
import {
  ApplicationFailure,
  condition,
  defineUpdate,
  proxyActivities,
  setHandler,
} from '@temporalio/workflow';
import type { ProviderActivities } from '../activities/contract.ts';
import type { HoldReference } from '../payment/hold.ts';
import { CALL_OPTIONS } from '../workflows/activity-options.ts';
import type { CommandRequest } from '../workflows/messages.ts';

export interface FloorInput {
  readonly id: string;
  readonly account: string;
  /** Minor units held. */
  readonly amount: number;
  readonly currency: string;
  readonly hold: HoldReference;
}

/** The shortest answer that tells a caller what became of the capture. */
export interface FloorReceipt {
  readonly operation: string;
  readonly state: string;
  /** Minor units. */
  readonly booked: number;
}

export const floorCapture = defineUpdate<FloorReceipt, [CommandRequest]>('capture');

/** Runs until it is terminated or everything is captured. */
export async function floor({ id, account, amount, currency, hold }: FloorInput): Promise<void> {
  let captured = 0;
  let reserved = 0;
  let numbers = 0;
  const asked = ({ command }: CommandRequest): number =>
    command.type === 'capture' ? (command.amount ?? 0) : 0;

  setHandler(
    floorCapture,
    async (request) => {
      const value = asked(request);
      const operation = request.command.id;
      reserved += value;
      numbers += 1;
      const activities = proxyActivities<ProviderActivities>({
        ...CALL_OPTIONS,
        activityId: `${operation}#${numbers}`,
      });
      const result = await activities.capture({
        account,
        payment: id,
        operation,
        attempt: 1,
        currency,
        hold,
        sequenceNumber: numbers,
        action: 'capture',
        amount: value,
        final: false,
        details: {},
      });
      reserved -= value;
      if (result.outcome === 'approved') captured += value;
      return { operation, state: result.outcome, booked: value };
    },
    {
      validator: (request) => {
        const value = asked(request);
        if (value <= 0 || value > amount - captured - reserved) {
          throw ApplicationFailure.nonRetryable('the amount exceeds what is held', 'amount');
        }
      },
    },
  );
  await condition(() => captured >= amount);
}
