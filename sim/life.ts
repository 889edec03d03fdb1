import type { Command } from '../payment/command.ts';
import type { Plan } from '../payment/plan.ts';

/** `safety`: faults to the end, nothing may break. `liveness`: faults stop, everything must end. */
export type Mode = 'safety' | 'liveness';

/** PAYONE's ways to pay, by what stands behind the authorisation (provider notes A2, A5). */
export type Clearing = 'cc' | 'wlt' | 'elv' | 'rec' | 'vor' | 'sb';

/** What the account, the provider and the caller's plan are like for one life; milliseconds and minor units. */
export interface Setting {
  readonly clearing: Clearing;
  readonly amount: number;
  readonly currency: string;
  /** Taken over with this number already used, or null where the hold is asked for. */
  readonly adopted: number | null;
  /** The account's word on when the next number may be used (M4). */
  readonly gate: 'response' | 'notification';
  readonly declineUsesNumber: boolean;
  /** Highest sequence number: 127 at PAYONE, lower here so that lives run out of numbers. */
  readonly sequenceMax: number;
  readonly plan: Plan['captures'];
  readonly onDeadline: Plan['onDeadline'];
  /** After the beginning; null leaves the deadline to the engine. */
  readonly deadlineAfter: number | null;
  /** The hold really ends at the provider this long after the beginning. */
  readonly holdEndsAfter: number;
  /** The provider takes captures above what is held, so that only our own guard stops them. */
  readonly lenient: boolean;
  /** A number is refused (907) until the notice before it was acknowledged, at most this long; 0 = never. */
  readonly busyFor: number;
  /** Answers come this late. */
  readonly latency: number;
  /** Notices come this late. */
  readonly noticeDelay: number;
  /** A declined authorisation keeps its reference taken (911 on a repeat). */
  readonly declineKeepsReference: boolean;
  /** From here on nothing fails any more; null in safety mode. */
  readonly calmAfter: number | null;
}

/** What befalls one provider call; the call is named by its number in the life, from 1. */
export type CallFault =
  /** The request never arrives. */
  | { readonly kind: 'lost-before' }
  /** It is booked, the answer is lost. */
  | { readonly kind: 'lost-after' }
  | { readonly kind: 'refused-connection' }
  /** Booked `ms` after its arrival, long after the caller stopped waiting. */
  | { readonly kind: 'slow'; readonly ms: number }
  /** The worker freezes; the request leaves `ms` later or, beyond the send window, not at all. */
  | { readonly kind: 'frozen'; readonly ms: number }
  /** An error that says nothing about the booking (900, 902, 903, 904, 909). */
  | { readonly kind: 'error'; readonly code: number; readonly booked: boolean }
  /** The provider's definite no. */
  | { readonly kind: 'decline'; readonly code: number }
  /** Refused as busy with an earlier action: 907 or 950. */
  | { readonly kind: 'busy'; readonly code: 907 | 950 }
  /** Accepted, settled `ms` later one way or the other. */
  | { readonly kind: 'pending'; readonly ms: number; readonly ends: 'approved' | 'failed' | 'never' }
  /** Authorisations: the customer is sent elsewhere first. */
  | { readonly kind: 'redirect'; readonly ms: number; readonly ends: 'approved' | 'failed' | 'never' }
  /** Authorisations: less is approved than was asked, in thousandths. */
  | { readonly kind: 'partial'; readonly thousandths: number };

/** What befalls one delivery of a notice, named by its number in the life, from 1. */
export type NoticeFault =
  | { readonly kind: 'lost' }
  | { readonly kind: 'late'; readonly ms: number }
  /** It comes late while those after it do not wait. */
  | { readonly kind: 'reordered'; readonly ms: number }
  | { readonly kind: 'duplicate'; readonly ms: number };

/** Where the process ends, relative to the step that is numbered. */
export type CrashPoint = 'before-record' | 'before-send' | 'after-send' | 'after-answer';

/** What happens at the provider without us. Which capture is meant: an index, modulo those booked. */
export type ProviderEvent =
  | { readonly kind: 'elsewhere'; readonly action: 'capture' | 'refund'; readonly amount: number }
  | { readonly kind: 'late-failure'; readonly capture: number }
  | { readonly kind: 'chargeback'; readonly capture: number; readonly thousandths: number }
  | { readonly kind: 'chargeback-reversed' };

/** One thing that was drawn. A life is a list of them, so that shrinking only leaves some out. `after` counts from the beginning. */
export type Decision =
  | { readonly kind: 'command'; readonly after: number; readonly command: Command }
  /** The same id again, with the same body or another one. */
  | { readonly kind: 'repeat'; readonly after: number; readonly id: string; readonly same: boolean }
  | { readonly kind: 'call'; readonly nth: number; readonly fault: CallFault }
  | { readonly kind: 'notice'; readonly nth: number; readonly fault: NoticeFault }
  | { readonly kind: 'crash'; readonly step: number; readonly point: CrashPoint; readonly down: number }
  | { readonly kind: 'provider'; readonly after: number; readonly event: ProviderEvent }
  /** A person looks and resolves what can be known by then, with the truth of the provider's books. */
  | { readonly kind: 'person'; readonly after: number }
  | { readonly kind: 'poke'; readonly after: number }
  | { readonly kind: 'cancel'; readonly after: number };

/** One payment's life as drawn from a seed; plain JSON. */
export interface Life {
  readonly seed: number;
  readonly mode: Mode;
  readonly setting: Setting;
  readonly decisions: readonly Decision[];
}
