import type { Attention } from '../payment/attention.ts';
import type { Capabilities } from '../payment/capability.ts';
import type { HoldReference } from '../payment/hold.ts';
import type { Amounts } from '../payment/ledger.ts';
import type { Operation } from '../payment/operation.ts';
import type { Plan } from '../payment/plan.ts';

/**
 * The facts of one payment as the ledger tells them: the payment machine's context. Plain JSON;
 * amounts are minor units of `currency`. Only the fold writes it.
 */
export interface PaymentState {
  /** Number of entries folded. */
  readonly n: number;
  readonly id: string;
  readonly account: string;
  readonly provider: string;
  readonly currency: string;
  readonly requested: number;
  readonly capabilities: Capabilities;
  readonly plan: Plan;
  readonly createdAt: string;
  readonly adopted: boolean;
  readonly authorization: Operation & {
    readonly hold: HoldReference | null;
    readonly redirectUrl?: string;
    readonly authorizedAt?: string;
    readonly expiresAt?: string;
    readonly expiresBy?: 'provider' | 'caller' | 'assumed';
  };
  /** Captures, releases and refunds in order of acceptance. */
  readonly operations: readonly Operation[];
  readonly lapsed: number;
  readonly chargedBack: number;
  /** The operation that was accepted as the last capture, or null. */
  readonly finalBy: string | null;
  readonly locked: boolean;
  /** M4: highest number used up by a booking, highest number notified. */
  readonly sequence: { readonly usedUp: number; readonly notified: number };
  /** Declines in a row, where the provider counts them. */
  readonly failures: { readonly capture: number; readonly refund: number };
  readonly attentions: readonly Attention[];
  readonly warned: boolean;
  readonly deadlineReached: boolean;
  readonly closedAt: string | null;
}

const IN_FLIGHT = new Set(['planned', 'sent', 'pending', 'unknown']);
const AT_PROVIDER = new Set(['sent', 'pending', 'unknown']);

/** Planned, sent, pending or unknown: not yet ended. */
export function inFlight(operation: Operation): boolean {
  return IN_FLIGHT.has(operation.state);
}

/** Sent, pending or unknown: the provider may have it. */
export function atProvider(operation: Operation): boolean {
  return AT_PROVIDER.has(operation.state);
}

/** What the provider booked of an operation that stands, minor units. */
function standing(operation: Operation): number {
  return operation.state === 'approved' ? (operation.booked ?? 0) : 0;
}

export interface Figures extends Amounts {
  readonly held: number;
  readonly capturable: number;
  readonly refundable: number;
}

/** States are immutable, so their sums are computed once. */
const known = new WeakMap<PaymentState, Figures>();

/** Every sum of a payment, derived from its operations; minor units. */
export function figures(state: PaymentState): Figures {
  let sums = known.get(state);
  if (sums === undefined) known.set(state, (sums = sumUp(state)));
  return sums;
}

function sumUp(state: PaymentState): Figures {
  const authorized = standing(state.authorization);
  let captured = 0;
  let reserved = 0;
  let released = 0;
  let refunded = 0;
  let refunding = 0;
  let closing = false;
  for (const operation of state.operations) {
    const booked = standing(operation);
    const open = inFlight(operation);
    if (operation.kind === 'capture') {
      captured += booked;
      if (open) {
        reserved += operation.amount;
        if (isClosing(state, operation)) closing = true;
      }
    } else if (operation.kind === 'release') {
      released += booked;
      if (open) closing = true;
    } else {
      refunded += booked;
      if (open) refunding += operation.amount;
    }
  }
  const held = authorized - captured - released - state.lapsed;
  const capturable = closing || state.finalBy !== null ? 0 : Math.max(0, held - reserved);
  const refundable = Math.max(0, captured - state.chargedBack - refunded - refunding);
  return {
    authorized,
    captured,
    reserved,
    released,
    lapsed: state.lapsed,
    refunded,
    refunding,
    chargedBack: state.chargedBack,
    held,
    capturable,
    refundable,
  };
}

/**
 * A capture whose acceptance ends the hold: one asked as final, one sent as final, or any on a
 * provider whose captures free the rest by themselves (a collected one only once it is sent).
 */
export function isClosing(state: PaymentState, operation: Operation): boolean {
  if (operation.kind === 'release') return true;
  if (operation.kind !== 'capture') return false;
  if (operation.finalAsked === true) return true;
  if (operation.state !== 'planned') return operation.final === true;
  return state.capabilities.remainder === 'implicit' && state.plan.captures === 'immediate';
}

export function amountsOf(sums: Figures): Amounts {
  const { authorized, captured, reserved, released, lapsed, refunded, refunding, chargedBack } = sums;
  return { authorized, captured, reserved, released, lapsed, refunded, refunding, chargedBack };
}

/** Whether what the provider reported still covers what is booked and in flight (M1, M2). */
export function booksAddUp(sums: Figures): boolean {
  return (
    sums.captured + sums.released + sums.lapsed + sums.reserved <= sums.authorized &&
    sums.refunded + sums.refunding + sums.chargedBack <= sums.captured
  );
}

export function findOperation(state: PaymentState, id: string): Operation | undefined {
  if (id === 'authorization') return state.authorization;
  return state.operations.find((operation) => operation.id === id);
}

/** Nothing planned, sent, pending or unknown, and nothing held: M5's *settled*. */
export function isSettled(state: PaymentState): boolean {
  if (inFlight(state.authorization)) return false;
  return !state.operations.some(inFlight) && figures(state).held <= 0;
}

/** The number that the next operation takes (M4). */
export function nextSequenceNumber(state: PaymentState): number {
  return Math.max(state.sequence.usedUp, state.sequence.notified) + 1;
}

/** Whether a release was refused for good, so that what is held can only lapse. */
export function releaseRefused(state: PaymentState): boolean {
  const locked = state.capabilities.failures?.lockedCode;
  return state.operations.some(
    ({ kind, state: at, decline }) =>
      kind === 'release' && at === 'declined' && decline?.again === 'no' && decline.code !== locked,
  );
}

/** Whether no sequence number is left (M4). */
export function sequenceExhausted(state: PaymentState): boolean {
  const rule = state.capabilities.sequence;
  return rule !== null && nextSequenceNumber(state) > rule.max;
}

export function hasAttention(state: PaymentState, code: string): boolean {
  return state.attentions.some((attention) => attention.code === code);
}

/** Locked by the provider, or an attention stands until which no money may move: nothing goes out by itself. */
export function isFrozen(state: PaymentState): boolean {
  return state.locked || hasAttention(state, 'books-differ') || hasAttention(state, 'hold-shared');
}

/** Enough failed in a row that only an operator's override sends another of the kind. */
export function isBraked(
  state: PaymentState,
  operations: readonly Pick<Operation, 'kind' | 'override'>[],
): boolean {
  const { failures } = state.capabilities;
  const kind = operations[0]?.kind;
  if (failures === null || (kind !== 'capture' && kind !== 'refund')) return false;
  return state.failures[kind] >= failures.brake && !operations.some(({ override }) => override === true);
}
