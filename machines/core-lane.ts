import type { Operation } from '../payment/operation.ts';
import type { CaptureDetails, ProviderCall } from '../payment/call.ts';
import { MOST_LINES } from '../payment/line.ts';
import { askedWith, type Collection, dueCollection, sharedWith } from './collection.ts';
import { hasReference, takeReference } from './core-allocation.ts';
import type { Draft } from './core-draft.ts';
import { CLOCK, ENGINE, operationOf, patchState, payment, raise, record } from './core-draft.ts';
import { cancelTimer, startTimer } from './core-timers.ts';
import type { PaymentState } from './payment-state.ts';
import {
  atProvider,
  figures,
  findOperation,
  inFlight,
  isBraked,
  isFrozen,
  nextSequenceNumber,
} from './payment-state.ts';

/** Sends what is next in turn, if the lane is open. Local ends (nothing held, no longer legal) do not stop it. */
export function advanceLane(draft: Draft): void {
  for (let next = nextInTurn(draft); next !== undefined; next = nextInTurn(draft)) {
    const collection =
      next.kind === 'capture' ? dueCollection(payment(draft), draft.state.deadlineDue) : null;
    if (collection === null ? endsLocally(draft, next) : uncovered(draft, collection.members)) continue;
    if (!hasReference(draft, next)) return;
    send(draft, next, 1, collection);
    return;
  }
}

function nextInTurn(draft: Draft): Operation | undefined {
  const context = payment(draft);
  if (draft.state.running !== null || draft.state.timers.repeat !== undefined) return undefined;
  if (context.closedAt !== null || isFrozen(context)) return undefined;
  if ([context.authorization, ...context.operations].some(atProvider)) return undefined;
  if (context.authorization.state === 'planned') return context.authorization;
  if (context.authorization.state !== 'approved') return undefined;
  const planned = context.operations.filter(
    (operation) => operation.state === 'planned' && isSendable(draft, operation),
  );
  const next = planned[0];
  if (next === undefined) cancelTimer(draft, 'gate');
  if (next === undefined || !gateOpen(draft)) return undefined;
  return next;
}

/** Under the plan `collect` a capture waits for its collection; a release waits for every capture. */
function isSendable(draft: Draft, operation: Operation): boolean {
  const context = payment(draft);
  if (operation.kind === 'capture' && context.plan.captures === 'collect') {
    return dueCollection(context, draft.state.deadlineDue)?.carrier.id === operation.id;
  }
  if (operation.kind === 'release') return figures(context).reserved === 0;
  return true;
}

/** `sequenceGate: "notification"`: the next number goes out only once the last one was notified. */
function gateOpen(draft: Draft): boolean {
  const context = payment(draft);
  const { sequence } = context.capabilities;
  if (sequence === null || sequence.gate === 'response') return true;
  const open = draft.state.confirmed >= context.sequence.usedUp;
  if (open) cancelTimer(draft, 'gate');
  else if (draft.state.timers.gate === undefined)
    startTimer(draft, 'gate', draft.at + context.capabilities.timing.gateAfter);
  return open;
}

/** What ends without a call: it turned illegal while it waited, no number is left, or nothing was ever held. */
function endsLocally(draft: Draft, next: Operation): boolean {
  const context = payment(draft);
  const { held } = figures(context);
  const verb = `${next.kind}.not_performed` as const;
  if (next.kind === 'authorization') return false;
  if (isExhausted(draft)) {
    record(draft, verb, next.id, ENGINE, 'sequence-exhausted', { reason: 'sequence-exhausted' });
    raise(draft, 'sequence-exhausted', `no sequence number is left for ${next.kind} ${next.id}`);
    return true;
  }
  if (isBraked(context, [next])) {
    record(draft, verb, next.id, ENGINE, 'brake', { reason: 'brake' });
    return true;
  }
  if (next.kind === 'capture' && (next.amount > held || context.finalBy !== null)) {
    const rule = context.finalBy !== null ? 'not-final' : 'amount-exceeds-capturable';
    record(draft, verb, next.id, ENGINE, rule, { reason: rule });
    return true;
  }
  const unrefundable = next.kind === 'refund' ? refundObjection(context, next) : null;
  if (unrefundable !== null) {
    record(draft, verb, next.id, ENGINE, unrefundable, { reason: unrefundable });
    return true;
  }
  if (next.kind === 'release' && held > next.amount && next.capture === undefined) {
    // It was asked for the rest of a capture that then had no effect: nobody asked to give that back too.
    record(draft, verb, next.id, ENGINE, 'capture-failed', { reason: 'capture-failed' });
    raise(
      draft,
      'remainder-not-released',
      `release ${next.id} of ${next.amount} was not sent; ${held} is held`,
    );
    return true;
  }
  if (next.kind === 'release' && held <= 0) {
    record(draft, verb, next.id, ENGINE, 'nothing-held', { reason: 'nothing-held' });
    return true;
  }
  if (next.kind === 'release' && context.capabilities.holds === 'nothing') {
    record(draft, 'release.approved', next.id, ENGINE, 'nothing-held', {
      booked: held,
      kind: releaseKind(draft),
    });
    return true;
  }
  return false;
}

/** M2 at the moment of sending: a late failure or a chargeback may have taken what the refund gives back. */
function refundObjection(
  context: PaymentState,
  refund: Operation,
): 'amount-exceeds-captured' | 'anchor-unknown' | null {
  const { captured, chargedBack, refunded } = figures(context);
  if (refund.amount > captured - chargedBack - refunded) return 'amount-exceeds-captured';
  if (refund.capture === undefined) return null;
  return findOperation(context, refund.capture)?.state === 'approved' ? null : 'anchor-unknown';
}

/** Ends the collected captures that the hold no longer covers, newest first; true where any ended. */
function uncovered(draft: Draft, members: readonly Operation[]): boolean {
  const context = payment(draft);
  let over = members.reduce((total, member) => total + member.amount, 0) - figures(context).held;
  const rule =
    context.finalBy !== null
      ? 'not-final'
      : isExhausted(draft)
        ? 'sequence-exhausted'
        : isBraked(context, members)
          ? 'brake'
          : 'amount-exceeds-capturable';
  const all = rule !== 'amount-exceeds-capturable';
  let ended = false;
  for (const member of [...members].reverse()) {
    if (!all && over <= 0) break;
    record(draft, 'capture.not_performed', member.id, ENGINE, rule, { reason: rule });
    over -= member.amount;
    ended = true;
  }
  return ended;
}

function releaseKind(draft: Draft): 'void' | 'request' {
  return figures(payment(draft)).captured > 0 ? 'request' : 'void';
}

/** Every authentic number counts (M4), also that of a message which booked nothing. */
function nextNumber(draft: Draft): number {
  return Math.max(nextSequenceNumber(payment(draft)), draft.state.confirmed + 1);
}

function isExhausted(draft: Draft): boolean {
  const { sequence } = payment(draft).capabilities;
  return sequence !== null && nextNumber(draft) > sequence.max;
}

/** Writes `sent` with its keys and asks for the call. `attempt` above 1 repeats the same key and body. */
export function send(
  draft: Draft,
  operation: Operation,
  attempt: number,
  collection: Collection | null = null,
): void {
  const context = payment(draft);
  const again = attempt > 1;
  const numbered = operation.kind !== 'authorization' && context.capabilities.sequence !== null;
  const next = nextNumber(draft);
  const sequenceNumber = !numbered ? null : again ? operation.sequenceNumber : next;
  const notified = numbered && !again && next > nextSequenceNumber(context) ? { notified: next - 1 } : {};
  const members = collection?.members ?? sharedWith(context, operation);
  const sum = members.reduce((total, member) => total + member.amount, 0);
  const final =
    operation.kind === 'capture' &&
    (again ? operation.final === true : isFinalNow(draft, operation, sum, collection));
  const reference = again ? (operation.allocated ?? null) : takeReference(draft);
  const frees = !final ? 0 : again ? (operation.frees ?? 0) : figures(context).held - sum;
  for (const member of [...members.filter((one) => one.id !== operation.id), operation]) {
    record(
      draft,
      `${operation.kind}.sent`,
      member.id,
      again ? CLOCK : ENGINE,
      !again
        ? 'next-in-turn'
        : context.capabilities.resend === 'same-key'
          ? 'repeat-same-key'
          : 'repeat-once-absent',
      {
        attempt,
        ...notified,
        ...(sequenceNumber === null ? {} : { sequenceNumber }),
        ...(reference === null ? {} : { allocated: reference }),
        ...(operation.kind === 'capture' ? { final, frees: member.id === operation.id ? frees : 0 } : {}),
        ...(operation.kind === 'release' ? { kind: again ? operation.releaseKind : releaseKind(draft) } : {}),
        ...(collection === null && operation.sentWith === undefined ? {} : { sentWith: operation.id }),
      },
    );
  }
  if (collection !== null) patchState(draft, { deadlineDue: false });
  const { repeating } = draft.state;
  if (repeating !== null && members.some((member) => member.id === repeating.operation)) {
    patchState(draft, { repeating: { ...repeating, operation: operation.id } });
  }
  const number = draft.state.calls + 1;
  patchState(draft, { calls: number, running: { number, operation: operation.id } });
  const sent = operationOf(draft, operation.id);
  if (sent !== undefined) draft.effects.push({ type: 'call', number, call: callFor(draft, sent) });
}

/** Decided when it is sent: asked as final, or nothing stays held, or the provider frees the rest anyway. */
function isFinalNow(draft: Draft, operation: Operation, sum: number, collection: Collection | null): boolean {
  const context = payment(draft);
  return (
    operation.finalAsked === true ||
    collection?.final === true ||
    sum >= figures(context).held ||
    context.capabilities.remainder === 'implicit'
  );
}

function callFor(draft: Draft, operation: Operation): ProviderCall {
  const context = payment(draft);
  const body = draft.state.bodies[operation.id];
  const base = {
    account: context.account,
    payment: context.id,
    operation: operation.id,
    attempt: operation.attempts,
    currency: context.currency,
    ...(operation.allocated === undefined ? {} : { allocated: operation.allocated }),
  };
  if (body?.kind === 'authorization')
    return { ...base, action: 'authorise', amount: operation.amount, request: body.request };
  const follow = {
    ...base,
    hold: context.authorization.hold ?? {},
    sequenceNumber: operation.sequenceNumber,
  };
  if (body?.kind === 'release') {
    const kind = operation.releaseKind === 'request' ? 'request' : 'void';
    return { ...follow, action: 'release', amount: 0, kind, details: body.details };
  }
  if (body?.kind === 'refund') {
    const anchor =
      operation.capture === undefined
        ? undefined
        : findOperation(context, operation.capture)?.providerReference;
    return {
      ...follow,
      action: 'refund',
      amount: operation.amount,
      details: body.details,
      ...(anchor === undefined ? {} : { anchor }),
    };
  }
  return {
    ...follow,
    action: 'capture',
    amount: askedWith(context, operation),
    final: operation.final === true,
    details: detailsOf(draft, operation),
  };
}

/** A collection is described by its carrier, and itemised where every member is. */
function detailsOf(draft: Draft, carrier: Operation): CaptureDetails {
  const details = sharedWith(payment(draft), carrier).map((member) => {
    const body = draft.state.bodies[member.id];
    return body?.kind === 'capture' ? body.details : {};
  });
  const [own = {}] = details;
  if (details.length === 1) return own;
  const { lines: _lines, vatAmount: _vat, ...rest } = own;
  const lines = details.flatMap((each) => each.lines ?? []);
  const itemised = details.every((each) => each.lines !== undefined) && lines.length <= MOST_LINES;
  const vat = details.every((each) => each.vatAmount !== undefined);
  return {
    ...rest,
    ...(itemised ? { lines } : {}),
    ...(vat ? { vatAmount: details.reduce((total, each) => total + (each.vatAmount ?? 0), 0) } : {}),
  };
}

/** Callers whose operation ended, or whose operation is not moving now, are answered with it as it stands. */
export function answerWaiting(draft: Draft): void {
  const { running, waiting, allocation } = draft.state;
  const soon = running !== null || (allocation?.phase === 'asked' && !allocation.queued);
  const left: CoreWaiting[] = [];
  for (const one of waiting) {
    const operation = operationOf(draft, one.operation);
    const moving =
      operation !== undefined && soon && (operation.state === 'sent' || operation.state === 'planned');
    if (moving && !isCollected(draft, operation)) {
      left.push(one);
      continue;
    }
    if (operation !== undefined && inFlight(operation) && !draft.state.owed.includes(operation.id)) {
      patchState(draft, { owed: [...draft.state.owed, operation.id] });
    }
    draft.replies.push(one);
  }
  if (left.length !== waiting.length) patchState(draft, { waiting: left });
}

type CoreWaiting = Draft['state']['waiting'][number];

function isCollected(draft: Draft, operation: Operation): boolean {
  return (
    operation.kind === 'capture' &&
    operation.state === 'planned' &&
    payment(draft).plan.captures === 'collect'
  );
}
