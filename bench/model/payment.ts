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
    closeAfterCaptures: 400 * DAY,
    closeAfterNone: 14 * DAY,
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
