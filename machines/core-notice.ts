import type { Actor, EntryData } from '../payment/ledger.ts';
import type { Notice } from '../payment/notice.ts';
import type { Operation } from '../payment/operation.ts';
import type { Draft } from './core-draft.ts';
import { operationOf, patchState, payment, raise, record } from './core-draft.ts';
import { askedWith, carriesCall, sharedWith } from './collection.ts';
import { bookedOf, change, chargebackAmount, elsewhereAmount, kindOf, learnClaims } from './core-claims.ts';
import { approve, checkBooks, decline, notPerformed, reverse, share } from './core-outcome.ts';
import { wantRead } from './core-want.ts';
import { awaitEnd } from './core-result.ts';
import { cancelTimer } from './core-timers.ts';
import { atProvider, figures } from './payment-state.ts';

/** Most identities that are remembered; PAYONE repeats for 48 h at most (provider notes A8). */
const MOST_SEEN = 2000;

/** Notices that wait for an authorisation are few; more than these tell of something else. */
const MOST_DEFERRED = 200;

/** Takes in what the provider told unasked. Duplicates and old numbers change nothing. */
export function onNotice(draft: Draft, notice: Notice): void {
  if (draft.state.seen.includes(notice.identity)) return;
  patchState(draft, { seen: [...draft.state.seen, notice.identity].slice(-MOST_SEEN) });
  const context = payment(draft);
  const by: Actor = { kind: 'provider', name: context.provider, via: 'notice' };
  const known = context.authorization.providerReference ?? draft.state.facts.holdKey;
  if (known !== undefined && known !== notice.providerReference) {
    draft.effects.push({ type: 'log', level: 'warn', message: 'notice of another hold', figures: {} });
    return;
  }
  if (notice.about === 'hint') {
    wantRead(draft);
    return;
  }
  if (notice.currency !== context.currency) {
    raise(
      draft,
      'books-differ',
      `a notice names ${notice.currency}, the payment is in ${context.currency}`,
      by,
    );
    return;
  }
  if (notice.about === 'authorization') onAuthorization(draft, notice, by);
  else onOperation(draft, notice, by);
  confirm(draft, notice);
}

/** A confirmed number opens the gate, and what waited for its turn may go now. */
function confirm(draft: Draft, notice: Notice): void {
  const number = notice.sequenceNumber ?? 0;
  if (number > draft.state.confirmed) patchState(draft, { confirmed: number });
  if (notice.balance !== null) patchState(draft, { balance: notice.balance });
  const waits = draft.state.repeating;
  if (waits !== null && waits.reason !== 'unknown') cancelTimer(draft, 'repeat');
}

function onAuthorization(draft: Draft, notice: Notice, by: Actor): void {
  const { authorization, requested } = payment(draft);
  const word = { by, rule: 'notice', data: evidence(notice) };
  if (notice.state === 'failed') {
    if (authorization.state === 'approved') holdFailed(draft, notice, by);
    else if (authorization.state === 'pending' || authorization.state === 'unknown') {
      decline(draft, authorization, failure(notice), word);
    }
    return;
  }
  if (notice.state === 'pending') {
    if (authorization.state !== 'unknown') return;
    record(draft, 'authorization.pending', 'authorization', by, 'notice', evidence(notice));
    awaitEnd(draft, authorization);
    return;
  }
  if (authorization.state === 'declined') {
    raise(draft, 'books-differ', 'a notice approves an authorisation that was declined', by);
    return;
  }
  if (
    authorization.state === 'approved' ||
    authorization.state === 'planned' ||
    authorization.state === 'reversed'
  )
    return;
  approve(draft, authorization, notice.price !== null && notice.price > 0 ? notice.price : requested, word);
}

/** The process failed as a whole: what is still held is gone. */
function holdFailed(draft: Draft, notice: Notice, by: Actor): void {
  const { held, reserved } = figures(payment(draft));
  raise(draft, 'late-failure', 'the provider says that the process failed after it was authorised', by);
  if (held - reserved > 0 && figures(payment(draft)).captured === 0) {
    record(draft, 'hold.lapsed', null, by, 'hold-gone', {
      amount: held - reserved,
      evidence: 'notice',
      ...evidence(notice),
    });
  }
}

function onOperation(draft: Draft, notice: Notice, by: Actor): void {
  const { authorization } = payment(draft);
  if (authorization.state !== 'approved') {
    // A late approval may still come, and then it counts.
    patchState(draft, { deferred: [...draft.state.deferred, notice].slice(-MOST_DEFERRED) });
    return;
  }
  if (notice.about === 'chargeback' || notice.about === 'chargeback-reversed') {
    onChargeback(draft, notice, by);
    return;
  }
  if (notice.about === 'nothing') return;
  const owner = ownerOf(draft, notice);
  if (owner === undefined && waitsForLower(draft, notice)) defer(draft, notice, by);
  else if (owner === undefined) elsewhere(draft, notice, by);
  else if (isAnothers(draft, owner, notice)) numberTaken(draft, owner, notice, by);
  else settle(draft, owner, notice, by);
}

/** Whose number it is: numbers that were given back belong to nobody. */
function ownerOf(draft: Draft, notice: Notice): Operation | undefined {
  if (notice.sequenceNumber === null) return undefined;
  return payment(draft).operations.find(
    (operation) =>
      operation.sequenceNumber === notice.sequenceNumber && carriesCall(operation) && !gaveBack(operation),
  );
}

function gaveBack({ state }: Operation): boolean {
  return state === 'declined' || state === 'not_performed' || state === 'planned';
}

/**
 * Whether the booking with our number is of another kind than ours. Only a booking names its kind: `failed`, `pending`
 * and `paid` name the number alone, and a release is told as a capture that changed no claim.
 */
function isAnothers(draft: Draft, owner: Operation, notice: Notice): boolean {
  if (notice.about === 'balance' || notice.state !== 'approved') return false;
  if (owner.kind === 'release' && notice.about === 'capture') return (change(draft, notice) ?? 0) > 0;
  return (notice.about === 'capture') !== (owner.kind === 'capture' || owner.kind === 'release');
}

function settle(draft: Draft, owner: Operation, notice: Notice, by: Actor): void {
  const word = { by, rule: 'notice', data: { ...evidence(notice), told: notice.at } };
  const open = owner.state === 'sent' || owner.state === 'unknown' || owner.state === 'pending';
  if (notice.state === 'failed') {
    const disputed = draft.state.disputed?.operation === owner.id;
    if (isStale(owner, notice)) {
      // Not ours, so it is the booking that stands against ours under this number.
      if (disputed) forgetDispute(draft, notice);
      return;
    }
    if (owner.state === 'approved') {
      lowerDeferred(draft, owner, notice);
      reverse(draft, owner, { ...word, rule: 'notice-failed' });
    }
    if (open) {
      // Whatever stood under our number failed, so nothing of it is left to book.
      if (disputed) forgetDispute(draft, notice);
      decline(draft, owner, failure(notice), { ...word, rule: 'notice-failed' });
    }
    return;
  }
  if (notice.state === 'pending') {
    if (owner.state !== 'unknown') return;
    share(draft, owner, 'pending', word);
    awaitEnd(draft, owner);
    return;
  }
  const asked = askedWith(payment(draft), owner);
  const booked = bookedOf(draft, owner, notice);
  if (owner.state === 'reversed') {
    const again = owner.told === undefined || notice.at > owner.told;
    if (again && booked === owner.booked) approve(draft, owner, booked, word);
    else if (again) raise(draft, 'books-differ', `${owner.kind} ${owner.id} came back with ${booked}`, by);
    return;
  }
  const { disputed } = draft.state;
  const confirmed =
    disputed?.operation === owner.id && disputed.notice === null && disputed.amount === booked;
  if (open && (owner.kind === 'release' || booked === asked || confirmed)) {
    approve(draft, owner, booked, word);
    learnClaims(draft, owner, notice);
    return;
  }
  if (owner.state === 'approved') learnClaims(draft, owner, notice);
  const total = open
    ? asked
    : sharedWith(payment(draft), owner).reduce((sum, member) => sum + (member.booked ?? 0), 0);
  if (owner.kind === 'release' || booked === total) return;
  raise(
    draft,
    'amount-differs',
    `${owner.kind} ${owner.id}: ${open ? 'asked' : 'booked'} ${total}, a notice says ${booked}`,
    by,
  );
  if (open) dispute(draft, owner, notice, booked);
}

/** The disputed booking failed: sums that were told before it did still hold its amount. */
function forgetDispute(draft: Draft, failed: Notice): void {
  const amount = draft.state.disputed?.amount ?? 0;
  const deferred = draft.state.deferred.map((each) =>
    each.receivable !== null && each.at <= failed.at
      ? { ...each, receivable: each.receivable - amount }
      : each,
  );
  patchState(draft, { disputed: null, deferred });
}

/** Sums that were told before a booking failed still hold its amount. */
function lowerDeferred(draft: Draft, failing: Operation, failed: Notice): void {
  const booked = sharedWith(payment(draft), failing).reduce((sum, member) => sum + (member.booked ?? 0), 0);
  const amount = failing.kind === 'refund' ? -booked : booked;
  const number = failing.sequenceNumber ?? 0;
  const deferred = draft.state.deferred.map((each) =>
    each.receivable !== null && each.at <= failed.at && (each.sequenceNumber ?? 0) > number
      ? { ...each, receivable: each.receivable - amount }
      : each,
  );
  patchState(draft, { deferred });
}

/** Provider's clock and ours may differ by so much, milliseconds; a provider's second is cut off. */
const CLOCKS_DIFFER = 30_000;

/** A failure that is older than the word that last settled the operation, or than its first send. */
function isStale(owner: Operation, notice: Notice): boolean {
  if (owner.told !== undefined) return notice.at < owner.told;
  return owner.sentAt !== undefined && Date.parse(notice.at) + CLOCKS_DIFFER < Date.parse(owner.sentAt);
}

/**
 * Our number, another amount. PAYONE books what a capture asks or nothing, so it is either not ours or a fault of the
 * message; nothing can be read, so it stays unknown until a person says which (agreement, "Amounts that differ").
 */
function dispute(draft: Draft, owner: Operation, notice: Notice, amount: number): void {
  const sequenceNumber = notice.sequenceNumber ?? 0;
  patchState(draft, { disputed: { operation: owner.id, sequenceNumber, amount, notice: notice.identity } });
}

/** Claims are told as sums, so what a number added is known only once every lower number is. */
function waitsForLower(draft: Draft, notice: Notice): boolean {
  if (notice.receivable === null) return false;
  const number = notice.sequenceNumber ?? 0;
  return payment(draft).operations.some(
    (operation) =>
      atProvider(operation) && operation.sequenceNumber !== null && operation.sequenceNumber < number,
  );
}

function defer(draft: Draft, notice: Notice, by: Actor): void {
  patchState(draft, { deferred: [...draft.state.deferred, notice] });
  raise(
    draft,
    'observed-elsewhere',
    `number ${notice.sequenceNumber ?? 0} was made elsewhere; its amount waits for a lower number`,
    by,
  );
}

/** Takes in what waited for the authorisation or for a lower number, once that is settled. */
export function takeDeferred(draft: Draft): void {
  const [next] = draft.state.deferred;
  if (next === undefined || payment(draft).authorization.state !== 'approved') return;
  const chargeback = next.about === 'chargeback' || next.about === 'chargeback-reversed';
  if (chargeback ? isAnythingOpen(draft) : waitsForLower(draft, next)) return;
  patchState(draft, { deferred: draft.state.deferred.slice(1) });
  onOperation(draft, next, { kind: 'provider', name: payment(draft).provider, via: 'notice' });
  takeDeferred(draft);
}

/** A number that is ours while unknown was taken by something else: ours did not happen. */
function numberTaken(draft: Draft, owner: Operation, notice: Notice, by: Actor): void {
  if (owner.state === 'approved' || owner.state === 'reversed') {
    raise(
      draft,
      'books-differ',
      `number ${notice.sequenceNumber ?? 0} is ours by ${owner.kind} ${owner.id}, a notice says otherwise`,
      by,
    );
    return;
  }
  notPerformed(draft, owner, 'number-taken-elsewhere', {
    by,
    rule: 'number-taken-elsewhere',
    data: evidence(notice),
  });
  elsewhere(draft, notice, by);
}

/**
 * A number that we never took was made elsewhere: booked as observed. Old numbers change nothing, but for one whose
 * operation ended without effect by our books: what was booked under it is booked beside it.
 */
function elsewhere(draft: Draft, notice: Notice, by: Actor): void {
  const context = payment(draft);
  const number = notice.sequenceNumber ?? 0;
  if (notice.state !== 'approved' || operationOf(draft, `observed-${number}`) !== undefined) return;
  const ended = context.operations.findLast(
    (operation) => operation.sequenceNumber === number && gaveBack(operation),
  );
  const old = number <= Math.max(context.sequence.usedUp, context.sequence.notified);
  if (old && (ended === undefined || (ended.told !== undefined && notice.at <= ended.told))) return;
  if (notice.about === 'balance' && notice.receivable === null) return;
  const kind = notice.about === 'balance' ? 'capture' : kindOf(draft, notice);
  const amount = kind === 'release' ? Math.max(0, figures(context).held) : elsewhereAmount(draft, notice);
  record(draft, `observed.${kind}`, `observed-${number}`, by, 'made-elsewhere', {
    ...evidence(notice),
    booked: amount ?? 0,
    ...(amount === null ? { amountUnknown: true } : {}),
    sequenceNumber: number,
  });
  if (amount === null) {
    raise(
      draft,
      'books-differ',
      `number ${number} was made elsewhere: ${kind} of an amount that is not known`,
      by,
    );
  } else if (ended !== undefined && (old || wasResolved(ended))) {
    raise(
      draft,
      'books-differ',
      `${ended.kind} ${ended.id} is ${ended.state}; its number ${number} was booked`,
      by,
    );
  } else if (amount > 0) {
    raise(draft, 'observed-elsewhere', `number ${number} was made elsewhere: ${kind} of ${amount}`, by);
  }
  checkBooks(draft, by);
}

/** Whether a person said how it ended. */
function wasResolved(operation: Operation): boolean {
  return operation.reason === 'resolved' || operation.decline?.code === 'resolved';
}

/** What is at the provider may be what a chargeback takes back. */
function isAnythingOpen(draft: Draft): boolean {
  return payment(draft).operations.some(atProvider);
}

function onChargeback(draft: Draft, notice: Notice, by: Actor): void {
  if (notice.state !== 'approved') return;
  const moved = chargebackAmount(draft, notice);
  if (notice.balance !== null) patchState(draft, { balance: notice.balance });
  const { captured, chargedBack } = figures(payment(draft));
  const booked = notice.about === 'chargeback';
  if (moved > 0 && moved <= (booked ? captured - chargedBack : chargedBack)) {
    const type = booked ? ('chargeback.booked' as const) : ('chargeback.reversed' as const);
    record(draft, type, null, by, 'notice', { ...evidence(notice), amount: moved });
    if (booked) raise(draft, 'chargeback', `charged back: ${moved}`, by);
    checkBooks(draft, by);
  } else if (isAnythingOpen(draft)) {
    const later = { ...notice, balance: null, price: moved };
    patchState(draft, { deferred: [...draft.state.deferred, later].slice(-MOST_DEFERRED) });
  } else {
    raise(draft, 'books-differ', 'a chargeback whose amount does not fit what was captured', by);
  }
}

function failure(notice: Notice) {
  const code =
    notice.facts['failedcause'] ?? notice.facts['reasoncode'] ?? notice.facts['errorcode'] ?? 'failed';
  return { code, message: 'the provider says that it failed', hold: 'stands', again: 'no' } as const;
}

function evidence(notice: Notice): EntryData {
  return {
    providerReference: notice.providerReference,
    ...(notice.hold === undefined ? {} : { hold: notice.hold }),
    notice: notice.identity,
    facts: notice.facts,
  };
}
