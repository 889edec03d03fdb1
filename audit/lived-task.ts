import { step } from '../machines/core.ts';
import type { Effect, Input } from '../machines/core-input.ts';
import type { CoreState } from '../machines/core-state.ts';
import type { LedgerEntry } from '../payment/ledger.ts';
import { Clockwork } from './clockwork.ts';
import { inputOf } from './inputs.ts';
import type { Job, Task } from './tasks.ts';

/** A payment between two workflow tasks. */
export interface Lived {
  readonly core: CoreState;
  readonly clockwork: Clockwork;
}

/** What one job did: the entries that it wrote, in their order. */
export interface Moved {
  /** Null for the start of a run. */
  readonly job: Job | null;
  /** What the core was told; null where it heard nothing. */
  readonly input: Input | null;
  readonly entries: readonly LedgerEntry[];
  readonly core: CoreState;
  readonly effects: readonly Effect[];
  /** The core refused the input, which an update tells its caller. */
  readonly refused: boolean;
}

export interface LivedTask {
  readonly lived: Lived;
  readonly moves: readonly Moved[];
}

/** The driver at the start of a run, as `workflows/driver.ts` begins. */
export function begun(core: CoreState, effects: readonly Effect[], at: number): Lived {
  return { core, clockwork: withTimers(Clockwork.idle(), effects, at) };
}

/** All jobs of a task through the core, what was asked first and what ended in the given order. */
export function live(before: Lived, task: Task, ended: readonly Job[] = task.ended): LivedTask {
  let { core, clockwork } = before;
  const moves: Moved[] = [];
  for (const job of [...task.asked, ...ended]) {
    let input: Input | null;
    if (job.kind === 'timer') {
      const [left, timer] = clockwork.fired(job.timerId, task.at);
      clockwork = left;
      input = timer === null ? null : { type: 'timer', timer };
    } else input = inputOf(job);
    if (input === null) {
      moves.push({ job, input, entries: [], core, effects: [], refused: false });
      continue;
    }
    const next = stepped(core, input, task.at, job);
    if (next === null) {
      moves.push({ job, input, entries: [], core, effects: [], refused: true });
      continue;
    }
    moves.push({
      job,
      input,
      entries: next.state.ledger.slice(core.ledger.length),
      core: next.state,
      effects: next.effects,
      refused: false,
    });
    core = next.state;
    clockwork = withTimers(clockwork, next.effects, task.at);
  }
  return { lived: { core, clockwork }, moves };
}

/** What an update or a signal throws changes nothing; from anything else it would end the workflow task. */
function stepped(core: CoreState, input: Input, at: number, job: Job): ReturnType<typeof step> | null {
  try {
    return step(core, input, at);
  } catch (error) {
    if (job.kind === 'update' || job.kind === 'signal') return null;
    throw error;
  }
}

function withTimers(clockwork: Clockwork, effects: readonly Effect[], now: number): Clockwork {
  let moved = clockwork;
  for (const effect of effects) {
    if (effect.type === 'timer.start') moved = moved.start(effect.timer, effect.at, now);
    if (effect.type === 'timer.cancel') moved = moved.cancel(effect.timer);
  }
  return moved;
}
