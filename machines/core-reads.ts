import type { Actor, EntryData } from '../payment/ledger.ts';
import type { Operation } from '../payment/operation.ts';
import type { ReadCall, ReadResult } from '../payment/read.ts';
import { askedWith, carriesCall } from './collection.ts';
import { releasedBy } from './core-claims.ts';
import type { Draft } from './core-draft.ts';
import { operationOf, patchState, payment, raise, record } from './core-draft.ts';
import { send } from './core-lane.ts';
import { lapseByBooks, lockPayment } from './core-lapse.ts';
import { approve, checkBooks, decline, share, tryAgain } from './core-outcome.ts';
import { awaitEnd } from './core-result.ts';
import type { Looking } from './core-state.ts';
import { cancelTimer, startTimer } from './core-timers.ts';
import { wantRead } from './core-want.ts';
import { atProvider, figures, findOperation, hasAttention } from './payment-state.ts';

/** Reads that must not find an operation before it counts as absent (M10). */
const ABSENT_READS = 3;

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

/** A difference is looked at until it stands or is gone; what moves the hold ends it. */
function followDifference(draft: Draft): void {
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

function givesUpAt(draft: Draft, looking: Looking): number {
  const sentAt = operationOf(draft, looking.operation)?.sentAt;
  const from = sentAt === undefined ? looking.since : Math.max(Date.parse(sentAt), 0);
  return from + payment(draft).capabilities.timing.giveUpAfter;
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
  const word = { by, rule: 'read', data: evidence(result) };
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
      ...evidence(result),
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

function patchLooking(draft: Draft, part: Partial<Looking>): void {
  const { looking } = draft.state;
  if (looking !== null) patchState(draft, { looking: { ...looking, ...part } });
}

/**
 * M10: absent are three reads over at least `absenceAfter`, all without it, the operation still offered and the
 * remaining amount unchanged and ours; then the rule of the provider says whether it goes out again. The time runs from
 * the first answer to the last asking: an answer may have waited for its worker.
 */
function countAbsence(
  draft: Draft,
  operation: Operation,
  looking: Looking,
  result: Extract<ReadResult, { read: 'absent' }>,
): void {
  const remaining = result.remaining ?? null;
  const ours =
    operation.kind === 'refund' || remaining === null || remaining === figures(payment(draft)).held;
  const same = looking.absent === 0 || looking.remaining === remaining;
  if (!result.offered || !ours || !same) {
    const first = result.offered && ours;
    patchLooking(draft, { absent: first ? 1 : 0, absentSince: first ? draft.at : null, remaining });
    return;
  }
  const absent = looking.absent + 1;
  const absentSince = looking.absentSince ?? draft.at;
  patchLooking(draft, { absent, absentSince, remaining });
  const { absenceAfter, resendAfter } = payment(draft).capabilities.timing;
  const proven =
    absent >= ABSENT_READS &&
    lookedAt(draft) - absentSince >= absenceAfter * rounds(operation) &&
    lookedAt(draft) - looking.since >= resendAfter;
  if (proven && mayResend(draft, operation, looking)) {
    send(draft, operation, operation.attempts + 1);
  }
}

/** Each repeat that led nowhere doubles the time over which absence has to be seen, up to some hours. */
const rounds = ({ attempts }: Operation): number => 2 ** Math.min(attempts - 1, 7);

/** The provider's resend rule, and our own reasons not to send by ourselves. */
function mayResend(draft: Draft, operation: Operation, looking: Looking): boolean {
  const context = payment(draft);
  const { resend, failures } = context.capabilities;
  const allowed = resend === 'same-key-once-absent' || (resend === 'once-absent' && operation.attempts < 2);
  if (!allowed || draft.at > givesUpAt(draft, looking) || draft.state.running !== null) return false;
  if (context.locked || hasAttention(context, 'books-differ') || hasAttention(context, 'hold-shared'))
    return false;
  const counted = operation.kind === 'capture' || operation.kind === 'refund' ? operation.kind : null;
  return (
    counted === null ||
    failures === null ||
    operation.override === true ||
    context.failures[counted] < failures.brake
  );
}

/** The hold as a whole, read without an outcome to look for: after a hint, a poke, and at its end. */
function compareHold(draft: Draft, authorization: Operation, result: ReadResult, by: Actor): void {
  const { expiryAsked } = draft.state;
  if (authorization.state === 'not_performed' && result.read === 'approved') {
    approve(draft, authorization, result.booked ?? authorization.amount, {
      by,
      rule: 'read',
      data: evidence(result),
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

/** When the read that is taken in was asked, milliseconds since the epoch. */
const lookedAt = (draft: Draft): number => draft.state.lastRead ?? draft.at;

/** What a read leaves in the ledger. */
function evidence(result: ReadResult): EntryData {
  const said = result.read === 'approved' ? result : undefined;
  return {
    ...(said?.providerReference === undefined ? {} : { providerReference: said.providerReference }),
    ...(said?.hold === undefined ? {} : { hold: said.hold }),
    ...(result.remaining === undefined ? {} : { remaining: result.remaining }),
    ...(result.expiresAt === undefined ? {} : { expiresAt: result.expiresAt, expiresBy: 'provider' }),
  };
}
