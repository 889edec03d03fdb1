import type { Actor, EntryData } from '../payment/ledger.ts';
import type { Operation } from '../payment/operation.ts';
import type { CallResult, Declined, NotPerformed } from '../payment/outcome.ts';
import type { Draft } from './core-draft.ts';
import { clear, ENGINE, operationOf, patchState, payment, raise, record } from './core-draft.ts';
import { askedWith } from './collection.ts';
import { releasedBy } from './core-claims.ts';
import {
  approve,
  checkBooks,
  decline,
  loseOutcome,
  notPerformed,
  pause,
  share,
  waitForTurn,
} from './core-outcome.ts';
import { wantRead } from './core-want.ts';
import { cancelTimer, startTimer } from './core-timers.ts';

/** The end of a call. One that was meanwhile settled by a notice or a person only frees the lane. */
export function onResult(draft: Draft, number: number, result: CallResult): void {
  const { running } = draft.state;
  if (running?.number !== number) return;
  patchState(draft, { running: null });
  if (!('pausedFor' in result)) clear(draft, 'provider-away');
  const operation = operationOf(draft, running.operation);
  if (operation?.state !== 'sent') {
    nameHold(draft, result);
    if (operation !== undefined) contradict(draft, operation, result);
    return;
  }
  const by: Actor = { kind: 'provider', name: payment(draft).provider, via: 'answer' };
  switch (result.outcome) {
    case 'approved':
      onApproved(draft, operation, result, by);
      return;
    case 'pending':
      share(draft, operation, 'pending', {
        by,
        rule: 'pending-answer',
        data: {
          ...evidence(result),
          ...(result.redirectUrl === undefined ? {} : { redirectUrl: result.redirectUrl }),
        },
      });
      awaitEnd(draft, operation);
      return;
    case 'declined':
      onDeclined(draft, operation, result, by);
      return;
    case 'not_performed':
      onNotPerformed(draft, operation, result, by);
      return;
    case 'unknown':
      if (result.answered !== undefined) {
        dispute(draft, operation, result.answered);
        raise(
          draft,
          'amount-differs',
          `${operation.kind} ${operation.id}: asked ${operation.amount}, answered ${result.answered}`,
          by,
        );
      }
      loseOutcome(draft, operation, {
        by,
        rule: 'lost-answer',
        data: { ...evidence(result), reason: result.reason },
      });
  }
}

/**
 * An answer that contradicts what a notice or a person said meanwhile: what the provider took is booked beside it, and
 * a person is asked. Nothing is dropped.
 */
function contradict(draft: Draft, operation: Operation, result: CallResult): void {
  const by: Actor = { kind: 'provider', name: payment(draft).provider, via: 'answer' };
  const took = result.outcome === 'approved' || result.outcome === 'pending';
  const ended = operation.state === 'declined' || operation.state === 'not_performed';
  if (took && ended && operation.kind !== 'authorization') {
    const asked =
      operation.kind === 'release' ? releasedBy(draft, operation) : askedWith(payment(draft), operation);
    const number = operation.sequenceNumber === null ? {} : { sequenceNumber: operation.sequenceNumber };
    const id = `observed-${operation.sequenceNumber ?? operation.id}`;
    if (operationOf(draft, id) === undefined) {
      record(draft, `observed.${operation.kind}`, id, by, 'answer-contradicts', {
        ...evidence(result),
        booked: asked,
        ...number,
      });
    }
    raise(
      draft,
      'books-differ',
      `${operation.kind} ${operation.id} is ${operation.state}, its answer says ${result.outcome}`,
      by,
    );
    checkBooks(draft, by);
  }
  const refused = result.outcome === 'declined' && result.firstOnly !== true && operation.attempts === 1;
  if (refused && operation.state === 'approved' && operation.kind !== 'authorization') {
    raise(
      draft,
      'books-differ',
      `${operation.kind} ${operation.id} is approved, its answer says declined`,
      by,
    );
  }
}

/** A notice was faster than the answer and did not say what later calls name the hold by. */
function nameHold(draft: Draft, result: CallResult): void {
  const { authorization, provider } = payment(draft);
  if (authorization.state !== 'approved' || authorization.hold !== null || result.hold === undefined) return;
  const by: Actor = { kind: 'provider', name: provider, via: 'answer' };
  record(draft, 'authorization.approved', 'authorization', by, 'hold-named', {
    ...evidence(result),
    booked: authorization.booked,
  });
}

function onApproved(
  draft: Draft,
  operation: Operation,
  result: Extract<CallResult, { outcome: 'approved' }>,
  by: Actor,
): void {
  const asked = askedWith(payment(draft), operation);
  const booked = result.booked ?? (operation.kind === 'release' ? releasedBy(draft, operation) : asked);
  const follow = operation.kind === 'capture' || operation.kind === 'refund';
  if (follow && booked !== asked) {
    raise(
      draft,
      'amount-differs',
      `${operation.kind} ${operation.id}: asked ${asked}, answered ${booked}`,
      by,
    );
    dispute(draft, operation, booked);
    loseOutcome(draft, operation, {
      by,
      rule: 'amount-differs',
      data: { ...evidence(result), answered: booked },
    });
    return;
  }
  const expires =
    result.expiresAt === undefined ? {} : { expiresAt: result.expiresAt, expiresBy: 'provider' };
  approve(draft, operation, booked, {
    by,
    rule: 'approved-answer',
    data: { ...evidence(result), ...expires },
  });
}

function dispute(draft: Draft, { id, sequenceNumber }: Operation, amount: number): void {
  patchState(draft, {
    disputed: { operation: id, sequenceNumber: sequenceNumber ?? 0, amount, notice: null },
  });
}

/** After a lost attempt, an answer that is definitive only for a first one is evidence and settles nothing. */
function settlesNothing(operation: Operation, result: Declined | NotPerformed): boolean {
  return operation.attempts > 1 && result.firstOnly === true;
}

function onDeclined(draft: Draft, operation: Operation, result: Declined, by: Actor): void {
  const data = evidence(result);
  if (settlesNothing(operation, result)) {
    loseOutcome(draft, operation, {
      by,
      rule: 'repeat-settles-nothing',
      data: { ...data, reason: result.decline.code },
    });
    return;
  }
  if (result.busy === true && mayWait(draft, operation)) {
    waitForTurn(draft, operation, 'busy', {
      by,
      rule: 'provider-busy',
      data: { ...data, reason: result.decline.code },
    });
    return;
  }
  decline(draft, operation, result.decline, { by, rule: 'declined-answer', data }, result.busy === true);
}

function onNotPerformed(draft: Draft, operation: Operation, result: NotPerformed, by: Actor): void {
  const data = { ...evidence(result), ...(result.message === undefined ? {} : { message: result.message }) };
  // Whoever stands at a terminal later did not ask for this.
  const stands =
    operation.kind === 'authorization' && payment(draft).capabilities.allocates?.from === 'terminal';
  // Whoever asked for an authorisation has left long ago; it is not made for nobody.
  const since = draft.state.repeating?.operation === operation.id ? draft.state.repeating.since : draft.at;
  const late =
    operation.kind === 'authorization' && draft.at - since >= payment(draft).capabilities.timing.awaitUntil;
  if (result.pausedFor !== undefined && operation.attempts === 1 && !stands && !late) {
    pause(draft, operation, draft.at + result.pausedFor, {
      by: ENGINE,
      rule: 'paused',
      data: { ...data, reason: result.reason },
    });
    return;
  }
  if (settlesNothing(operation, result) || (operation.attempts > 1 && result.busy !== true)) {
    // A repeat that was never sent says nothing of the attempt before it.
    loseOutcome(draft, operation, {
      by,
      rule: 'repeat-settles-nothing',
      data: { ...data, reason: result.reason },
    });
    return;
  }
  if (result.busy === true && !stands && !late && mayWait(draft, operation)) {
    waitForTurn(draft, operation, 'gate', {
      by,
      rule: 'out-of-turn',
      data: { ...data, reason: result.reason },
    });
    return;
  }
  notPerformed(draft, operation, result.reason, { by, rule: 'not-performed', data });
  if (result.recheck === true) wantRead(draft);
}

/** M4: at most `gateAfter` from the first refusal. */
function mayWait(draft: Draft, operation: Operation): boolean {
  const known = draft.state.repeating;
  if (known?.operation !== operation.id) return true;
  return draft.at - known.since < payment(draft).capabilities.timing.gateAfter;
}

/** A pending outcome ends by a notice; an abandoned redirect by `awaitUntil`, anything else becomes unknown after `giveUpAfter`. */
export function awaitEnd(draft: Draft, operation: Operation): void {
  const { timing } = payment(draft).capabilities;
  if (draft.state.repeating?.operation === operation.id) patchState(draft, { repeating: null });
  cancelTimer(draft, 'repeat');
  if (operation.kind === 'authorization') {
    cancelTimer(draft, 'unknown');
    clear(draft, 'outcome-unknown');
    startTimer(draft, 'await', draft.at + timing.awaitUntil);
  } else startTimer(draft, 'unknown', draft.at + timing.giveUpAfter);
}

/** What an answer leaves in the ledger; the redacted exchange stays in the activity's result. */
function evidence(result: CallResult): EntryData {
  return {
    ...(result.providerReference === undefined ? {} : { providerReference: result.providerReference }),
    ...(result.hold === undefined ? {} : { hold: result.hold }),
    ...(result.keys === undefined ? {} : { keys: result.keys }),
    ...(result.facts === undefined ? {} : { facts: result.facts }),
    ...(result.sealed === undefined ? {} : { sealed: result.sealed }),
  };
}
