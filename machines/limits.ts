import { callsTaken } from './collection.ts';
import { inFlight, nextSequenceNumber, type PaymentState } from './payment-state.ts';

/** What the provider's limits leave; stands beside `legal` (agreement, section 7). */
export interface Limits {
  readonly capture: {
    /** Most captures on this authorisation; null where there is no limit. */
    readonly max: number | null;
    /** Captures still possible by that limit; null where there is none. */
    readonly left: number | null;
    /** `always`: any capture gives the rest of the hold back. */
    readonly final: 'free' | 'always';
  };
  readonly refund: { readonly max: number | null };
}

/**
 * The provider's own limits and, where operations are numbered, the numbers that are left (M4): captures
 * and refunds share them, and one that is in flight has its number or will take one.
 */
export function limitsOf(state: PaymentState): Limits {
  const { maxCaptures, maxRefunds, remainder, sequence } = state.capabilities;
  const captures = callsTaken(state, 'capture').length;
  const byCount = maxCaptures === null ? null : Math.max(0, maxCaptures - captures);
  const byNumber =
    sequence === null ? null : Math.max(0, sequence.max - (nextSequenceNumber(state) - 1) - numbered(state));
  return {
    capture: {
      max: least(maxCaptures, sequence?.max ?? null),
      left: least(byCount, byNumber),
      final: remainder === 'implicit' ? 'always' : 'free',
    },
    refund: { max: maxRefunds },
  };
}

/** Operations in flight whose number the books do not know yet; collected captures share one call and its number. */
function numbered(state: PaymentState): number {
  const next = nextSequenceNumber(state);
  const open = state.operations.filter((each) => inFlight(each) && (each.sequenceNumber ?? next) >= next);
  if (state.plan.captures !== 'collect') return open.length;
  const collected = open.filter((each) => each.kind === 'capture' && each.state === 'planned');
  return open.length - Math.max(0, collected.length - 1);
}

function least(a: number | null, b: number | null): number | null {
  if (a === null) return b;
  return b === null ? a : Math.min(a, b);
}
