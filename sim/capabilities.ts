import type { Capabilities, Timing } from '../payment/capability.ts';
import type { Clearing, PayoneSetting, Setting } from './setting.ts';

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
/** A terminal keeps a cardholder waiting, and its caller longer. */
const TERMINAL_TIMEOUT = MINUTE;
/** Reads without an operation prove its absence only over so long (agreement, M10). */
export const ABSENCE_AFTER = 2 * MINUTE;

/** Failures of one kind in a row: people keep two of five (seed 004). */
export const BRAKE = 3;
export const LOCK = 5;
export const LOCKED_CODE = 'locked';

const HOLDS: Readonly<Record<Clearing, Capabilities['holds']>> = {
  cc: 'money',
  wlt: 'money',
  elv: 'nothing',
  rec: 'nothing',
  vor: 'nothing',
  sb: 'moved',
};

/** Waits are shorter than in production where that changes no rule, so that lives cross them. */
const TIMING: Timing = {
  validity: 7 * DAY,
  margin: 16 * HOUR,
  warnBefore: 16 * HOUR,
  lapseAfter: 24 * HOUR,
  awaitUntil: 2 * HOUR,
  unknownAfter: 30 * SECOND,
  gateAfter: 30 * MINUTE,
  repeats: [15 * SECOND, MINUTE, 5 * MINUTE, 30 * MINUTE],
  giveUpAfter: 2 * DAY,
  absenceAfter: ABSENCE_AFTER,
  resendAfter: SEND_WINDOW + HTTP_TIMEOUT,
  closeAfterCaptures: 400 * DAY,
  closeAfterNone: 14 * DAY,
};

/** The waits of providers whose books can be read: a read soon, then ever more seldom. */
const READING: Timing = {
  ...TIMING,
  repeats: [2 * SECOND, 5 * SECOND, 8 * SECOND, 30 * SECOND, 2 * MINUTE, 10 * MINUTE, HOUR, 6 * HOUR],
};

/** What the four without sequence numbers share. */
const COMMON = {
  maxRefunds: null,
  holds: 'money',
  voidable: true,
  sequence: null,
  failures: null,
  allocates: null,
  maxAmount: null,
  plans: ['immediate', 'collect'],
} as const;

/** One capture, which frees the rest (seeds 000, 001, 003). */
const SINGLE = { ...COMMON, remainder: 'implicit', maxCaptures: 1, releaseAfterCapture: 'none' } as const;

/** What the provider of a life can do, as its descriptor says it. */
export function capabilitiesOf(setting: Setting): Capabilities {
  switch (setting.provider) {
    case 'payone':
      return payone(setting);
    case 'swedbankpay':
      return {
        ...COMMON,
        remainder: 'separate-cancel',
        maxCaptures: null,
        releaseAfterCapture: 'certain',
        refundAnchor: 'payment',
        resend: 'same-key-once-absent',
        query: 'operations',
        failures: { brake: BRAKE, lock: LOCK, lockedCode: LOCKED_CODE },
        allocates: setting.digits ? { from: 'counter', blockFor: null } : null,
        timing: { ...READING, absenceAfter: setting.absenceAfter },
      };
    case 'ccv': {
      const margin = Math.min(Math.floor(setting.validity / 10), DAY);
      const gateAfter = 5 * MINUTE;
      const repeats = [2 * SECOND, 5 * SECOND, 10 * SECOND, 30 * SECOND];
      const resendAfter = SEND_WINDOW + TERMINAL_TIMEOUT;
      const waits = {
        resendAfter,
        validity: setting.validity,
        margin,
        warnBefore: margin,
        gateAfter,
        repeats,
      };
      return {
        ...SINGLE,
        maxRefunds: 0,
        refundAnchor: 'payment',
        resend: 'never',
        query: 'none',
        allocates: { from: 'terminal', blockFor: setting.blockFor },
        timing: { ...TIMING, ...waits, giveUpAfter: gateAfter },
      };
    }
    case 'paymentoptions':
      return {
        ...SINGLE,
        refundAnchor: 'capture',
        resend: 'never',
        query: 'operations',
        timing: { ...READING, validity: 5 * DAY, margin: 12 * HOUR, warnBefore: 12 * HOUR },
      };
    case 'finline':
      return {
        ...SINGLE,
        refundAnchor: 'payment',
        resend: 'once-absent',
        query: 'operations',
        timing: { ...READING, validity: 5 * DAY, margin: 12 * HOUR, warnBefore: 12 * HOUR },
      };
  }
}

/**
 * PAYONE for one way to pay: numbered calls that may be repeated with the same number, no query, the
 * rest freed by a flag on the last capture (provider notes A4, A5, A10).
 */
function payone(setting: PayoneSetting): Capabilities {
  const holds = HOLDS[setting.clearing];
  return {
    ...COMMON,
    remainder: 'final-flag',
    maxCaptures: null,
    holds,
    voidable: holds === 'money',
    releaseAfterCapture: 'tried',
    refundAnchor: 'payment',
    resend: 'same-key',
    query: 'none',
    sequence: { max: setting.sequenceMax, gate: setting.gate, declineUsesNumber: setting.declineUsesNumber },
    maxAmount: 1_999_999_999,
    timing: { ...TIMING, validity: holds === 'money' ? 7 * DAY : null },
  };
}
