import type { HoldReference } from './hold.ts';

/**
 * How a provider call ends. Five ways, never two: `unknown` is an outcome with its own ways out
 * (the provider's books, its notice, a person with evidence) and no code path turns it into `declined`.
 */
export const OUTCOMES = ['approved', 'pending', 'declined', 'not_performed', 'unknown'] as const;

/** What a provider's definitive no says about the hold and about trying again. */
export interface Decline {
  /** The provider's own code, as text. */
  readonly code: string;
  readonly message: string;
  /** `gone`: the hold no longer exists (PAYONE 21, 80, 101, 106, 972: provider notes A5), so held becomes lapsed. */
  readonly hold: 'stands' | 'gone';
  /** Who or what could make another attempt succeed. */
  readonly again: 'no' | 'later' | 'customer' | 'config';
}

/** What was sent and answered, redacted, at most 8 KiB as JSON; kept in the activity's result for the audit. */
export interface Exchange {
  readonly method: string;
  readonly url: string;
  readonly request: Readonly<Record<string, string>>;
  readonly status: number | null;
  readonly response: Readonly<Record<string, string>>;
  /** Milliseconds from the first byte sent to the last byte read. */
  readonly tookMs: number;
  readonly truncated?: true;
}

interface CallFacts {
  /** The provider's id of what was made (PAYONE txid). Secrets never stand here: see `sealed`. */
  readonly providerReference?: string;
  /** Authorisations: what later calls name the hold by, in the shape used when adopting. */
  readonly hold?: HoldReference;
  /** The keys under which the provider knows this attempt (PAYONE: reference, sequencenumber). */
  readonly keys?: Readonly<Record<string, string>>;
  /** Answered facts that callers need, by the provider's documented names (clearing and mandate fields). */
  readonly facts?: Readonly<Record<string, string>>;
  /** Values that must be kept but never read outside an activity (AES-GCM under the key ring). */
  readonly sealed?: string;
  readonly exchange?: Exchange;
}

export interface Approved extends CallFacts {
  readonly outcome: 'approved';
  /** Minor units that the provider says it took; absent where its answer names no amount. */
  readonly booked?: number;
  /** RFC 3339; authorisations only, where the provider says it. */
  readonly expiresAt?: string;
}

export interface Pending extends CallFacts {
  readonly outcome: 'pending';
  readonly redirectUrl?: string;
}

export interface Declined extends CallFacts {
  readonly outcome: 'declined';
  readonly decline: Decline;
  /**
   * True where this answer is definitive only for a first attempt: after a lost one it is evidence and
   * proves nothing (PAYONE 908, 950, configuration and maintenance codes: provider notes A7, A10).
   */
  readonly firstOnly?: boolean;
  /** True where the provider is still busy with an earlier action, so the same call may be repeated later (PAYONE 950). */
  readonly busy?: boolean;
}

export interface NotPerformed extends CallFacts {
  readonly outcome: 'not_performed';
  /** Why it certainly had no effect, in a word: `refused-connection`, `send-window`, `validation`, `sequence`, … */
  readonly reason: string;
  readonly message?: string;
  readonly firstOnly?: boolean;
  readonly busy?: boolean;
  /** The provider showed that its books are not ours: they are read. */
  readonly recheck?: true;
  /** Milliseconds after which it may be tried again: our own side holds calls back (an open circuit breaker) and nothing has failed. */
  readonly pausedFor?: number;
}

export interface Unknown extends CallFacts {
  readonly outcome: 'unknown';
  readonly reason: string;
  readonly message?: string;
  /** The amount that the answer named where it is not the asked one, minor units. */
  readonly answered?: number;
}

/** What an activity reports of one provider call. */
export type CallResult = Approved | Pending | Declined | NotPerformed | Unknown;
