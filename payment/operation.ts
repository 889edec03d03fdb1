import type { Decline } from './outcome.ts';

export const OPERATION_KINDS = ['authorization', 'capture', 'release', 'refund'] as const;
export type OperationKind = (typeof OPERATION_KINDS)[number];

/** States of one intent. `reversed`: approved, later taken back; it may become approved again. */
export const OPERATION_STATES = [
  'planned',
  'sent',
  'approved',
  'pending',
  'declined',
  'not_performed',
  'unknown',
  'reversed',
] as const;
export type OperationState = (typeof OPERATION_STATES)[number];

/** How the rest leaves the hold: a void (nothing captured), a request of its own, the flag on the last capture, or by itself. */
export type ReleaseKind = 'void' | 'request' | 'flag' | 'implicit';

/**
 * An intent that becomes at most one effect at the provider. Plain JSON; amounts are minor units of
 * the payment's currency.
 */
export interface Operation {
  readonly id: string;
  readonly kind: OperationKind;
  readonly state: OperationState;
  /** Asked. */
  readonly amount: number;
  /** What the provider took; null until it is approved. */
  readonly booked: number | null;
  readonly origin: 'engine' | 'observed';
  /** When it was accepted or seen, RFC 3339. */
  readonly at: string;
  /** How many times it was sent; above 1 only while the same key and body repeat an unknown outcome. */
  readonly attempts: number;
  readonly sequenceNumber: number | null;
  readonly providerReference?: string;
  readonly decline?: Decline;
  /** Why it is where it is, by rule (`withdrawn`, `gate-closed`, `await-expired`, …). */
  readonly reason?: string;
  /** Captures: the caller's word, null when it was left out; then it is decided when the call is sent. */
  readonly finalAsked?: boolean | null;
  /** Captures: whether the call that was sent, or would be sent now, is the last. */
  readonly final?: boolean;
  /** Captures: what the hold loses beside the captured amount when this is approved, minor units. */
  readonly frees?: number;
  /** Releases. */
  readonly releaseKind?: ReleaseKind;
  /** Releases that follow a capture; refunds that are anchored to one. */
  readonly capture?: string;
  /** When it was first sent, RFC 3339: what the provider says of an earlier time is not about it. */
  readonly sentAt?: string;
  /** When the notice that last settled it says that it happened, RFC 3339; older ones change nothing. */
  readonly told?: string;
  /** A reference allocated for its send, where the provider wants one. */
  readonly allocated?: string;
  /** An operator sends it in spite of the failure brake. */
  readonly override?: true;
  /** Captures under the plan `collect`: the id of the capture that carried the provider call. */
  readonly sentWith?: string;
}
