import type { TimerName } from './core-state.ts';
import type { Draft } from './core-draft.ts';
import { patchState } from './core-draft.ts';

/** Starts a timer, or leaves it where it already stands for the same instant (milliseconds since the epoch). */
export function startTimer(draft: Draft, timer: TimerName, at: number): void {
  if (draft.state.timers[timer] === at) return;
  patchState(draft, { timers: { ...draft.state.timers, [timer]: at } });
  draft.effects.push({ type: 'timer.start', timer, at });
}

export function cancelTimer(draft: Draft, timer: TimerName): void {
  if (draft.state.timers[timer] === undefined) return;
  forgetTimer(draft, timer);
  draft.effects.push({ type: 'timer.cancel', timer });
}

/** A timer that fired is no longer there to cancel. */
export function forgetTimer(draft: Draft, timer: TimerName): void {
  const { [timer]: _gone, ...left } = draft.state.timers;
  patchState(draft, { timers: left });
}
