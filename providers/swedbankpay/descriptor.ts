/** What Swedbank Pay can do, as data. */
import type { Capabilities } from '../../payment/capability.ts';
import { timingOf } from '../timing.ts';
import type { SwedbankPayAccount } from './account.ts';

/** Instruments whose captures are the request of seed 004 and that hold money first (provider notes B3). */
export const INSTRUMENTS = ['creditcard', 'vipps', 'mobilepay'] as const;

/** The only method that is asked for here: the payer gives the card on Swedbank Pay's own page (provider notes B3). */
export const METHOD = 'creditcard';

/** Currencies of a card payment (the documents of the purchase request: NOK, SEK, DKK, USD, EUR). */
export const CURRENCIES: readonly string[] = ['NOK', 'SEK', 'DKK', 'USD', 'EUR'];

/** The id of a payment, which names the hold: relative, opaque after the instrument (seed 004). */
export const PAYMENT_ID = /^\/psp\/([a-z]+)\/payments\/[A-Za-z0-9-]{1,64}$/;

/** How a decline names the lock; nothing but a person at Swedbank Pay lifts it (seed 004). */
export const LOCKED = 'locked';

/**
 * Consecutive failures of one kind after which Swedbank Pay locks the payment, and after which nothing goes out by
 * itself any more, so that people keep two (seed 004; provider notes B6 for reversals, B11).
 */
export const FAILURES = { lock: 5, brake: 3 } as const;

/** How long a hold is assumed to stand; Swedbank Pay itself takes captures for 180 days (provider notes B3). */
const VALIDITY = 'P7D';

/** The same for every instrument of {@link INSTRUMENTS}. */
export const capabilitiesOf = (account: SwedbankPayAccount): Capabilities => ({
  remainder: 'separate-cancel',
  maxCaptures: null,
  maxRefunds: null,
  holds: 'money',
  voidable: true,
  releaseAfterCapture: 'certain',
  refundAnchor: 'payment',
  resend: 'same-key-once-absent',
  query: 'operations',
  sequence: null,
  failures: { ...FAILURES, lockedCode: LOCKED },
  allocates: account.payeeReferenceDigits === undefined ? null : { from: 'counter', blockFor: null },
  maxAmount: null,
  plans: ['immediate', 'collect'],
  timing: timingOf(account, VALIDITY),
});
