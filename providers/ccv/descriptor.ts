/** What a CCV terminal can do, as data (provider notes 5, 5.1). */
import type { Capabilities, Timing } from '../../payment/capability.ts';
import { parseDuration } from '../../payment/duration.ts';
import { timingOf } from '../timing.ts';
import { type CcvAccount, VALIDITY } from './account.ts';

/** The one `method` of an authorisation: a cardholder stands at the terminal. */
export const METHOD = 'terminal';

/** Defaults of what the account leaves open (design section 6). */
const GATE_AFTER = 'PT5M';
const REPEATS: readonly string[] = ['PT2S', 'PT5S', 'PT10S', 'PT30S'];

function timing(account: CcvAccount): Timing {
  const { environment, gateAfter = GATE_AFTER, repeats = REPEATS } = account;
  // Nothing is repeated once its outcome is lost, so only tries at a busy terminal are bounded by `giveUpAfter`.
  const options = { ...account, gateAfter, repeats, giveUpAfter: gateAfter };
  // The schema refuses an account that names neither.
  return timingOf(options, VALIDITY[environment] ?? 'PT15M');
}

/**
 * One capture, since its answer carries no new reference for another (provider notes 1.4), and it frees the rest (1.8).
 * No repeat and no reading: there is no query, and nothing says that a terminal knows a repeated `requestId` (1.3, 1.7).
 * No refund: the answer to a capture names nothing that a refund could be addressed by (1.7).
 */
export const capabilitiesOf = (account: CcvAccount): Capabilities => ({
  remainder: 'implicit',
  maxCaptures: 1,
  maxRefunds: 0,
  holds: 'money',
  voidable: true,
  releaseAfterCapture: 'none',
  refundAnchor: 'payment',
  resend: 'never',
  query: 'none',
  sequence: null,
  failures: null,
  allocates: {
    from: 'terminal',
    blockFor: account.terminalBlockFor === undefined ? null : parseDuration(account.terminalBlockFor),
  },
  maxAmount: null,
  plans: ['immediate', 'collect'],
  timing: timing(account),
});
