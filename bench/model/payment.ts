import type { PaymentFacts } from '../../machines/core-state.ts';
import type { Capabilities } from '../../payment/capability.ts';

const SECOND = 1000;
const DAY = 86_400 * SECOND;

/** When the modelled payment begins, milliseconds since the epoch. */
export const BEGIN = Date.UTC(2026, 0, 1);

/** PAYONE's capabilities (agreement, section 2): numbered calls, same-key repeats, the rest freed by a flag. */
export const CAPABILITIES: Capabilities = {
  remainder: 'final-flag',
  maxCaptures: null,
  maxRefunds: null,
  holds: 'money',
  voidable: true,
  releaseAfterCapture: 'tried',
  refundAnchor: 'payment',
  resend: 'same-key',
  query: 'none',
  sequence: { max: 127, gate: 'response', declineUsesNumber: false },
  failures: null,
  allocates: null,
  maxAmount: 1_999_999_999,
  plans: ['immediate'],
  timing: {
    validity: 7 * DAY,
    margin: DAY,
    warnBefore: DAY,
    lapseAfter: DAY,
    awaitUntil: 7200 * SECOND,
    unknownAfter: 30 * SECOND,
    gateAfter: 1800 * SECOND,
    repeats: [2 * SECOND, 10 * SECOND],
    giveUpAfter: 2 * DAY,
    absenceAfter: 120 * SECOND,
    resendAfter: 35 * SECOND,
    closeAfterCaptures: 400 * DAY,
    closeAfterNone: 14 * DAY,
  },
};

/** Ways in which the rest leaves the hold, each as the capabilities that differ from PAYONE's. */
export const FAMILIES: Readonly<Record<string, Partial<Capabilities>>> = {
  'final-flag': {},
  // One capture, which frees the rest by itself; a lost answer is never repeated, and nothing is told or read.
  implicit: {
    remainder: 'implicit',
    maxCaptures: 1,
    releaseAfterCapture: 'none',
    resend: 'never',
    sequence: null,
  },
};

/** The payment whose every life is walked. `amount` in minor units. */
export function modelled(amount: number, capabilities: Partial<Capabilities> = {}): PaymentFacts {
  return {
    id: 'p-1',
    account: 'account',
    provider: 'payone',
    amount,
    currency: 'EUR',
    capabilities: { ...CAPABILITIES, ...capabilities },
    plan: { captures: 'immediate', onDeadline: 'alert' },
    authorization: { request: { method: 'cc' } },
    reference: 'reference',
    hash: 'hash',
    by: 'shop',
  };
}
