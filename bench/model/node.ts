import type { CoreState } from '../../machines/core-state.ts';

/** What a life has used of its bounds. */
export interface Used {
  readonly captures: number;
  readonly refunds: number;
  readonly releases: number;
  readonly notices: number;
  readonly losses: number;
  readonly refusals: number;
  readonly words: number;
  readonly ticks: number;
}

/** One state of the walk: the core's state without its ledger, and what the checks must remember. */
export interface Node {
  readonly state: CoreState;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly used: Used;
  /** The last call, without its attempt: a repeat must be the same (M10). */
  readonly lastCall: string;
  /** A person has answered `books-differ`. */
  readonly answered: boolean;
}

export const UNUSED: Used = {
  captures: 0,
  refunds: 0,
  releases: 0,
  notices: 0,
  losses: 0,
  refusals: 0,
  words: 0,
  ticks: 0,
};
