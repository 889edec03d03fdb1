/** What PaymentOptions can do, as data. */
import type { Capabilities } from '../../payment/capability.ts';
import { timingOf } from '../timing.ts';
import type { PaymentOptionsAccount } from './account.ts';

/** Nothing is said of how long a hold stands; five days are assumed (provider notes 5). */
const VALIDITY = 'P5D';

export const capabilitiesOf = (account: PaymentOptionsAccount): Capabilities => ({
  // A capture of less releases the rest (seed 001), so nothing is left for another.
  remainder: 'implicit',
  maxCaptures: 1,
  maxRefunds: null,
  holds: 'money',
  voidable: true,
  releaseAfterCapture: 'none',
  // A refund names the capture's own id, not that of the hold (provider notes 2.4).
  refundAnchor: 'capture',
  // No key, no header and no field makes a repeat safe (provider notes 2.2, 2.7).
  resend: 'never',
  query: 'operations',
  sequence: null,
  failures: null,
  allocates: null,
  maxAmount: null,
  plans: ['immediate', 'collect'],
  timing: timingOf(account, VALIDITY),
});
