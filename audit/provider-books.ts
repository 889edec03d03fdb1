/**
 * A provider's books of one hold, in our words: what a twin, a settlement file or a query says it booked.
 * Amounts are minor units.
 */
export interface ProviderBooks {
  readonly authorized: number;
  readonly captured: number;
  readonly refunded: number;
  /** No further capture can be booked. */
  readonly closed: boolean;
  readonly bookings: readonly Booking[];
  /** Every request that reached the provider for this hold, in order. */
  readonly requests: readonly SentRequest[];
}

export interface Booking {
  readonly kind: 'capture' | 'refund' | 'release';
  readonly amount: number;
  readonly sequenceNumber: number | null;
  readonly origin: 'engine' | 'elsewhere';
}

export interface SentRequest {
  readonly sequenceNumber: number | null;
  /** The parameters that make it what it is, in a fixed order; equal bodies are equal texts. */
  readonly body: string;
  readonly tookEffect: boolean;
}
