import type { Input } from '../machines/core-input.ts';
import type { PaymentFacts } from '../machines/core-state.ts';
import type { LedgerEntry } from '../payment/ledger.ts';
import { DAY } from './capabilities.ts';
import { drawLife } from './draw.ts';
import { REAL_ENGINE } from './engine.ts';
import { BEGIN, factsOf } from './facts.ts';
import { LifeRun } from './life-run.ts';
import type { ProviderName } from './setting.ts';

/** One input as the core took it. */
export interface TraceInput {
  /** Virtual milliseconds since the epoch. */
  readonly at: number;
  readonly input: Input;
}

/** A life as another interpreter of the same effects can live it: what goes in, in order, and the ledger that must come out. */
export interface Trace {
  readonly seed: number;
  readonly facts: PaymentFacts;
  /** When `begin` was called, virtual milliseconds since the epoch. */
  readonly begin: number;
  readonly inputs: readonly TraceInput[];
  readonly ledger: readonly LedgerEntry[];
}

/**
 * The trace of a seed: a life without crashes and frozen workers, since those are the interpreter's own
 * to survive. It ends before the first timer fires, so that an interpreter in real time can follow; with
 * `timers` it goes on for 20 virtual days and contains them.
 *
 * An interpreter begins with `facts`, gives each `command` through its validator (all were legal), each
 * `notice` as it is, and each `result` as the end of the call with that number, one after the other, and
 * then compares `comparable(ledger)` of both. Broken lives throw the Violation that they broke.
 */
export function recordTrace(seed: number, timers = false, provider: ProviderName = 'payone'): Trace {
  const drawn = drawLife(seed, 'safety', { calm: true, provider });
  const life = timers ? drawn : { ...drawn, setting: { ...drawn.setting, deadlineAfter: null } };
  const run = new LifeRun(life, REAL_ENGINE, timers ? 'run' : 'stop-at-timer');
  run.run(BEGIN + 20 * DAY);
  run.checker.everyEffect();
  run.checker.fold(run.state);
  return { seed, facts: factsOf(life), begin: BEGIN, inputs: run.inputs, ledger: run.state.ledger };
}

/** A ledger without what depends on the clock: instants, and what is derived from them. */
export function comparable(ledger: readonly LedgerEntry[]): unknown[] {
  return ledger.map(({ at: _at, data, ...entry }) => ({ ...entry, data: timeless(data) }));
}

const INSTANT = /[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z/g;

function timeless(value: unknown): unknown {
  if (typeof value === 'string') return value.replace(INSTANT, '<instant>');
  if (Array.isArray(value)) return value.map(timeless);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, timeless(inner)]));
}
