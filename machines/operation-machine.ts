import { initialTransition, setup, transition } from 'xstate';
import type { OperationState } from '../payment/operation.ts';

/**
 * One provider call: authorise, capture, release, void and refund share it. An event is the last word
 * of a ledger entry's type (`capture.approved` → `approved`).
 *
 * - `unknown → sent` is the repeat of the same key and body, never a new intent.
 * - `sent → planned` is a first send that the provider refused as out of turn (PAYONE 907, M4).
 * - `planned → approved` is a local close (nothing was ever held) or the rest that a final capture freed.
 * - `approved → approved` corrects the booked amount when the provider's books name another one.
 * - `reversed → approved` is money that came back again.
 * - `not_performed → approved` is the late approval of an abandoned redirect; the payment machine
 *   allows it for the authorisation alone.
 */
export const operationMachine = setup({
  types: { events: {} as { type: OperationState } },
}).createMachine({
  id: 'operation',
  initial: 'planned',
  states: {
    planned: { on: { sent: 'sent', approved: 'approved', not_performed: 'not_performed' } },
    sent: {
      on: {
        approved: 'approved',
        pending: 'pending',
        declined: 'declined',
        not_performed: 'not_performed',
        unknown: 'unknown',
        planned: 'planned',
      },
    },
    pending: {
      on: { approved: 'approved', declined: 'declined', not_performed: 'not_performed', unknown: 'unknown' },
    },
    unknown: {
      on: {
        sent: 'sent',
        approved: 'approved',
        pending: 'pending',
        declined: 'declined',
        not_performed: 'not_performed',
      },
    },
    approved: { on: { reversed: 'reversed', approved: { target: 'approved', reenter: true } } },
    reversed: { on: { approved: 'approved' } },
    not_performed: { on: { approved: 'approved' } },
    declined: { type: 'final' },
  },
});

const table = new Map<string, OperationState | null>();

/** The state after `event`, or null where the move is illegal. Finite and pure, so each pair is asked of the machine once. */
export function nextOperationState(state: OperationState, event: OperationState): OperationState | null {
  const key = `${state} ${event}`;
  const known = table.get(key);
  if (known !== undefined) return known;
  const [initial] = initialTransition(operationMachine);
  const from = state === 'planned' ? initial : operationMachine.resolveState({ value: state });
  const next = from.can({ type: event })
    ? (transition(operationMachine, from, { type: event })[0].value as OperationState)
    : null;
  table.set(key, next);
  return next;
}
