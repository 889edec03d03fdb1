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
  /** Provider messages that change something: confirming, failing, from elsewhere, charged back. */
  readonly notices: number;
  /** Outcomes lost (answer unknown, amount that differs). */
  readonly losses: number;
  /** Refusals as out of turn or busy. */
  readonly refusals: number;
  /** A person's word on an operation, the remainder or an attention. */
  readonly words: number;
  /** All losses, refusals, notices and words of one life together. */
  readonly troubles: number;
  /** Times the long clock moves: warning, deadline, expiry, close. */
  readonly ticks: number;
}

/** What continuous integration walks to its end. */
export const SMALL: Bounds = {
  name: 'small',
  amount: 3,
  captures: 1,
  refunds: 1,
  releases: 1,
  queue: 1,
  notices: 1,
  losses: 1,
  refusals: 1,
  words: 1,
  troubles: 1,
  ticks: 2,
};

/** Many operations and no trouble: also walked to its end by continuous integration. */
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

/** `node bench/model-check.ts --bound full`. */
export const FULL: Bounds = {
  name: 'full',
  amount: 4,
  captures: 4,
  refunds: 2,
  releases: 1,
  queue: 4,
  notices: 1,
  losses: 1,
  refusals: 1,
  words: 1,
  troubles: 2,
  ticks: 4,
};

export const BOUNDS: readonly Bounds[] = [SMALL, MANY, FULL];

/** What a walk under `bounds` does not show. */
export function leftOut(bounds: Bounds): readonly string[] {
  return [
    `more than ${bounds.captures} captures, ${bounds.refunds} refunds, ${bounds.releases} releases; amounts other than 1, rest − 1 and rest of ${bounds.amount}`,
    `more than ${bounds.queue} operations waiting at a time; more than ${bounds.troubles} of these in one life: lost outcomes, busy refusals, notices, words of a person (${bounds.ticks} moves of the long clock)`,
    `more than ${bounds.losses} lost outcomes, ${bounds.refusals} busy refusals, ${bounds.notices} notices and ${bounds.words} words of a person in one life`,
    'exact times: a timer may fire at any moment from its due time on, but two states that differ only in how long ago something happened are one',
    'which of several ended captures of one amount came first; sequence numbers as such (they are checked at every send, and 127 has its own test)',
    'plans other than immediate and alert, rescheduling, adoption, other capabilities than PAYONE for cards (each has its own tests)',
  ];
}
