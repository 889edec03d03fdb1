/** What PAYONE can do, as data per clearing type. */
import type { Capabilities, Timing } from '../../payment/capability.ts';
import { timingOf } from '../timing.ts';
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

/** How long money is assumed to be held (design section 6). The horizon of repeats is that of notices (provider notes A8). */
const VALIDITY = 'P7D';

/** @param expires - whether money is held that the issuer will free one day. */
function timing(account: PayoneAccount, expires: boolean): Timing {
  const all = timingOf(account, VALIDITY);
  return expires ? all : { ...all, validity: null };
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
    failures: null,
    allocates: null,
    maxAmount: MOST_AMOUNT,
    plans: ['immediate', 'collect'],
    timing: timing(account, type.holds === 'money'),
  };
}
