import type { Operation } from '../payment/operation.ts';
import type { PaymentState } from './payment-state.ts';
import { figures, inFlight } from './payment-state.ts';

/** Captures that one provider call carries under the plan `collect`. */
export interface Collection {
  /** The one that names the call: the capture that closed the collection, else the last planned. */
  readonly carrier: Operation;
  readonly members: readonly Operation[];
  /** Minor units of all members. */
  readonly sum: number;
  /** Asked as final, or the deadline or a release ends the hold with it. */
  readonly final: boolean;
}

/**
 * The collection that is due now, or null: a final capture, one that leaves nothing held, a release or
 * the deadline sends what was collected (agreement, section 3).
 */
export function dueCollection(state: PaymentState, deadlineDue: boolean): Collection | null {
  if (state.plan.captures !== 'collect') return null;
  const members = state.operations.filter(
    (operation) => operation.kind === 'capture' && operation.state === 'planned',
  );
  const last = members.at(-1);
  if (last === undefined) return null;
  const sum = members.reduce((total, member) => total + member.amount, 0);
  const asked = members.find((member) => member.finalAsked === true);
  const released = state.operations.some(
    (operation) => operation.kind === 'release' && operation.state === 'planned',
  );
  const deadline = deadlineDue && state.plan.onDeadline === 'capture';
  const { held, lapsed } = figures(state);
  if (asked === undefined && !released && !deadline && sum < held + lapsed) return null;
  const endsHold =
    asked !== undefined || deadline || (released && state.capabilities.remainder !== 'separate-cancel');
  return { carrier: asked ?? last, members, sum, final: endsHold };
}

/** The captures that share a carrier's call, its own first: they share its outcome too. */
export function sharedWith(state: PaymentState, carrier: Operation): readonly Operation[] {
  if (carrier.kind !== 'capture' || carrier.sentWith !== carrier.id) return [carrier];
  const others = state.operations.filter(
    (operation) =>
      operation.id !== carrier.id && operation.sentWith === carrier.id && operation.state === carrier.state,
  );
  return [carrier, ...others];
}

/** Minor units that one call asked for. */
export function askedWith(state: PaymentState, carrier: Operation): number {
  return sharedWith(state, carrier).reduce((total, operation) => total + operation.amount, 0);
}

/**
 * The operations of a kind that use up one of the provider's calls each: approved or in flight. What is being collected
 * goes out as one call, which another intent can still join.
 */
export function callsTaken(state: PaymentState, kind: 'capture' | 'refund'): readonly Operation[] {
  const collects = kind === 'capture' && state.plan.captures === 'collect';
  return state.operations.filter(
    (operation) =>
      operation.kind === kind &&
      carriesCall(operation) &&
      (operation.state === 'approved' ||
        (inFlight(operation) && !(collects && operation.state === 'planned'))),
  );
}

/** Whether this operation names a provider call of its own, or travels with another's. */
export function carriesCall(operation: Operation): boolean {
  return operation.sentWith === undefined || operation.sentWith === operation.id;
}
