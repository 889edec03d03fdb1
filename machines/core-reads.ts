import type { Actor } from '../payment/ledger.ts';
import type { Operation } from '../payment/operation.ts';
import type { ReadCall, ReadResult } from '../payment/read.ts';
import { askedWith, carriesCall } from './collection.ts';
import { countAbsence } from './core-absence.ts';
import { releasedBy } from './core-claims.ts';
import type { Draft } from './core-draft.ts';
import { operationOf, patchState, payment, raise, record } from './core-draft.ts';
import { compareHold, followDifference } from './core-hold-read.ts';
import { lockPayment } from './core-lock.ts';
import { givesUpAt, patchLooking, readEvidence } from './core-looking.ts';
import { approve, checkBooks, decline, share, tryAgain } from './core-outcome.ts';
import { awaitEnd } from './core-result.ts';
import type { Looking } from './core-state.ts';
import { cancelTimer, startTimer } from './core-timers.ts';
import { wantRead } from './core-want.ts';
import { figures, findOperation } from './payment-state.ts';

/** Hints come in bursts and from anyone who knows the address; milliseconds between two reads that only they ask for. */
const HINT_SPACING = 1_000;

/** Milliseconds between two pokes that may read. */
const POKE_SPACING = 6 * 3_600_000;

/** The sweep looked by: what nothing reads any more is read once, at most once in six hours. */
export function onPoke(draft: Draft): void {
  tryAgain(draft);
  const { pokedAt, looking, timers } = draft.state;
  if (pokedAt !== null && draft.at - pokedAt < POKE_SPACING) return;
  if (looking !== null && timers.read !== undefined) return;
  const { attentions, authorization } = payment(draft);
  if (looking === null && attentions.length === 0 && authorization.state !== 'not_performed') return;
  patchState(draft, { pokedAt: draft.at });
  wantRead(draft);
}

/** Keeps the reads going: while an outcome is open, after a hint, and when the hold should have ended. */
export function arrangeReads(draft: Draft): void {
  const context = payment(draft);
  if (context.capabilities.query === 'none') return;
  if (context.closedAt !== null) {
    patchState(draft, { looking: null, wantsRead: false });
    return;
  }
  follow(draft, openOperation(draft));
  followDifference(draft);
  if (draft.state.wantsRead && isFree(draft)) {
    const earliest = (draft.state.lastRead ?? 0) + HINT_SPACING;
    if (draft.at >= earliest) ask(draft);
    else startTimer(draft, 'read', earliest);
  }
}

/** What an outcome is looked for, from when it was lost until it is known. */
function follow(draft: Draft, open: Operation | undefined): void {
  const { looking } = draft.state;
  if (open === undefined) {
    if (looking === null) return;
    // What was read beside an outcome that somebody else settled is looked at again, now that nothing is in flight.
    const differs = looking.remaining !== null && looking.remaining !== figures(payment(draft)).held;
    if (differs || draft.state.difference?.told === false) wantRead(draft);
    patchState(draft, { looking: null });
    cancelTimer(draft, 'read');
    return;
  }
  if (looking?.operation === open.id) return;
  patchState(draft, {
    looking: {
      operation: open.id,
      since: draft.at,
      reads: 0,
      absent: 0,
      absentSince: null,
      remaining: null,
      failed: true,
    },
  });
  armRead(draft);
}

function openOperation(draft: Draft): Operation | undefined {
  const { authorization, operations } = payment(draft);
  return [authorization, ...operations].find(
    (operation) => (operation.state === 'unknown' || operation.state === 'pending') && carriesCall(operation),
  );
}

/** No call and no read is under way whose answer the next read would have to wait for. */
const isFree = (draft: Draft): boolean => draft.state.running === null && draft.state.reading === null;

/** The next read by backoff, as long as somebody may still learn something from it. */
function armRead(draft: Draft): void {
  const { looking } = draft.state;
  if (looking === null || draft.state.reading !== null) return;
  const { repeats, unknownAfter } = payment(draft).capabilities.timing;
  const wait = repeats[Math.min(looking.reads, repeats.length - 1)] ?? unknownAfter;
  if (draft.at + wait > givesUpAt(draft, looking)) return;
  startTimer(draft, 'read', draft.at + wait);
}

/** The time for a read has come. */
export function onReadTimer(draft: Draft): void {
  const { looking, difference, wantsRead, expiryAsked } = draft.state;
  if (looking === null && difference?.told !== false && expiryAsked === null && !wantsRead) return;
  // Only reads of our own make the next one later: hints come as others like.
  patchState(draft, {
    wantsRead: true,
    looking: looking === null ? null : { ...looking, reads: looking.reads + 1 },
  });
}

function ask(draft: Draft): void {
  const { looking, difference } = draft.state;
  const operation = operationOf(draft, looking?.operation ?? 'authorization');
  if (operation === undefined) return;
  if (looking === null && difference !== null)
    patchState(draft, { difference: { ...difference, reads: difference.reads + 1 } });
  const number = draft.state.calls + 1;
  patchState(draft, {
    calls: number,
    wantsRead: false,
    lastRead: draft.at,
    reading: { number, operation: operation.id },
  });
  cancelTimer(draft, 'read');
  draft.effects.push({ type: 'read', number, call: readCallFor(draft, operation) });
}

function readCallFor(draft: Draft, operation: Operation): ReadCall {
  const context = payment(draft);
  const anchor =
    operation.capture === undefined
      ? undefined
      : findOperation(context, operation.capture)?.providerReference;
  return {
    action: 'read',
    account: context.account,
    payment: context.id,
    operation: operation.id,
    kind: operation.kind,
    amount: operation.kind === 'release' ? 0 : askedWith(context, operation),
    currency: context.currency,
    hold: context.authorization.hold,
    keys: keysOf(draft, operation),
    attempts: operation.attempts,
    ...(anchor === undefined ? {} : { anchor }),
  };
}

/** The keys that its last answer named; without one, what was allocated for it. */
function keysOf(draft: Draft, operation: Operation): Readonly<Record<string, string>> {
  const named = draft.state.ledger.findLast(
    (entry) => entry.operation === operation.id && entry.data['keys'] !== undefined,
  );
  return {
    ...(operation.allocated === undefined ? {} : { allocated: operation.allocated }),
    ...(named?.data['keys'] as Readonly<Record<string, string>> | undefined),
  };
}

/** What the provider's books said. A read that failed says nothing. */
export function onRead(draft: Draft, number: number, result: ReadResult): void {
  const { reading } = draft.state;
  if (reading?.number !== number) return;
  patchState(draft, { reading: null });
  const by: Actor = { kind: 'provider', name: payment(draft).provider, via: 'query' };
  if (result.locked === true) lockPayment(draft, by, 'the provider refuses every further operation');
  const operation = operationOf(draft, reading.operation);
  const { looking } = draft.state;
  if (operation === undefined) return;
  if (looking?.operation === operation.id) settle(draft, operation, looking, result, by);
  else if (operation.kind === 'authorization') compareHold(draft, operation, result, by);
  else contradict(draft, operation, result, by);
  const open = openOperation(draft);
  if (open !== undefined && draft.state.looking?.operation === open.id) armRead(draft);
}

function settle(draft: Draft, operation: Operation, looking: Looking, result: ReadResult, by: Actor): void {
  const word = { by, rule: 'read', data: readEvidence(result) };
  patchLooking(draft, { failed: result.read === 'failed' });
  if (result.read !== 'absent') patchLooking(draft, { remaining: result.remaining ?? null });
  switch (result.read) {
    case 'approved': {
      const booked = bookedOf(draft, operation, result);
      if (booked !== null) approve(draft, operation, booked, word);
      break;
    }
    case 'declined':
      if (!mayComeBack(draft, operation, looking, result)) decline(draft, operation, result.decline, word);
      return;
    case 'pending':
      if (operation.state === 'unknown') {
        share(draft, operation, 'pending', word);
        awaitEnd(draft, operation);
      }
      break;
    case 'absent':
      if (operation.state === 'unknown') countAbsence(draft, operation, looking, result);
      return;
    case 'failed':
      return;
  }
  patchLooking(draft, { absent: 0, absentSince: null });
}

/** Whoever was sent to a page may try again there: a failed try ends the authorisation only once nobody is waited for. */
function mayComeBack(
  draft: Draft,
  operation: Operation,
  looking: Looking,
  { decline: said }: Extract<ReadResult, { read: 'declined' }>,
): boolean {
  const { authorization, capabilities } = payment(draft);
  return (
    operation.kind === 'authorization' &&
    authorization.redirectUrl !== undefined &&
    operation.state === 'pending' &&
    said.hold === 'stands' &&
    draft.at < looking.since + capabilities.timing.awaitUntil
  );
}

/** A read that was under way when somebody else settled the operation: what the provider took is booked beside it. */
function contradict(draft: Draft, operation: Operation, result: ReadResult, by: Actor): void {
  const ended = operation.state === 'declined' || operation.state === 'not_performed';
  const says = `${operation.kind} ${operation.id} is ${operation.state}, the books say ${result.read}`;
  if (result.read === 'approved' && ended) {
    const id = `observed-${operation.id}`;
    if (operationOf(draft, id) !== undefined) return;
    const booked = result.booked ?? askedWith(payment(draft), operation);
    record(draft, `observed.${operation.kind as 'capture'}`, id, by, 'read-contradicts', {
      ...readEvidence(result),
      booked,
    });
    raise(draft, 'books-differ', says, by);
    checkBooks(draft, by);
  } else if (result.read === 'declined' && operation.state === 'approved')
    raise(draft, 'books-differ', says, by);
  else wantRead(draft);
}

/** What was booked, minor units; null where an answer named another amount and the books name none. */
function bookedOf(
  draft: Draft,
  operation: Operation,
  result: Extract<ReadResult, { read: 'approved' }>,
): number | null {
  if (operation.kind === 'release') return result.booked ?? releasedBy(draft, operation);
  if (result.booked !== undefined) return result.booked;
  return draft.state.disputed?.operation === operation.id ? null : askedWith(payment(draft), operation);
}
