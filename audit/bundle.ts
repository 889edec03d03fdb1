import type { PaymentFacts } from '../machines/core-state.ts';
import type { LedgerEntry } from '../payment/ledger.ts';
import type { Exchange } from '../payment/outcome.ts';

export const FORMAT = 'tranche.audit/1';

/** The event of a history that wrote an entry. */
export interface Refs {
  readonly runId: string;
  readonly eventId: number;
  /** Where it was the end of an activity. */
  readonly activityId?: string;
  /** Where it was an update. */
  readonly updateId?: string;
}

/** A stored entry, where it comes from, and its place in the chain. Amounts are minor units. */
export interface ChainedEntry extends LedgerEntry {
  readonly refs: Refs;
  /** What was sent and answered, redacted; on the one entry that says what the answer meant. */
  readonly exchange?: Exchange;
  /** The hash of the entry before; 64 zeros for the first. */
  readonly prev: string;
  /** SHA-256 of the RFC 8785 JSON of the entry without `hash`, `before` and `legal`. */
  readonly hash: string;
}

/** An entry of a bundle, with what follows from the fold: stated for the reader, proved by the verifier. */
export interface BundleEntry extends ChainedEntry {
  /** `after` of the entry before; null for the first. */
  readonly before: LedgerEntry['after'] | null;
  /** Commands that are legal after this entry. */
  readonly legal: readonly string[];
}

/** One event as Temporal's JSON has it, but its id is a number and readable payloads are `{ encoding, data }`. */
export interface HistoryEvent {
  readonly eventId: number;
  /** RFC 3339. */
  readonly eventTime: string;
  readonly eventType: string;
  readonly [attributes: string]: unknown;
}

export interface RunHistory {
  readonly runId: string;
  readonly events: readonly HistoryEvent[];
}

/** What wrote the bundle, and under which rules the payment was made. */
export interface Versions {
  readonly machine: number;
  readonly engine: string;
  readonly sdk: string;
}

/** SHA-256 of the RFC 8785 JSON of each part, 64 lower-case hex digits. */
export interface Digests {
  readonly payment: string;
  /** All entries with everything that stands in them. */
  readonly ledger: string;
  /** In the order of the runs. */
  readonly histories: readonly string[];
  readonly versions: string;
}

/** Over `{ format, digests }` as RFC 8785 JSON in UTF-8. Key and value are base64, the key as the 32 bytes of RFC 8032. */
export interface Signature {
  readonly algorithm: 'ed25519';
  readonly publicKey: string;
  readonly value: string;
}

/** One payment with all that proves its history. */
export interface Bundle {
  readonly format: typeof FORMAT;
  readonly payment: PaymentFacts;
  readonly ledger: readonly BundleEntry[];
  readonly histories: readonly RunHistory[];
  readonly versions: Versions;
  readonly digests: Digests;
  readonly signature?: Signature;
}
