/** What finline can do, as data. */
import type { Capabilities } from '../../payment/capability.ts';
import { timingOf } from '../timing.ts';
import type { FinlineAccount } from './account.ts';

/** Without a word in the contract five days are assumed; an agreed automatic void is said by `authorizationValidity` (provider notes 3.3, 5). */
const VALIDITY = 'P5D';

/** Cards only, so one set for every payment (provider notes 3.3, 5.1). */
export const capabilitiesOf = (account: FinlineAccount): Capabilities => ({
  // A partial capture releases the rest, and nothing is left for another (seed 003; provider notes 5).
  remainder: 'implicit',
  maxCaptures: 1,
  maxRefunds: null,
  holds: 'money',
  voidable: true,
  releaseAfterCapture: 'none',
  // By order id, several of them up to what was captured (provider notes 3.3).
  refundAnchor: 'payment',
  resend: 'once-absent',
  query: 'operations',
  sequence: null,
  failures: null,
  allocates: null,
  maxAmount: null,
  plans: ['immediate', 'collect'],
  timing: timingOf(account, VALIDITY),
});
