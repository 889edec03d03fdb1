import type { CoreState } from '../machines/core-state.ts';
import { paymentView, type PaymentView } from '../machines/view.ts';
import { instantIn } from './instant.ts';
import type { Story } from './replay-story.ts';
import type { Moment } from './trace.ts';

/** A place in a payment's life: after an entry, or at an instant (milliseconds since the epoch). */
export type Point = { readonly n: number } | { readonly at: number };

/** What a point cannot mean in this payment. */
export class NoPoint extends Error {
  override readonly name = 'NoPoint';
}

/** @returns null for what is neither the number of an entry nor an instant of RFC 3339. */
export function pointOf(text: string): Point | null {
  if (/^\d{1,9}$/.test(text)) return { n: Number(text) };
  const at = instantIn(text);
  return at === null ? null : { at };
}

/** What runs or waits while nothing happens. */
export interface InFlight {
  readonly running: CoreState['running'];
  readonly reading: CoreState['reading'];
  readonly allocation: CoreState['allocation'];
  readonly repeating: CoreState['repeating'];
  /** Callers that have no answer yet. */
  readonly waiting: CoreState['waiting'];
  /** RFC 3339, by name, the next first. */
  readonly timers: Readonly<Record<string, string>>;
}

/** The payment as it stood. */
export interface Stand {
  /** The last entry that was written. */
  readonly n: number;
  /** RFC 3339: when it came to stand so. */
  readonly at: string;
  readonly payment: PaymentView;
  readonly inFlight: InFlight;
  /** Entries that the same input wrote after this one; what is in flight is told as it was after them. */
  readonly follow: number;
}

/** The last moment at or before the point. @throws NoPoint */
export function momentAt({ moments, pages }: Story, point: Point): number {
  if ('n' in point) {
    const page = pages[point.n - 1];
    if (page === undefined) throw new NoPoint(`there is no entry ${point.n}; the last is ${pages.length}`);
    return page.moment;
  }
  const index = moments.findLastIndex(({ at }) => at <= point.at);
  if (index === -1) throw new NoPoint(`the payment began ${instantOf(moments[0])}`);
  return index;
}

/** @throws NoPoint */
export function standAt(story: Story, point: Point): Stand {
  const index = momentAt(story, point);
  const moment = story.moments[index] as Moment;
  const { core } = moment.moved;
  const n = 'n' in point ? point.n : core.ledger.length;
  const machine = story.snapshots[n - 1] ?? core.machine;
  return {
    n,
    at: instantOf(moment),
    payment: paymentView({ ...core, machine, ledger: core.ledger.slice(0, n) }),
    inFlight: inFlightOf(core),
    follow: core.ledger.length - n,
  };
}

const instantOf = (moment: Moment | undefined): string => new Date(moment?.at ?? 0).toISOString();

export function inFlightOf(core: CoreState): InFlight {
  const { running, reading, allocation, repeating, waiting } = core;
  const timers = Object.entries(core.timers).toSorted(([, a], [, b]) => a - b);
  return {
    running,
    reading,
    allocation,
    repeating,
    waiting,
    timers: Object.fromEntries(timers.map(([name, at]) => [name, new Date(at).toISOString()])),
  };
}
