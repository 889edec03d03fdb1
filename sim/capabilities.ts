import type { Capabilities } from '../payment/capability.ts';
import type { Clearing, Setting } from './life.ts';

export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** The request leaves this soon after its activity began, or not at all (agreement, section 5). */
export const SEND_WINDOW = 5 * SECOND;
/** A dead worker is noticed this long after its last heartbeat. */
export const HEARTBEAT_TIMEOUT = 10 * SECOND;
/** The caller waits this long for an answer. */
export const HTTP_TIMEOUT = 30 * SECOND;

const HOLDS: Readonly<Record<Clearing, Capabilities['holds']>> = {
  cc: 'money',
  wlt: 'money',
  elv: 'nothing',
  rec: 'nothing',
  vor: 'nothing',
  sb: 'moved',
};

/**
 * PAYONE's capabilities for one way to pay: numbered calls that may be repeated with the same number,
 * no query, the rest freed by a flag on the last capture (provider notes A4, A5, A10). Waits are
 * shorter than in production where that changes no rule, so that lives cross them.
 */
export function capabilitiesOf(setting: Setting): Capabilities {
  const holds = HOLDS[setting.clearing];
  return {
    remainder: 'final-flag',
    maxCaptures: null,
    maxRefunds: null,
    holds,
    voidable: holds === 'money',
    releaseAfterCapture: 'tried',
    refundAnchor: 'payment',
    resend: 'same-key',
    query: 'none',
    sequence: { max: setting.sequenceMax, gate: setting.gate, declineUsesNumber: setting.declineUsesNumber },
    maxAmount: 1_999_999_999,
    plans: ['immediate', 'collect'],
    timing: {
      validity: holds === 'money' ? 7 * DAY : null,
      margin: 16 * HOUR,
      warnBefore: 16 * HOUR,
      lapseAfter: 24 * HOUR,
      awaitUntil: 2 * HOUR,
      unknownAfter: 30 * SECOND,
      gateAfter: 30 * MINUTE,
      repeats: [15 * SECOND, MINUTE, 5 * MINUTE, 30 * MINUTE],
      giveUpAfter: 2 * DAY,
      closeAfterCaptures: 400 * DAY,
      closeAfterNone: 14 * DAY,
    },
  };
}
