import type { Used } from './node.ts';

/** How far the walk goes. Everything that is not counted here is walked without a limit. */
export interface Bounds {
  readonly name: string;
  /** Minor units authorised. */
  readonly amount: number;
  readonly captures: number;
  readonly refunds: number;
  readonly releases: number;
  /** Operations that may wait behind the one at the provider. */
  readonly queue: number;
  /** Notices that come before an answer, contradict one, or tell what was made elsewhere, failed late or was charged back. */
  readonly notices: number;
  /** Outcomes lost (answer unknown, amount that differs). */
  readonly losses: number;
  /** Refusals as out of turn or busy. */
  readonly refusals: number;
  /** A person's word on an operation or on the remainder. */
  readonly words: number;
  /** All losses, refusals, notices and words of one life together. */
  readonly troubles: number;
  /** Times the long clock moves: warning, deadline, expiry, close. {@link UNLIMITED}: as often as it wants. */
  readonly ticks: number;
}

/** No kind is counted further than this. */
export const UNLIMITED = 7;

/** Small enough for continuous integration; the amount splits in every way that the larger bounds have too. */
export const SMALL: Bounds = {
  name: 'small',
  amount: 3,
  captures: 2,
  refunds: 1,
  releases: 1,
  queue: 1,
  notices: 1,
  losses: 1,
  refusals: 1,
  words: 1,
  troubles: 1,
  ticks: UNLIMITED,
};

/** Many operations and no trouble. */
export const MANY: Bounds = {
  name: 'many',
  amount: 4,
  captures: 4,
  refunds: 2,
  releases: 1,
  queue: 1,
  notices: 0,
  losses: 0,
  refusals: 0,
  words: 0,
  troubles: 0,
  ticks: 0,
};

/** Four captures, two refunds, a release, and one trouble of any kind at any place. */
export const ISSUE: Bounds = {
  name: 'issue',
  amount: 4,
  captures: 4,
  refunds: 2,
  releases: 1,
  queue: 1,
  notices: 1,
  losses: 1,
  refusals: 1,
  words: 1,
  troubles: 1,
  ticks: UNLIMITED,
};

/** The same with any two troubles: hours, for a machine that has them. */
export const FULL: Bounds = {
  ...ISSUE,
  name: 'full',
  notices: 2,
  losses: 2,
  refusals: 2,
  words: 2,
  troubles: 2,
};

/** The small bound with any two troubles. */
const PAIRS: Bounds = {
  ...SMALL,
  name: 'pairs',
  notices: 2,
  losses: 2,
  refusals: 2,
  words: 2,
  troubles: 2,
};

export const BOUNDS: readonly Bounds[] = [SMALL, MANY, ISSUE, PAIRS, FULL];

export function troublesOf({ notices, losses, refusals, words }: Used): number {
  return notices + losses + refusals + words;
}

/** Everything of its bounds that a life has used. */
export function spentOf(used: Used): number {
  return used.captures + used.refunds + used.releases + used.ticks + troublesOf(used);
}

/**
 * What a life may still do, packed so that {@link covers} compares every kind at once: each has its bits and one more
 * for the carry. `told`: nobody has put away yet that the books differ, so that M1 and M2 are still asked.
 */
export function leftOf(bounds: Bounds, used: Used, told: boolean): number {
  const troubles = bounds.troubles - troublesOf(used);
  let packed = told ? 1 : 0;
  const add = (bits: number, left: number): void => {
    packed = packed * 2 ** (bits + 1) + Math.min(Math.max(left, 0), 2 ** bits - 1);
  };
  add(2, Math.min(troubles, bounds.notices - used.notices));
  add(2, Math.min(troubles, bounds.losses - used.losses));
  add(2, Math.min(troubles, bounds.refusals - used.refusals));
  add(2, Math.min(troubles, bounds.words - used.words));
  add(3, bounds.captures - used.captures);
  add(3, bounds.refunds - used.refunds);
  add(2, bounds.releases - used.releases);
  add(3, bounds.ticks - used.ticks);
  return packed;
}

/** The carries of {@link leftOf}, from the left: told, four troubles, captures, refunds, releases, ticks. */
const CARRIES = 0b10_100_100_100_100_1000_1000_100_1000;

/** Whether `more` leaves at least as much of every kind as `less`. */
export function covers(more: number, less: number): boolean {
  return ((((more | CARRIES) >>> 0) - less) & CARRIES) === (CARRIES | 0);
}

/** What a walk under `bounds` does not show. */
export function leftOut(bounds: Bounds): readonly string[] {
  const ticks = bounds.ticks < UNLIMITED ? [`more than ${bounds.ticks} moves of the long clock`] : [];
  return [
    `more than ${bounds.captures} captures, ${bounds.refunds} refunds, ${bounds.releases} releases; amounts other than 1, rest − 1 and rest of ${bounds.amount}`,
    `more than ${bounds.queue} operations waiting behind the one at the provider`,
    `more than ${bounds.troubles} troubles in one life, of them ${bounds.losses} lost outcomes (or answers with another amount), ${bounds.refusals} busy refusals, ${bounds.words} words of a person, and ${bounds.notices} notices before or against an answer, of a late failure, a chargeback or a booking made elsewhere; free are declined, not performed, pending, what ends an open outcome by notice or repeat, and putting a question away`,
    ...ticks,
    'exact times: a short timer may fire at any moment from its due time on, but two states that differ only in how long ago something happened are one, and none fires past the next instant of the plan',
    'notices told twice, too late or out of order, and notices that name sums (receivable, balance): the simulator draws them',
    'which of several ended captures of one amount came first; sequence numbers as such (they are checked at every send, and 127 has its own test)',
    'a repeated command id; `final: false`; an answer that says no after a notice said yes; cancel, poke and a shared hold',
    'plans other than immediate and alert, rescheduling, adoption, reads, allocated references and separate cancellations (each has its own tests)',
  ];
}
