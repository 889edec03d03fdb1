import type { HoldReference } from './hold.ts';

/**
 * What a provider tells unasked, in our words. Made by an adapter from an authenticated message;
 * amounts are minor units of the payment's currency.
 */
export interface Notice {
  /** The provider's identity of the event: the same event told twice has the same one. */
  readonly identity: string;
  /** The provider's id of the hold (PAYONE txid). */
  readonly providerReference: string;
  /** What later calls name the hold by, where the message says enough. */
  readonly hold?: HoldReference;
  /** Our own reference of the authorisation, where the message repeats it. */
  readonly reference?: string;
  /** `hint`: something may have changed, and only a read tells what. */
  readonly about:
    | 'authorization'
    | 'hint'
    | 'capture'
    | 'refund'
    | 'charge'
    | 'chargeback'
    | 'chargeback-reversed'
    | 'balance'
    | 'nothing';
  readonly state: 'approved' | 'pending' | 'failed';
  readonly sequenceNumber: number | null;
  /** The sum of claims booked so far; the change of it is the amount of this event. */
  readonly receivable: number | null;
  readonly price: number | null;
  readonly balance: number | null;
  readonly currency: string;
  /** When the provider says it happened, RFC 3339. */
  readonly at: string;
  /** The provider's own words, redacted, for the ledger. */
  readonly facts: Readonly<Record<string, string>>;
}
