import type { Notice } from '../payment/notice.ts';
import type { Operation } from '../payment/operation.ts';
import { askedWith } from './collection.ts';
import type { Draft } from './core-draft.ts';
import { patchState, payment } from './core-draft.ts';
import { figures } from './payment-state.ts';

/**
 * What the bookings below a number sum up to by our books, minor units. Numbers are dense and the lane is serial, so
 * what stands below the number was booked before it, in whatever order the messages came.
 */
function bookedBelow(draft: Draft, number: number): number {
  let sum = 0;
  for (const operation of payment(draft).operations) {
    const numbered = operation.sequenceNumber !== null && operation.sequenceNumber < number;
    if (operation.state !== 'approved' || !numbered) continue;
    if (operation.kind === 'capture') sum += operation.booked ?? 0;
    if (operation.kind === 'refund') sum -= operation.booked ?? 0;
  }
  return sum;
}

/**
 * The change of `receivable` that an event is, minor units. Null where the message names no sum, and where the hold was
 * adopted after captures of which we know no amount: what stood there before is learned from the first notice of an
 * operation whose amount is known ({@link learnClaims}).
 */
export function change(draft: Draft, notice: Notice): number | null {
  const { claimsBefore } = draft.state;
  if (notice.receivable === null || claimsBefore === null) return null;
  return notice.receivable - claimsBefore - bookedBelow(draft, notice.sequenceNumber ?? 0);
}

/** A notice of an operation that is booked with a known amount says what was claimed before we came. */
export function learnClaims(draft: Draft, owner: Operation, notice: Notice): void {
  const known = owner.kind === 'capture' || owner.kind === 'refund' || owner.kind === 'release';
  if (draft.state.claimsBefore !== null || notice.receivable === null || !known) return;
  const number = owner.sequenceNumber ?? 0;
  patchState(draft, { claimsBefore: notice.receivable - bookedBelow(draft, number + 1) });
}

/** A `debit` is a refund where the claims went down, else an extra claim (provider notes A8). */
export function kindOf(draft: Draft, notice: Notice): 'capture' | 'refund' | 'release' {
  if (notice.about === 'refund') return 'refund';
  if (notice.about === 'charge') return (change(draft, notice) ?? -1) < 0 ? 'refund' : 'capture';
  return notice.about === 'capture' && change(draft, notice) === 0 ? 'release' : 'capture';
}

/** What a release gave back, minor units: all that is held, or what was meant where it lapsed meanwhile by our books. */
export function releasedBy(draft: Draft, release: Operation): number {
  const { held } = figures(payment(draft));
  return held > 0 ? held : release.amount;
}

/** What a notice says was booked of one of our operations, minor units; what was asked where it says nothing. */
export function bookedOf(draft: Draft, owner: Operation, notice: Notice): number {
  if (owner.kind === 'release') return releasedBy(draft, owner);
  const asked = askedWith(payment(draft), owner);
  const amount = change(draft, notice);
  if (amount !== null) return owner.kind === 'refund' ? -amount : amount;
  if (notice.receivable !== null || notice.about === 'balance') return asked;
  return notice.price === null ? asked : Math.abs(notice.price);
}

/** What somebody else's booking amounts to, minor units; null where the message does not say. */
export function elsewhereAmount(draft: Draft, notice: Notice): number | null {
  if (notice.receivable !== null) {
    const amount = change(draft, notice);
    return amount === null ? null : Math.abs(amount);
  }
  return notice.about === 'balance' || notice.price === null ? null : Math.abs(notice.price);
}

/**
 * What a chargeback moved, minor units: claims stay, so it is the change of the balance; `price` names the whole process
 * (provider notes A8) and counts only where the balance is not named, or was told by another notice before.
 */
export function chargebackAmount(draft: Draft, notice: Notice): number {
  const moved = notice.balance === null ? 0 : Math.abs(notice.balance - draft.state.balance);
  return moved > 0 ? moved : Math.abs(notice.price ?? 0);
}
