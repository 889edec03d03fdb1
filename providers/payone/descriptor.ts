/** What PAYONE can do, as data per clearing type. */
import type { Capabilities, Timing } from '../../payment/capability.ts';
import { parseDuration } from '../../payment/duration.ts';
import type { PayoneAccount } from './account.ts';
import { MOST_AMOUNT, MOST_SEQUENCE } from './parameters.ts';

export interface ClearingType {
  readonly holds: Capabilities['holds'];
  /** Whether amount 0 with `completed` is trusted to end the process with nothing captured (provider notes A5). */
  readonly voidable: boolean;
  /** Whether `capturemode` is sent (provider notes A5). */
  readonly capturemode: boolean;
  /** `settleaccount` of a capture that is not the last, and of the last (provider notes A5). */
  readonly settle: { readonly part: Settle; readonly last: Settle };
  /** Options without which PAYONE cannot begin (provider notes A2). */
  readonly needs: readonly string[];
}

export type Settle = 'yes' | 'no' | 'auto';

const AUTO = { part: 'auto', last: 'auto' } as const;
const LATE = { part: 'no', last: 'auto' } as const;

/** By `clearingtype`. What is reserved and what is not: provider notes A2 (the partner's field mapping). */
export const CLEARING_TYPES: Readonly<Record<string, ClearingType>> = {
  cc: { holds: 'money', voidable: true, capturemode: true, settle: AUTO, needs: ['pseudocardpan'] },
  wlt: { holds: 'money', voidable: true, capturemode: true, settle: AUTO, needs: ['wallettype'] },
  elv: { holds: 'nothing', voidable: false, capturemode: true, settle: AUTO, needs: [] },
  rec: { holds: 'nothing', voidable: false, capturemode: true, settle: LATE, needs: [] },
  vor: { holds: 'nothing', voidable: false, capturemode: true, settle: LATE, needs: [] },
  cod: { holds: 'nothing', voidable: false, capturemode: false, settle: AUTO, needs: [] },
  fnc: { holds: 'nothing', voidable: false, capturemode: true, settle: AUTO, needs: ['financingtype'] },
  sb: {
    holds: 'moved',
    voidable: false,
    capturemode: false,
    settle: LATE,
    needs: ['onlinebanktransfertype'],
  },
};

/** The clearing type of a hold that was adopted without naming one (design section 6). */
export const DEFAULT_CLEARING_TYPE = 'cc';

/** Wallets whose void by amount 0 a published plug-in trusts: PayPal and Amazon Pay (provider notes A5). */
const VOIDABLE_WALLETS: readonly string[] = ['PPE', 'AMZ'];

/** Defaults of what the account leaves open (design section 6; the horizon of repeats is that of notices: provider notes A8). */
const DEFAULTS = {
  authorizationValidity: 'P7D',
  marginAtMost: 'P1D',
  lapseAfter: 'PT24H',
  awaitUntil: 'PT2H',
  unknownAfter: 'PT30S',
  gateAfter: 'PT30M',
  giveUpAfter: 'PT48H',
  closeAfterCaptures: 'P400D',
  closeAfterNone: 'P14D',
} as const;
const REPEATS: readonly string[] = ['PT2S', 'PT10S', 'PT30S', 'PT2M', 'PT10M', 'PT1H', 'PT6H'];

/** @param expires - whether money is held that the issuer will free one day. */
function timingOf(account: PayoneAccount, expires: boolean): Timing {
  const validity = parseDuration(account.authorizationValidity ?? DEFAULTS.authorizationValidity);
  const margin =
    account.margin === undefined
      ? Math.min(Math.floor(validity / 10), parseDuration(DEFAULTS.marginAtMost))
      : parseDuration(account.margin);
  return {
    validity: expires ? validity : null,
    margin,
    warnBefore: account.warnBefore === undefined ? margin : parseDuration(account.warnBefore),
    lapseAfter: parseDuration(account.lapseAfter ?? DEFAULTS.lapseAfter),
    awaitUntil: parseDuration(account.awaitUntil ?? DEFAULTS.awaitUntil),
    unknownAfter: parseDuration(account.unknownAfter ?? DEFAULTS.unknownAfter),
    gateAfter: parseDuration(account.gateAfter ?? DEFAULTS.gateAfter),
    repeats: (account.repeats ?? REPEATS).map(parseDuration),
    giveUpAfter: parseDuration(account.giveUpAfter ?? DEFAULTS.giveUpAfter),
    closeAfterCaptures: parseDuration(account.closeAfter ?? DEFAULTS.closeAfterCaptures),
    closeAfterNone: parseDuration(account.closeAfter ?? DEFAULTS.closeAfterNone),
  };
}

/**
 * @param clearingtype - a key of {@link CLEARING_TYPES}.
 * @param wallettype - the wallet, where the request names one.
 * @returns null for a clearing type that is not in the table.
 */
export function capabilitiesOf(
  account: PayoneAccount,
  clearingtype: string,
  wallettype?: unknown,
): Capabilities | null {
  const type = Object.hasOwn(CLEARING_TYPES, clearingtype) ? CLEARING_TYPES[clearingtype] : undefined;
  if (type === undefined) return null;
  return {
    remainder: 'final-flag',
    maxCaptures: null,
    maxRefunds: null,
    holds: type.holds,
    voidable:
      type.voidable && (wallettype === undefined || VOIDABLE_WALLETS.some((wallet) => wallet === wallettype)),
    releaseAfterCapture: type.holds === 'money' ? 'tried' : 'none',
    refundAnchor: 'payment',
    resend: 'same-key',
    query: 'none',
    sequence: {
      max: MOST_SEQUENCE,
      gate: account.sequenceGate,
      declineUsesNumber: account.declineUsesNumber,
    },
    maxAmount: MOST_AMOUNT,
    plans: ['immediate', 'collect'],
    timing: timingOf(account, type.holds === 'money'),
  };
}
