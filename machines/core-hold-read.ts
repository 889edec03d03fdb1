import type { Actor } from '../payment/ledger.ts';
import type { Operation } from '../payment/operation.ts';
import type { ReadResult } from '../payment/read.ts';
import type { Draft } from './core-draft.ts';
import { patchState, payment, raise } from './core-draft.ts';
import { lapseByBooks } from './core-lapse.ts';
import { lookedAt, readEvidence } from './core-looking.ts';
import { approve } from './core-outcome.ts';
import { cancelTimer, startTimer } from './core-timers.ts';
import { wantRead } from './core-want.ts';
import { atProvider, figures } from './payment-state.ts';

/** The hold as a whole, read without an outcome to look for: after a hint, a poke, and at its end. */
export function compareHold(draft: Draft, authorization: Operation, result: ReadResult, by: Actor): void {
  const { expiryAsked } = draft.state;
  if (authorization.state === 'not_performed' && result.read === 'approved') {
    approve(draft, authorization, result.booked ?? authorization.amount, {
      by,
      rule: 'read',
      data: readEvidence(result),
    });
    return;
  }
  if (authorization.state === 'declined' && result.read === 'approved') {
    raise(draft, 'books-differ', 'the books show the authorisation that was declined', by);
    return;
  }
  if (authorization.state !== 'approved') return;
  if (payment(draft).operations.some(atProvider)) {
    // What remains says nothing beside a call that is under way: it is read again after that.
    wantRead(draft);
    return;
  }
  const gone = result.read === 'declined' || result.remaining === 0;
  if (expiryAsked !== null && figures(payment(draft)).held > 0) {
    if (result.read === 'failed' || result.read === 'absent' || result.unsettled === true) {
      askAgain(draft);
      return;
    }
    if (gone || result.remaining === undefined) {
      lapseByBooks(draft, gone ? by : null);
      return;
    }
  }
  if (result.remaining !== undefined) compareRemaining(draft, result.remaining, by);
}

/** The hold should have ended and the books cannot be read: nothing lapses by that, and a person is told in the end. */
function askAgain(draft: Draft): void {
  const { authorization, capabilities } = payment(draft);
  const { repeats, lapseAfter, unknownAfter } = capabilities.timing;
  const expires = authorization.expiresAt === undefined ? draft.at : Date.parse(authorization.expiresAt);
  if (draft.at >= expires + lapseAfter)
    raise(draft, 'lapsing', 'the hold should have ended, and the books cannot be read');
  startTimer(draft, 'read', draft.at + Math.min(repeats.at(-1) ?? unknownAfter, lapseAfter));
}

/** A difference that stands for as long as books may lag is one; it is told once, and who cleared it has seen it. */
function compareRemaining(draft: Draft, remaining: number, by: Actor): void {
  const { held } = figures(payment(draft));
  const known = draft.state.difference;
  if (remaining === held) {
    if (known !== null) patchState(draft, { difference: null });
    return;
  }
  const same = known?.held === held && known.remaining === remaining ? known : null;
  if (same?.told === true) return;
  const since = same?.since ?? draft.at;
  // The books were looked at no earlier than they were asked; an answer may have waited for its worker.
  const told = lookedAt(draft) - since >= payment(draft).capabilities.timing.absenceAfter;
  patchState(draft, { difference: { held, remaining, since, reads: same?.reads ?? 1, told } });
  if (told) raise(draft, 'books-differ', `the provider says that ${remaining} remains, held is ${held}`, by);
}

/** A difference is looked at until it stands or is gone; what moves the hold ends it. */
export function followDifference(draft: Draft): void {
  const { difference, looking, reading, timers, wantsRead } = draft.state;
  if (difference === null) return;
  if (difference.held !== figures(payment(draft)).held) {
    patchState(draft, { difference: null });
    if (looking === null) cancelTimer(draft, 'read');
    return;
  }
  if (difference.told || looking !== null || reading !== null || wantsRead || timers.read !== undefined)
    return;
  const { absenceAfter, repeats, unknownAfter } = payment(draft).capabilities.timing;
  const wait = repeats[Math.min(difference.reads, repeats.length) - 1] ?? unknownAfter;
  const enough = difference.since + absenceAfter;
  startTimer(draft, 'read', draft.at < enough ? Math.min(draft.at + wait, enough) : draft.at + wait);
}
