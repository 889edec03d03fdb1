/** What a CCV terminal can do, as data (provider notes 5, 5.1). */
import type { Capabilities, Timing } from '../../payment/capability.ts';
import { parseDuration } from '../../payment/duration.ts';
import { type CcvAccount, VALIDITY } from './account.ts';

/** The one `method` of an authorisation: a cardholder stands at the terminal. */
export const METHOD = 'terminal';

/** Defaults of what the account leaves open (design section 6). */
const DEFAULTS = {
  marginAtMost: 'P1D',
  lapseAfter: 'PT24H',
  awaitUntil: 'PT2H',
  unknownAfter: 'PT30S',
  gateAfter: 'PT5M',
  closeAfterCaptures: 'P400D',
  closeAfterNone: 'P14D',
} as const;
const REPEATS: readonly string[] = ['PT2S', 'PT5S', 'PT10S', 'PT30S'];

function timingOf(account: CcvAccount): Timing {
  // The schema refuses an account for which neither is there.
  const validity = parseDuration(account.authorizationValidity ?? VALIDITY[account.environment] ?? 'PT15M');
  const margin =
    account.margin === undefined
      ? Math.min(Math.floor(validity / 10), parseDuration(DEFAULTS.marginAtMost))
      : parseDuration(account.margin);
  const gateAfter = parseDuration(account.gateAfter ?? DEFAULTS.gateAfter);
  return {
    validity,
    margin,
    warnBefore: account.warnBefore === undefined ? margin : parseDuration(account.warnBefore),
    lapseAfter: parseDuration(account.lapseAfter ?? DEFAULTS.lapseAfter),
    awaitUntil: parseDuration(account.awaitUntil ?? DEFAULTS.awaitUntil),
    unknownAfter: parseDuration(account.unknownAfter ?? DEFAULTS.unknownAfter),
    gateAfter,
    repeats: (account.repeats ?? REPEATS).map(parseDuration),
    // Nothing is repeated once its outcome is lost, so only tries at a busy terminal are bounded by it.
    giveUpAfter: gateAfter,
    closeAfterCaptures: parseDuration(account.closeAfter ?? DEFAULTS.closeAfterCaptures),
    closeAfterNone: parseDuration(account.closeAfter ?? DEFAULTS.closeAfterNone),
  };
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
  maxAmount: null,
  plans: ['immediate', 'collect'],
  timing: timingOf(account),
});
