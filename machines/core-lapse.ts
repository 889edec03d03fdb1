import type { Actor } from '../payment/ledger.ts';
import type { Draft } from './core-draft.ts';
import { CLOCK, payment, raise, record } from './core-draft.ts';
import { figures } from './payment-state.ts';

/** Books what is still held, and not reserved, as lapsed, with whoever says so. */
export function lapse(draft: Draft, by: Actor, evidence: 'clock' | 'query'): void {
  const { held, reserved } = figures(payment(draft));
  const amount = held - reserved;
  if (amount <= 0) return;
  record(draft, 'hold.lapsed', null, by, evidence === 'clock' ? 'expired' : 'read', { amount, evidence });
  const says = evidence === 'clock' ? 'by the clock' : "by the provider's books";
  raise(draft, 'lapsing', `${amount} of the hold lapsed ${says}`, by);
}

/**
 * The hold was read because it should have ended.
 *
 * @param by - who says that it is gone, or null where the books said nothing: then the clock decides once `lapseAfter`
 *   has passed.
 */
export function lapseByBooks(draft: Draft, by: Actor | null): void {
  const { authorization, capabilities } = payment(draft);
  if (by !== null) {
    lapse(draft, by, 'query');
    return;
  }
  const expires = authorization.expiresAt === undefined ? null : Date.parse(authorization.expiresAt);
  if (expires !== null && draft.at >= expires + capabilities.timing.lapseAfter) lapse(draft, CLOCK, 'clock');
}
