import type { Input } from '../machines/core-input.ts';
import type { ProviderCall } from '../payment/call.ts';
import type { LedgerEntry } from '../payment/ledger.ts';
import { asJson, firstDifference } from './difference.ts';
import { behind } from './replay-story.ts';
import type { Moment } from './trace.ts';
import { type Followed, type Hypothesis, NothingToSuppose } from './what-if.ts';

/** Where what was recorded and what would have been part. */
export interface Parting {
  /** Number of the recorded entry; null for one that is new. */
  readonly recorded: number | null;
  readonly at: string;
  readonly entry: string;
  readonly how: 'differs' | 'missing' | 'new' | 'refused' | 'unheard';
  /** The first place in which it differs, or why it could not be told. */
  readonly where: string;
  readonly expected: unknown;
  readonly actual: unknown;
}

export interface Refed {
  readonly partings: readonly Parting[];
  /** Recorded entries that came about as they were. */
  readonly same: number;
}

/** The calls and reads that were made by and by, so that an answer finds what it answers. */
interface Recorded {
  readonly calls: Map<number, ProviderCall>;
  readonly reads: Map<number, string>;
  readonly allocations: Map<number, string>;
}

/**
 * Tells a hypothesis the rest of what was recorded, each at its time. Its own timers run by its own clock; an answer is
 * told where the same attempt of the same operation runs, and dropped where it does not. An entry's number and instant
 * are no difference.
 *
 * @param before - what was told up to the point; it says which calls the recorded answers belong to.
 */
export function refeed(hypothesis: Hypothesis, before: readonly Moment[], rest: readonly Moment[]): Refed {
  const recorded: Recorded = { calls: new Map(), reads: new Map(), allocations: new Map() };
  for (const moment of before) remember(recorded, moment);
  const partings: Parting[] = [];
  let same = 0;
  let previous = before.at(-1);
  for (const moment of rest) {
    const timers = previous?.moved.core.timers ?? {};
    // A timer that ran in both tells itself when it fired.
    const told = [...hypothesis.waitUntil(moment.at, (timer, due) => timers[timer] === due)];
    const followed = tell(hypothesis, recorded, moment);
    if (typeof followed !== 'string') told.push(followed);
    else if (moment.moved.entries.length > 0) partings.push(unheard(moment, followed));
    partings.push(...told.flatMap(refusalIn));
    same += compare(moment, told, partings);
    remember(recorded, moment);
    previous = moment;
  }
  return { partings, same };
}

function remember({ calls, reads, allocations }: Recorded, { moved }: Moment): void {
  for (const effect of moved.effects) {
    if (effect.type === 'call') calls.set(effect.number, effect.call);
    if (effect.type === 'read') reads.set(effect.number, effect.call.operation);
    if (effect.type === 'allocate') allocations.set(effect.number, effect.operation);
  }
}

/** What the core makes of a recorded input, or why it cannot be told. */
function tell(hypothesis: Hypothesis, recorded: Recorded, { moved }: Moment): Followed | string {
  const { input } = moved;
  if (input === null) return 'the core hears nothing of it';
  if (input.type === 'command') return hypothesis.command(input.command, input.by, input.hash);
  const named = renamed(hypothesis, recorded, input);
  if (typeof named === 'string') return named;
  try {
    return hypothesis.give(named, named.type);
  } catch (error) {
    if (error instanceof NothingToSuppose) throw error;
    return error instanceof Error ? error.message : String(error);
  }
}

/** The same input for what runs now: calls, reads and allocations are numbered as they come. */
function renamed({ core, call }: Hypothesis, recorded: Recorded, input: Input): Input | string {
  switch (input.type) {
    case 'result': {
      const asked = recorded.calls.get(input.number);
      if (asked === undefined || core.running === null || call === undefined)
        return `${asked?.operation ?? 'nothing'} is not at the provider`;
      const same = call.operation === asked.operation && call.attempt === asked.attempt;
      return same
        ? { ...input, number: core.running.number }
        : `${call.operation} is at the provider instead`;
    }
    case 'read': {
      const operation = recorded.reads.get(input.number);
      return core.reading !== null && core.reading.operation === operation
        ? { ...input, number: core.reading.number }
        : 'no such read runs';
    }
    case 'allocated':
    case 'queued': {
      const operation = recorded.allocations.get(input.number);
      return core.allocation !== null && core.allocation.operation === operation
        ? { ...input, number: core.allocation.number }
        : 'no reference is asked for';
    }
    default:
      return input;
  }
}

function unheard(moment: Moment, why: string): Parting {
  const { kind, name } = behind(moment);
  const [first] = moment.moved.entries;
  return {
    recorded: first?.n ?? null,
    at: new Date(moment.at).toISOString(),
    entry: `${kind} ${name}`.trim(),
    how: 'unheard',
    where: why,
    expected: null,
    actual: null,
  };
}

function refusalIn({ refused, what, at }: Followed): readonly Parting[] {
  if (refused === null) return [];
  const failed = refused.rules.find(({ pass }) => !pass);
  return [
    {
      recorded: null,
      at,
      entry: what,
      how: 'refused',
      where: failed === undefined ? 'the id is taken by another body' : `rule ${failed.rule}: ${failed.text}`,
      expected: 'accepted',
      actual: refused.refusedBy,
    },
  ];
}

/** Each recorded entry against the first of its name that came about. @returns how many are the same. */
function compare(moment: Moment, told: readonly Followed[], partings: Parting[]): number {
  const left = told.flatMap(({ entries }) => entries);
  let same = 0;
  for (const entry of moment.moved.entries) {
    const index = left.findIndex(
      ({ type, operation }) => type === entry.type && operation === entry.operation,
    );
    const [other] = index === -1 ? [] : left.splice(index, 1);
    const found = other === undefined ? null : firstDifference(saidBy(entry), saidBy(other));
    if (other !== undefined && found === null) same += 1;
    else
      partings.push({
        recorded: entry.n,
        at: entry.at,
        entry: nameOf(entry),
        ...(found === null
          ? { how: 'missing', where: '', expected: saidBy(entry), actual: null }
          : { how: 'differs', ...found }),
      });
  }
  for (const entry of left)
    partings.push({
      recorded: null,
      at: entry.at,
      entry: nameOf(entry),
      how: 'new',
      where: '',
      expected: null,
      actual: saidBy(entry),
    });
  return same;
}

const nameOf = ({ type, operation }: LedgerEntry): string =>
  operation === null ? type : `${type} ${operation}`;

const saidBy = ({ by, rule, data, after }: LedgerEntry): unknown => asJson({ by, rule, data, after });
