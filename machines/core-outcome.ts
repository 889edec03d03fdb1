import type { Actor, EntryData } from '../payment/ledger.ts';
import type { Operation } from '../payment/operation.ts';
import type { Decline } from '../payment/outcome.ts';
import type { Draft } from './core-draft.ts';
import { clear, ENGINE, instant, operationOf, patchState, payment, raise, record } from './core-draft.ts';
import { lockPayment } from './core-lock.ts';
import { cancelTimer, startTimer } from './core-timers.ts';
import { askedWith, sharedWith } from './collection.ts';
import { atProvider, booksAddUp, figures, inFlight } from './payment-state.ts';

/** What every way of learning an outcome (answer, notice, person, clock) writes down with it. */
export interface Word {
  readonly by: Actor;
  readonly rule: string;
  readonly data?: EntryData;
}

/** Books an operation as approved with what the provider took, and everything that follows from it. */
export function approve(draft: Draft, operation: Operation, booked: number, word: Word): void {
  if (operation.kind === 'authorization') {
    approveAuthorization(draft, operation, booked, word);
    return;
  }
  const asked = askedWith(payment(draft), operation);
  if (operation.kind !== 'refund') restoreLapsed(draft, word.by, booked - (operation.booked ?? 0));
  for (const [member, share] of shares(draft, operation, booked)) {
    record(draft, `${operation.kind}.approved`, member.id, word.by, word.rule, {
      ...word.data,
      booked: share,
    });
    if (member.id !== operation.id) settled(draft, member.id);
  }
  if (booked !== asked && operation.kind !== 'release') {
    raise(
      draft,
      'amount-differs',
      `${operation.kind} ${operation.id}: asked ${asked}, booked ${booked}`,
      word.by,
    );
  }
  checkBooks(draft, word.by);
  if (draft.state.disputed?.operation === operation.id) patchState(draft, { disputed: null });
  const approved = operationOf(draft, operation.id);
  if (approved?.kind === 'capture' && approved.final === true && payment(draft).finalBy === null)
    closeHold(draft, approved, word);
  if (approved?.kind === 'release') releasedWhole(draft, approved, word.by);
  const { capture, refund } = payment(draft).failures;
  if (Math.max(capture, refund) < (payment(draft).capabilities.failures?.brake ?? 1))
    clear(draft, 'failure-brake');
  settled(draft, operation.id);
}

/** A release ends the whole hold: where the provider gave back less than was held, something else took the rest. */
function releasedWhole(draft: Draft, { id, booked }: Operation, by: Actor): void {
  clear(draft, 'remainder-not-released');
  const { held } = figures(payment(draft));
  if (held > 0 && by.kind === 'provider')
    raise(draft, 'books-differ', `release ${id} gave back ${booked ?? 0}, ${held} more was held`, by);
}

/** What was booked of one call, over the captures that it carried: each gets what it asked, the carrier what is left. */
function shares(draft: Draft, carrier: Operation, booked: number): readonly (readonly [Operation, number])[] {
  let left = booked;
  const [own, ...others] = sharedWith(payment(draft), carrier);
  const shared = others.map((member) => {
    const share = Math.min(member.amount, left);
    left -= share;
    return [member, share] as const;
  });
  return own === undefined ? shared : [...shared, [own, left] as const];
}

/** A final capture is accepted: no further capture, and what it frees leaves the hold by an entry of its own (M6). */
function closeHold(draft: Draft, capture: Operation, word: Word): void {
  const { capabilities } = payment(draft);
  record(draft, 'final.set', capture.id, word.by, 'final-capture');
  if (capabilities.remainder === 'separate-cancel') {
    planRest(draft, capture);
    return;
  }
  const rest = figures(payment(draft)).held;
  if (rest <= 0) return;
  const kind = capabilities.remainder === 'implicit' ? 'implicit' : 'flag';
  const waiting = payment(draft).operations.find(
    (operation) => operation.kind === 'release' && operation.state === 'planned',
  );
  const id = waiting?.id ?? `${capture.id}.rest`;
  record(draft, 'release.approved', id, word.by, 'freed-by-final', {
    amount: rest,
    booked: rest,
    kind,
    capture: capture.id,
  });
  if (waiting !== undefined) settled(draft, waiting.id);
}

/** The rest of a final capture is cancelled by an operation of its own, with its own key and its own failure. */
function planRest(draft: Draft, capture: Operation): void {
  const { held, reserved } = figures(payment(draft));
  const amount = held - reserved;
  if (amount <= 0 || payment(draft).operations.some((each) => each.kind === 'release' && inFlight(each)))
    return;
  if (payment(draft).locked) {
    raise(draft, 'remainder-not-released', `locked by the provider; ${amount} is held`);
    return;
  }
  const id = `${capture.id}.rest`;
  record(draft, 'release.planned', id, ENGINE, 'final-capture', {
    amount,
    kind: 'request',
    said: null,
    capture: capture.id,
  });
  patchState(draft, { bodies: { ...draft.state.bodies, [id]: { kind: 'release', details: {} } } });
}

function approveAuthorization(draft: Draft, operation: Operation, booked: number, word: Word): void {
  const revived = operation.state === 'not_performed';
  const authorizedAt = (word.data?.['authorizedAt'] as string | undefined) ?? instant(draft.at);
  record(draft, 'authorization.approved', 'authorization', word.by, word.rule, {
    ...word.data,
    booked,
    authorizedAt,
    ...expiry(draft, authorizedAt, word.data),
  });
  if (revived)
    raise(draft, 'observed-elsewhere', 'the authorisation was approved after it had been given up', word.by);
  if (booked > operation.amount)
    raise(draft, 'amount-differs', `authorisation: asked ${operation.amount}, approved ${booked}`, word.by);
  settled(draft, 'authorization');
}

/** `expiresAt` and where it is from: the provider, the caller, or the account's assumed validity. */
function expiry(draft: Draft, authorizedAt: string, data: EntryData | undefined): EntryData {
  if (data?.['expiresAt'] !== undefined) return { expiresBy: data['expiresBy'] ?? 'provider' };
  const { validity } = payment(draft).capabilities.timing;
  if (validity === null) return {};
  return { expiresAt: instant(Date.parse(authorizedAt) + validity), expiresBy: 'assumed' };
}

/** One word on a call is a word on every capture that it carried. */
export function share(
  draft: Draft,
  carrier: Operation,
  verb: 'pending' | 'declined' | 'not_performed' | 'unknown' | 'reversed' | 'planned',
  word: Word,
  data: EntryData = {},
): void {
  const ended = verb === 'declined' || verb === 'not_performed';
  for (const member of [...sharedWith(payment(draft), carrier)].reverse()) {
    record(draft, `${carrier.kind}.${verb}`, member.id, word.by, word.rule, { ...word.data, ...data });
    if (ended && member.id !== carrier.id) settled(draft, member.id);
  }
}

/** A definitive no. `hold: "gone"` moves what is still held to lapsed. */
export function decline(draft: Draft, operation: Operation, said: Decline, word: Word, busy = false): void {
  const rule = payment(draft).capabilities.sequence;
  // M4: a provider that was busy looked at no number; one that told of a failure had taken it.
  const numberUsed = word.by.via === 'notice' || (rule?.declineUsesNumber === true && !busy);
  share(draft, operation, 'declined', word, {
    decline: said,
    ...(numberUsed && rule !== null ? { numberUsed } : {}),
  });
  settled(draft, operation.id);
  bookDisputed(draft, operation, word.by);
  brakeOrLock(draft, operation, said, word.by);
  if (operation.kind === 'authorization' || operation.kind === 'refund') return;
  const { held, reserved } = figures(payment(draft));
  const amount = held - reserved;
  if (said.hold === 'gone' && amount > 0) {
    record(draft, 'hold.lapsed', null, word.by, 'hold-gone', {
      amount,
      evidence: word.by.via,
      code: said.code,
    });
    raise(draft, 'lapsing', `${amount} of the hold is gone (${said.code})`, word.by);
    return;
  }
  alarmAfterDeadline(draft, operation);
  if (operation.kind !== 'release' || held <= 0) return;
  const { failures } = payment(draft).capabilities;
  if (said.again === 'no' && said.code !== failures?.lockedCode)
    raise(draft, 'lapsing', `the release was refused for good (${said.code}); the rest lapses`, word.by);
  else raise(draft, 'remainder-not-released', `the release was refused for now (${said.code})`, word.by);
}

/** Failures in a row stop what goes by itself, and lock the payment at the provider. */
function brakeOrLock(draft: Draft, { kind }: Operation, said: Decline, by: Actor): void {
  const rule = payment(draft).capabilities.failures;
  if (rule === null) return;
  const count = kind === 'capture' || kind === 'refund' ? payment(draft).failures[kind] : 0;
  if (said.code === rule.lockedCode) lockPayment(draft, by, 'the provider says that the payment is locked');
  else if (count >= rule.lock) lockPayment(draft, by, `${count} failed ${kind}s in a row lock the payment`);
  else if (count >= rule.brake) {
    raise(
      draft,
      'failure-brake',
      `${count} failed ${kind}s in a row; at ${rule.lock} the provider locks the payment`,
      by,
    );
  }
}

/** Certainly no effect. */
export function notPerformed(draft: Draft, operation: Operation, reason: string, word: Word): void {
  share(draft, operation, 'not_performed', word, { reason });
  settled(draft, operation.id);
  bookDisputed(draft, operation, word.by);
  const { held } = figures(payment(draft));
  if (operation.kind === 'release' && held > 0 && word.rule !== 'withdrawn')
    raise(
      draft,
      'remainder-not-released',
      `release ${operation.id} had no effect (${reason}); ${held} is held`,
      word.by,
    );
  if (word.rule !== 'withdrawn') alarmAfterDeadline(draft, operation);
}

/** After the deadline nothing else acts on the hold, so a capture or release that failed needs a person. */
function alarmAfterDeadline(draft: Draft, { kind, id }: Operation): void {
  const state = payment(draft);
  if (!state.deadlineReached || draft.state.deadlineDue || (kind !== 'capture' && kind !== 'release')) return;
  const { held, reserved } = figures(state);
  if (held - reserved > 0)
    raise(draft, 'deadline-reached', `${kind} ${id} failed after the deadline; ${held} is held`);
}

/** What a notice named under the number of an operation that had no effect was made elsewhere. */
function bookDisputed(draft: Draft, operation: Operation, by: Actor): void {
  const { disputed } = draft.state;
  if (disputed?.operation !== operation.id) return;
  patchState(draft, { disputed: null });
  const { sequenceNumber, amount, notice } = disputed;
  if (notice === null) return;
  const kind = operation.kind === 'refund' ? 'refund' : 'capture';
  const booked = Math.abs(amount);
  record(draft, `observed.${kind}`, `observed-${sequenceNumber}`, by, 'made-elsewhere', {
    booked,
    sequenceNumber,
    notice,
  });
  raise(draft, 'observed-elsewhere', `number ${sequenceNumber} was made elsewhere: ${kind} of ${booked}`, by);
  checkBooks(draft, by);
}

/** A booked capture or refund that was later taken back. */
export function reverse(draft: Draft, operation: Operation, word: Word): void {
  share(draft, operation, 'reversed', word);
  if (payment(draft).finalBy === operation.id)
    record(draft, 'final.unset', operation.id, word.by, 'final-reversed');
  raise(draft, 'late-failure', `${operation.kind} ${operation.id} failed after it was booked`, word.by);
  checkBooks(draft, word.by);
}

/** The outcome is lost: the key stays bound to the body, the lane stops, and the ways out are armed. */
export function loseOutcome(draft: Draft, operation: Operation, word: Word): void {
  const repeated =
    draft.state.repeating?.operation === operation.id && draft.state.repeating.reason === 'unknown';
  share(draft, operation, 'unknown', word);
  if (!repeated) {
    patchState(draft, {
      repeating: { operation: operation.id, reason: 'unknown', since: draft.at, repeats: 0 },
    });
    startTimer(draft, 'unknown', draft.at + payment(draft).capabilities.timing.unknownAfter);
  }
  armRepeat(draft);
}

/** A first send that was out of turn is planned again and goes out itself later (M4). */
export function waitForTurn(draft: Draft, operation: Operation, reason: 'busy' | 'gate', word: Word): void {
  planAgain(draft, operation, word);
  bookDisputed(draft, operation, word.by);
  const known = draft.state.repeating;
  if (known?.operation !== operation.id) {
    patchState(draft, { repeating: { operation: operation.id, reason, since: draft.at, repeats: 0 } });
  }
  armRepeat(draft);
}

/** What the deadline had sent of a collection is still due: a deadline comes once. */
function planAgain(draft: Draft, operation: Operation, word: Word): void {
  const { plan, deadlineReached } = payment(draft);
  const collected = operation.sentWith !== undefined;
  share(draft, operation, 'planned', word);
  if (collected && deadlineReached && plan.onDeadline === 'capture') patchState(draft, { deadlineDue: true });
}

/** Milliseconds; whoever waits behind a call that is held back waits no longer than this after the provider is there again. */
const LONGEST_PAUSE = 15 * 60_000;

/** A new command or the sweep makes what is held back try at once. */
export function tryAgain(draft: Draft): void {
  if (draft.state.repeating?.reason === 'paused') cancelTimer(draft, 'repeat');
}

/** Our own side holds calls back and nothing has failed: planned again until `at`, as often as it takes. */
export function pause(draft: Draft, operation: Operation, at: number, word: Word): void {
  planAgain(draft, operation, word);
  const known = draft.state.repeating?.operation === operation.id ? draft.state.repeating : null;
  const repeats = known?.reason === 'paused' ? known.repeats + 1 : 0;
  const { timing } = payment(draft).capabilities;
  // Each try is written down, so that they become fewer.
  const wait = timing.repeats[Math.min(repeats, timing.repeats.length - 1)] ?? 0;
  patchState(draft, {
    repeating: { operation: operation.id, reason: 'paused', since: known?.since ?? draft.at, repeats },
  });
  startTimer(draft, 'repeat', Math.max(at, draft.at + Math.min(wait, LONGEST_PAUSE)));
  if (draft.at - (known?.since ?? draft.at) < timing.unknownAfter) return;
  const text = `${operation.kind} ${operation.id} is held back: the provider does not answer`;
  raise(draft, 'provider-away', text, word.by);
}

/** The next repeat, if the provider allows one and its time has not passed (M10). */
export function armRepeat(draft: Draft): void {
  const known = draft.state.repeating;
  const { resend, timing } = payment(draft).capabilities;
  if (known === null) return;
  if (known.reason === 'unknown' && resend !== 'same-key') return;
  const wait = timing.repeats[Math.min(known.repeats, timing.repeats.length - 1)] ?? timing.unknownAfter;
  const at = draft.at + wait;
  if (known.reason === 'unknown' && at > known.since + timing.giveUpAfter) return;
  patchState(draft, { repeating: { ...known, repeats: known.repeats + 1 } });
  startTimer(draft, 'repeat', at);
}

/** An outcome is known: the ways out of not knowing are put away. */
function settled(draft: Draft, operation: string): void {
  if (draft.state.repeating?.operation === operation) {
    patchState(draft, { repeating: null });
    cancelTimer(draft, 'repeat');
  }
  if (operation === 'authorization') cancelTimer(draft, 'await');
  const context = payment(draft);
  const other = [context.authorization, ...context.operations].some(
    (each) => each.id !== operation && atProvider(each),
  );
  if (!other) {
    clear(draft, 'outcome-unknown');
    cancelTimer(draft, 'unknown');
  }
  const { [operation]: _done, ...bodies } = draft.state.bodies;
  patchState(draft, { bodies });
}

/**
 * M1 and M2 bind what we send; what the provider reports is booked as it is, and a broken sum stops the
 * money commands. Money that lapsed by assumption and was booked after all had not lapsed.
 */
export function checkBooks(draft: Draft, by: Actor): void {
  restoreLapsed(draft, by, 0);
  const sums = figures(payment(draft));
  if (booksAddUp(sums)) return;
  const text = `authorised ${sums.authorized}, captured ${sums.captured}, released ${sums.released}, lapsed ${sums.lapsed}, refunded ${sums.refunded}`;
  raise(draft, 'books-differ', text, by);
}

/** @param coming - minor units that are about to be booked from the hold. */
function restoreLapsed(draft: Draft, by: Actor, coming: number): void {
  const { lapsed, captured, released, authorized } = figures(payment(draft));
  const excess = Math.min(lapsed, captured + released + lapsed + coming - authorized);
  if (excess > 0) record(draft, 'hold.restored', null, by, 'booked-after-lapse', { amount: excess });
}
