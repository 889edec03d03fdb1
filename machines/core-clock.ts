import type { CoreState, Indexed, TimerName } from './core-state.ts';
import type { Draft } from './core-draft.ts';
import {
  CLOCK,
  clear,
  clearRemainder,
  ENGINE,
  operationOf,
  patchState,
  payment,
  raise,
  record,
} from './core-draft.ts';
import { reachDeadline } from './core-deadline.ts';
import { carriesCall } from './collection.ts';
import { armRepeat, notPerformed, share } from './core-outcome.ts';
import { send } from './core-lane.ts';
import { lapse as lapseNow } from './core-lapse.ts';
import { onReadTimer } from './core-reads.ts';
import { wantRead } from './core-want.ts';
import { onUnallocated } from './core-allocation.ts';
import { cancelTimer, forgetTimer, startTimer } from './core-timers.ts';
import type { PaymentState } from './payment-state.ts';
import { figures, inFlight, isSettled, sequenceExhausted } from './payment-state.ts';
import { statusOf } from './status.ts';

/** A timer fired. Interpreters may fire one that was just replaced or cancelled; it changes nothing. */
export function onTimer(draft: Draft, timer: TimerName): void {
  const due = draft.state.timers[timer];
  if (due === undefined || due > draft.at) return;
  forgetTimer(draft, timer);
  if (timer === 'clock') onClock(draft);
  else if (timer === 'await') onAwaited(draft);
  else if (timer === 'repeat') onRepeat(draft);
  else if (timer === 'unknown') onStillUnknown(draft);
  else if (timer === 'gate') onGateClosed(draft);
  else if (timer === 'read') onReadTimer(draft);
  else if (timer === 'allocate') onUnallocated(draft);
  else if (isQuiet(draft)) record(draft, 'payment.closed', null, CLOCK, 'close-after');
}

/** The instants at which the plan and the hold act, milliseconds; null where there is none. */
export function instantsOf(state: PaymentState): {
  warn: number | null;
  deadline: number | null;
  lapse: number | null;
} {
  const { timing } = state.capabilities;
  const expires =
    state.authorization.expiresAt === undefined ? null : Date.parse(state.authorization.expiresAt);
  const planned = state.plan.deadline === undefined ? null : Date.parse(state.plan.deadline);
  const deadline = planned ?? (expires === null ? null : expires - timing.margin);
  return {
    warn: deadline === null ? null : deadline - timing.warnBefore,
    deadline,
    lapse: expires === null ? null : expires + (state.capabilities.query === 'none' ? timing.lapseAfter : 0),
  };
}

function onClock(draft: Draft): void {
  const { warn, deadline, lapse } = instantsOf(payment(draft));
  const before = payment(draft);
  if (!before.warned && !before.deadlineReached && warn !== null && draft.at >= warn) {
    record(draft, 'deadline.warned', null, CLOCK, 'warn-before', { held: figures(before).held });
    if (deadline !== null && draft.at < deadline) {
      raise(draft, 'deadline-near', `the plan acts at ${new Date(deadline).toISOString()}`, CLOCK);
    }
  }
  if (!payment(draft).deadlineReached && deadline !== null && draft.at >= deadline) reachDeadline(draft);
  if (lapse === null || draft.at < lapse) return;
  const waiting = payment(draft).operations.find((operation) => operation.state === 'planned');
  if (waiting !== undefined && waiting.id !== draft.state.toldStuck) {
    patchState(draft, { toldStuck: waiting.id });
    raise(draft, 'lapsing', `the hold ended, and ${waiting.kind} ${waiting.id} has not gone out`, CLOCK);
  }
  if (before.capabilities.query === 'none') lapseNow(draft, CLOCK, 'clock');
  else askExpiry(draft);
}

/** The books say whether the hold stands; what is still there is asked for again each `lapseAfter`. */
function askExpiry(draft: Draft): void {
  patchState(draft, { expiryAsked: draft.at });
  wantRead(draft);
}

/**
 * An abandoned redirect ends; a late approval revives it. Where nobody was sent anywhere the provider is still at work,
 * and only it or a person can say how that ended.
 */
function onAwaited(draft: Draft): void {
  const { authorization } = payment(draft);
  if (authorization.state !== 'pending') return;
  if (asksOnceMore(draft)) return;
  const word = { by: CLOCK, rule: 'await-until' };
  // Books that could not be read do not say that nobody paid.
  const unread = draft.state.looking?.failed === true;
  if (authorization.redirectUrl !== undefined && !unread) {
    notPerformed(draft, authorization, 'await-expired', word);
    return;
  }
  share(draft, authorization, 'unknown', { ...word, data: { reason: 'pending-too-long' } });
  raise(draft, 'outcome-unknown', 'the authorisation is pending at the provider for too long', CLOCK);
}

/** Before an abandoned redirect ends the provider's books are asked, where they can be. */
function asksOnceMore(draft: Draft): boolean {
  const { looking } = draft.state;
  const { query, timing } = payment(draft).capabilities;
  const until = looking === null ? 0 : looking.since + timing.awaitUntil + timing.unknownAfter;
  if (query === 'none' || draft.at >= until) return false;
  wantRead(draft);
  startTimer(draft, 'await', until);
  return true;
}

function onRepeat(draft: Draft): void {
  const known = draft.state.repeating;
  if (known === null) return;
  const operation = operationOf(draft, known.operation);
  if (known.reason === 'unknown' && operation?.state === 'unknown' && draft.state.running === null) {
    send(draft, operation, operation.attempts + 1);
    return;
  }
  if (known.reason === 'unknown') {
    armRepeat(draft);
    return;
  }
  const over = draft.at - known.since >= payment(draft).capabilities.timing.gateAfter;
  if (known.reason === 'gate' && over && operation?.state === 'planned') {
    notPerformed(draft, operation, 'sequence', { by: CLOCK, rule: 'gate-after' });
  }
}

/** Nobody said how it ended: a person is asked, and the repeats go on until they give up. */
function onStillUnknown(draft: Draft): void {
  const context = payment(draft);
  const open = [context.authorization, ...context.operations]
    .filter(carriesCall)
    .find(
      (operation) =>
        operation.state === 'unknown' ||
        operation.state === 'pending' ||
        (operation.state === 'sent' && operation.attempts > 1),
    );
  if (open === undefined) return;
  if (open.state === 'pending') {
    share(draft, open, 'unknown', {
      by: CLOCK,
      rule: 'pending-too-long',
      data: { reason: 'pending-too-long' },
    });
  }
  raise(draft, 'outcome-unknown', `${open.kind} ${open.id}: the outcome is not known`, CLOCK);
}

/** The notice that opens the gate never came. */
function onGateClosed(draft: Draft): void {
  const context = payment(draft);
  const waiting = context.operations.find((operation) => operation.state === 'planned');
  if (waiting === undefined || draft.state.confirmed >= context.sequence.usedUp) return;
  notPerformed(draft, waiting, 'gate-closed', { by: CLOCK, rule: 'gate-after' });
}

function isQuiet(draft: Draft): boolean {
  const { running, reading, wantsRead, allocation, difference } = draft.state;
  if (reading !== null || wantsRead || allocation !== null || difference?.told === false) return false;
  return running === null && isSettled(payment(draft)) && payment(draft).attentions.length === 0;
}

/** Puts the long timers where the state wants them, and clears attentions whose reason is gone. */
export function arrangeClock(draft: Draft): void {
  if (payment(draft).closedAt !== null) {
    for (const timer of Object.keys(draft.state.timers) as TimerName[]) cancelTimer(draft, timer);
    return;
  }
  const { held } = figures(payment(draft));
  const approved = payment(draft).authorization.state === 'approved';
  if (approved && held <= 0) {
    clear(draft, 'deadline-near');
    // Money that lapsed is alarmed until a person has seen it.
    if (payment(draft).lapsed === 0) clearRemainder(draft, ENGINE);
  } else if (approved && sequenceExhausted(payment(draft)) && !payment(draft).operations.some(inFlight)) {
    raise(draft, 'sequence-exhausted', `no sequence number is left and ${held} is held`);
  }
  const next = approved && held > 0 ? nextInstant(draft) : null;
  if (next === null) cancelTimer(draft, 'clock');
  else startTimer(draft, 'clock', next);
  arrangeClose(draft);
}

function nextInstant(draft: Draft): number | null {
  const state = payment(draft);
  const { warn, deadline, lapse: first } = instantsOf(state);
  const { expiryAsked } = draft.state;
  const lapse = expiryAsked === null ? first : expiryAsked + state.capabilities.timing.lapseAfter;
  const { held, reserved } = figures(state);
  const due = [
    state.warned || state.deadlineReached ? null : warn,
    state.deadlineReached ? null : deadline,
    held - reserved > 0 || isStuck(draft.state) ? lapse : null,
  ].filter((instant) => instant !== null);
  return due.length === 0 ? null : Math.min(...due);
}

/** Something has not gone out, and nobody was told yet. */
const isStuck = ({ machine, toldStuck }: CoreState): boolean => {
  const waiting = machine.context.operations.find((operation) => operation.state === 'planned');
  return waiting !== undefined && waiting.id !== toldStuck;
};

function arrangeClose(draft: Draft): void {
  if (!isQuiet(draft)) {
    if (draft.state.quietSince !== null) patchState(draft, { quietSince: null });
    cancelTimer(draft, 'close');
    return;
  }
  if (draft.state.quietSince === null) patchState(draft, { quietSince: draft.at });
  const state = payment(draft);
  const { closeAfterCaptures, closeAfterNone } = state.capabilities.timing;
  const after = figures(state).captured > 0 ? closeAfterCaptures : closeAfterNone;
  startTimer(draft, 'close', (draft.state.quietSince ?? draft.at) + after);
}

/** Search attributes change only with the payment's class. */
export function arrangeIndex(draft: Draft): void {
  const indexed = indexedOf(draft.state);
  const last = draft.state.indexed;
  const same =
    last !== null &&
    last.status === indexed.status &&
    last.attention === indexed.attention &&
    last.hold === indexed.hold &&
    last.deadline === indexed.deadline;
  if (same) return;
  patchState(draft, { indexed });
  draft.effects.push({ type: 'upsert', indexed });
}

function indexedOf(state: CoreState): Indexed {
  const { context } = state.machine;
  const known = context.authorization.providerReference ?? state.facts.holdKey;
  const open = figures(context).held > 0;
  const { deadline } = instantsOf(context);
  return {
    status: statusOf(context),
    attention: context.attentions[0]?.code ?? null,
    hold: `${context.account}/${known ?? `ref:${state.facts.reference}`}`,
    deadline: deadline === null || !open ? null : new Date(deadline).toISOString(),
  };
}
