import type { Draft } from './core-draft.ts';
import { CLOCK, clear, operationOf, patchState, payment, raise, record } from './core-draft.ts';
import { planCapture, planRelease } from './core-command.ts';
import type { PaymentState } from './payment-state.ts';
import { atProvider, figures, hasAttention, isFrozen } from './payment-state.ts';
import { explain } from './rules.ts';

/** The deadline is reached; the plan acts once nothing is in flight ({@link actOnDeadline}). */
export function reachDeadline(draft: Draft): void {
  record(draft, 'deadline.reached', null, CLOCK, 'deadline', { onDeadline: payment(draft).plan.onDeadline });
  clear(draft, 'deadline-near', CLOCK);
  patchState(draft, { deadlineDue: true });
}

/**
 * The plan's word on what is held at that moment: whatever was in flight has ended, so nothing that could still be
 * captured is freed. Under `collect` the lane sends what was collected; where nothing was, the hold is given back.
 */
export function actOnDeadline(draft: Draft): void {
  if (!draft.state.deadlineDue) return;
  const state = payment(draft);
  const { held } = figures(state);
  if (state.closedAt !== null || held <= 0) {
    patchState(draft, { deadlineDue: false });
    return;
  }
  const collects = state.plan.captures === 'collect';
  const collected = state.plan.onDeadline === 'capture' && collects && hasPlannedCapture(state);
  if (isBusy(state) || collected) {
    alarmStalled(draft);
    return;
  }
  patchState(draft, { deadlineDue: false });
  // Nothing was collected: the hold is given back. Taken out by a person after the deadline it is that person's to say.
  const emptied = collects && hasAttention(state, 'deadline-reached');
  const wanted =
    state.plan.onDeadline === 'capture' && collects ? (emptied ? 'alert' : 'release') : state.plan.onDeadline;
  const capture = { type: 'capture', id: '-', final: true } as const;
  const release = { type: 'release', id: '-', reason: 'deadline' } as const;
  if (wanted === 'capture' && explain(state, capture).legal) {
    planCapture(draft, { ...capture, id: freeId(draft, 'deadline.capture') }, CLOCK, 'deadline');
  } else if (wanted === 'release' && explain(state, release).legal) {
    planRelease(draft, { ...release, id: freeId(draft, 'deadline.release') }, CLOCK, 'deadline');
  } else {
    raise(draft, 'deadline-reached', `the deadline passed with ${held} held`, CLOCK);
  }
}

/** The plan waits for something that cannot go out now: held back, braked by the books, or without its terminal. */
function alarmStalled(draft: Draft): void {
  const { running, timers, allocation } = draft.state;
  const state = payment(draft);
  const waiting = state.operations.find((operation) => operation.state === 'planned');
  const held =
    timers.repeat !== undefined ||
    timers.gate !== undefined ||
    (allocation?.phase === 'asked' && hasAttention(state, 'terminal-blocked')) ||
    isFrozen(state);
  if (waiting === undefined || running !== null || !held || state.operations.some(atProvider)) return;
  raise(
    draft,
    'deadline-reached',
    `the plan waits for ${waiting.kind} ${waiting.id}, which has not gone out`,
  );
}

/** A capture or release that may still change what is held; what was collected waits for the deadline itself. */
function isBusy(state: PaymentState): boolean {
  return state.operations.some((operation) => {
    if (operation.kind === 'refund') return false;
    if (atProvider(operation)) return true;
    const collected = operation.kind === 'capture' && state.plan.captures === 'collect';
    return operation.state === 'planned' && !collected;
  });
}

const hasPlannedCapture = (state: PaymentState): boolean =>
  state.operations.some((operation) => operation.kind === 'capture' && operation.state === 'planned');

/** A plan that was changed reaches a deadline again. */
function freeId(draft: Draft, base: string): string {
  for (let n = 1; ; n++) {
    const id = n === 1 ? base : `${base}.${n}`;
    if (operationOf(draft, id) === undefined) return id;
  }
}
