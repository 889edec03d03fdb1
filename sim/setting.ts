import type { Plan } from '../payment/plan.ts';

export const PROVIDERS = ['payone', 'swedbankpay', 'ccv', 'paymentoptions', 'finline'] as const;
export type ProviderName = (typeof PROVIDERS)[number];

/** PAYONE's ways to pay, by what stands behind the authorisation (provider notes A2, A5). */
export type Clearing = 'cc' | 'wlt' | 'elv' | 'rec' | 'vor' | 'sb';

/** What the account, the provider and the caller's plan are like for one life; milliseconds and minor units. */
interface CommonSetting {
  readonly amount: number;
  readonly currency: string;
  /** Taken over (at PAYONE with this number already used, elsewhere 0), or null where the hold is asked for. */
  readonly adopted: number | null;
  readonly plan: Plan['captures'];
  readonly onDeadline: Plan['onDeadline'];
  /** After the beginning; null leaves the deadline to the engine. */
  readonly deadlineAfter: number | null;
  /** The hold really ends at the provider this long after the beginning. */
  readonly holdEndsAfter: number;
  /** The provider takes captures above what is held, and a second one where it takes one, so that only our own guard stops them. */
  readonly lenient: boolean;
  /** Answers come this late. */
  readonly latency: number;
  /** Notices come this late. */
  readonly noticeDelay: number;
  /** From here on nothing fails any more; null in safety mode. */
  readonly calmAfter: number | null;
}

export interface PayoneSetting extends CommonSetting {
  readonly provider: 'payone';
  readonly clearing: Clearing;
  /** The account's word on when the next number may be used (M4). */
  readonly gate: 'response' | 'notification';
  readonly declineUsesNumber: boolean;
  /** Highest sequence number: 127 at PAYONE, lower here so that lives run out of numbers. */
  readonly sequenceMax: number;
  /** A number is refused (907) until the notice before it was acknowledged, at most this long; 0 = never. */
  readonly busyFor: number;
  /** A declined authorisation keeps its reference taken (911 on a repeat). */
  readonly declineKeepsReference: boolean;
}

/** What providers whose books can be read have in common. */
interface ReadableSetting extends CommonSetting {
  /** Books show a thing only this long after it arrived. */
  readonly readLag: number;
  /** Books say that a hold ended by itself; else it is found out by the next capture. */
  readonly showsExpiry: boolean;
}

export interface SwedbankPaySetting extends ReadableSetting {
  readonly provider: 'swedbankpay';
  /** The account's references are digits from a counter, not derived. */
  readonly digits: boolean;
  /** The account's word on how long books must not show an operation before it counts as absent (M10). */
  readonly absenceAfter: number;
  /** What a reference that was used before is answered with: a refusal, or the transaction that it made. */
  readonly usedReference: 'refused' | 'answered';
}

export interface CcvSetting extends CommonSetting {
  readonly provider: 'ccv';
  /** By the environment: a pump, a charging point, a car park (provider notes 5.1). */
  readonly validity: number;
  /** An unknown outcome keeps the terminal this long; null until it is settled. */
  readonly blockFor: number | null;
}

export interface PaymentOptionsSetting extends ReadableSetting {
  readonly provider: 'paymentoptions';
  /** The record of a hold changes when it is captured or voided; the documents do not say (provider notes 2.7). */
  readonly recordChanges: boolean;
}

export interface FinlineSetting extends ReadableSetting {
  readonly provider: 'finline';
  /** The customer goes to finline's own page, or a token is charged at once (provider notes 3.3). */
  readonly mode: 'hosted' | 'direct';
}

export type Setting =
  | PayoneSetting
  | SwedbankPaySetting
  | CcvSetting
  | PaymentOptionsSetting
  | FinlineSetting;
