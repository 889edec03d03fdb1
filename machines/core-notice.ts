import type { Actor, EntryData } from '../payment/ledger.ts';
import type { Notice } from '../payment/notice.ts';
import type { Operation } from '../payment/operation.ts';
import type { Draft } from './core-draft.ts';
import { operationOf, patchState, payment, raise, record } from './core-draft.ts';
import { askedWith, carriesCall, sharedWith } from './collection.ts';
import { approve, checkBooks, decline, notPerformed, reverse, share } from './core-outcome.ts';
import { awaitEnd } from './core-result.ts';
import { cancelTimer } from './core-timers.ts';
import { atProvider, figures, inFlight } from './payment-state.ts';

/** Most identities that are remembered; PAYONE repeats for 48 h at most (provider notes A8). */
const MOST_SEEN = 2000;

/** Takes in what the provider told unasked. Duplicates and old numbers change nothing. */
export function onNotice(draft: Draft, notice: Notice): void {
  if (draft.state.seen.includes(notice.identity)) return;
  patchState(draft, { seen: [...draft.state.seen, notice.identity].slice(-MOST_SEEN) });
  const context = payment(draft);
  const by: Actor = { kind: 'provider', name: context.provider, via: 'notice' };
  if (notice.currency !== context.currency) {
    raise(
      draft,
      'books-differ',
      `a notice names ${notice.currency}, the payment is in ${context.currency}`,
      by,
    );
    return;
  }
  const known = context.authorization.providerReference ?? draft.state.facts.holdKey;
  if (known !== undefined && known !== notice.providerReference) {
    draft.effects.push({ type: 'log', level: 'warn', message: 'notice of another hold', figures: {} });
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
  if (inFlight(authorization)) patchState(draft, { deferred: [...draft.state.deferred, notice] });
  if (authorization.state !== 'approved') return;
  if (notice.about === 'chargeback' || notice.about === 'chargeback-reversed') {
    onChargeback(draft, notice, by);
    return;
  }
  if (notice.about === 'nothing' || notice.about === 'hint') return;
  const owner = ownerOf(draft, notice);
  if (owner === undefined && waitsForLower(draft, notice)) defer(draft, notice, by);
  else if (owner === undefined) elsewhere(draft, notice, by);
  else if (isAnothers(draft, owner, notice)) numberTaken(draft, owner, notice, by);
  else settle(draft, owner, notice, by);
}

/** Whose number it is: numbers that were given back belong to nobody. */
function ownerOf(draft: Draft, notice: Notice): Operation | undefined {
  const gaveBack = new Set(['declined', 'not_performed', 'planned']);
  return payment(draft).operations.find(
    (operation) =>
      operation.sequenceNumber !== null &&
      operation.sequenceNumber === notice.sequenceNumber &&
      carriesCall(operation) &&
      !gaveBack.has(operation.state),
  );
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

/** A `debit` is a refund where the claims went down, else an extra claim (provider notes A8). */
function kindOf(draft: Draft, notice: Notice): 'capture' | 'refund' | 'release' {
  if (notice.about === 'refund') return 'refund';
  if (notice.about === 'charge') return (change(draft, notice) ?? -1) < 0 ? 'refund' : 'capture';
  const amount = change(draft, notice);
  return notice.about === 'capture' && amount === 0 ? 'release' : 'capture';
}

/**
 * The amount of an event: the change of `receivable` since the bookings before its number; null where
 * the message names none. Numbers are dense and the lane is serial, so what stands below the number is
 * what was booked before it, in whatever order the messages came.
 */
function change(draft: Draft, notice: Notice): number | null {
  if (notice.receivable === null) return null;
  const number = notice.sequenceNumber ?? 0;
  let before = 0;
  for (const operation of payment(draft).operations) {
    if (
      operation.state !== 'approved' ||
      operation.sequenceNumber === null ||
      operation.sequenceNumber >= number
    )
      continue;
    if (operation.kind === 'capture') before += operation.booked ?? 0;
    if (operation.kind === 'refund') before -= operation.booked ?? 0;
  }
  return notice.receivable - before;
}

function settle(draft: Draft, owner: Operation, notice: Notice, by: Actor): void {
  const word = { by, rule: 'notice', data: { ...evidence(notice), told: notice.at } };
  const open = owner.state === 'sent' || owner.state === 'unknown' || owner.state === 'pending';
  if (notice.state === 'failed') {
    if (owner.state === 'approved' && !isStale(owner, notice))
      reverse(draft, owner, { ...word, rule: 'notice-failed' });
    else if (open) {
      // Whatever stood under our number failed, so nothing of it is left to book.
      if (draft.state.disputed?.operation === owner.id) patchState(draft, { disputed: null });
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
  const booked = bookedOf(draft, owner, notice) ?? asked;
  if (owner.state === 'reversed') {
    if (owner.told === undefined || notice.at > owner.told) approve(draft, owner, booked, word);
    return;
  }
  const { disputed } = draft.state;
  const confirmed =
    disputed?.operation === owner.id && disputed.notice === null && disputed.amount === booked;
  if (open && (owner.kind === 'release' || booked === asked || confirmed)) {
    approve(draft, owner, booked, word);
    return;
  }
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

/** A failure that is older than the word that last settled the operation. */
function isStale(owner: Operation, notice: Notice): boolean {
  return owner.told !== undefined && notice.at < owner.told;
}

/**
 * Our number, another amount. PAYONE books what a capture asks or nothing, so it is either not ours or a fault of the
 * message; nothing can be read, so it stays unknown until a person says which (agreement, "Amounts that differ").
 */
function dispute(draft: Draft, owner: Operation, notice: Notice, amount: number): void {
  const sequenceNumber = notice.sequenceNumber ?? 0;
  patchState(draft, { disputed: { operation: owner.id, sequenceNumber, amount, notice: notice.identity } });
}

/** What the notice says was booked of this operation, minor units; null where it says nothing. */
function bookedOf(draft: Draft, owner: Operation, notice: Notice): number | null {
  if (owner.kind === 'release') return figures(payment(draft)).held;
  const amount = change(draft, notice);
  if (amount !== null) return owner.kind === 'refund' ? -amount : amount;
  return notice.about === 'balance' ? null : notice.price === null ? null : Math.abs(notice.price);
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
  if (next === undefined || payment(draft).authorization.state !== 'approved' || waitsForLower(draft, next))
    return;
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

/** A number that we never took was made elsewhere: booked as observed. Old numbers change nothing. */
function elsewhere(draft: Draft, notice: Notice, by: Actor): void {
  const context = payment(draft);
  const number = notice.sequenceNumber ?? 0;
  if (notice.state !== 'approved' || number <= Math.max(context.sequence.usedUp, context.sequence.notified))
    return;
  if (operationOf(draft, `observed-${number}`) !== undefined) return;
  const kind = notice.about === 'balance' ? 'capture' : kindOf(draft, notice);
  const amount = change(draft, notice) ?? (notice.about === 'balance' ? 0 : (notice.price ?? 0));
  const booked = kind === 'release' ? figures(context).held : Math.abs(amount);
  record(draft, `observed.${kind}`, `observed-${number}`, by, 'made-elsewhere', {
    ...evidence(notice),
    booked,
    sequenceNumber: number,
  });
  const contradicted = context.operations.find(
    (operation) => operation.sequenceNumber === number && wasResolved(operation),
  );
  if (contradicted !== undefined) {
    raise(
      draft,
      'books-differ',
      `${contradicted.kind} ${contradicted.id} was resolved as ${contradicted.state}; number ${number} was booked`,
      by,
    );
  } else if (booked > 0)
    raise(draft, 'observed-elsewhere', `number ${number} was made elsewhere: ${kind} of ${booked}`, by);
  checkBooks(draft, by);
}

/** Whether a person said how it ended. */
function wasResolved(operation: Operation): boolean {
  return operation.reason === 'resolved' || operation.decline?.code === 'resolved';
}

function onChargeback(draft: Draft, notice: Notice, by: Actor): void {
  if (notice.state !== 'approved') return;
  const amount = Math.abs(notice.price ?? notice.balance ?? 0);
  const type =
    notice.about === 'chargeback' ? ('chargeback.booked' as const) : ('chargeback.reversed' as const);
  record(draft, type, null, by, 'notice', { ...evidence(notice), amount });
  if (type === 'chargeback.booked') raise(draft, 'chargeback', `charged back: ${amount}`, by);
  checkBooks(draft, by);
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
