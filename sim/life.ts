import type { Command } from '../payment/command.ts';
import type { Decline } from '../payment/outcome.ts';
import type { Setting } from './setting.ts';

/** `safety`: faults to the end, nothing may break. `liveness`: faults stop, everything must end. */
export type Mode = 'safety' | 'liveness';

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
  /** An error that says nothing about the booking (at PAYONE 900, 902, 903, 904, 909; elsewhere 0). */
  | { readonly kind: 'error'; readonly code: number; readonly booked: boolean }
  /** The provider's definite no: at PAYONE by its code. */
  | { readonly kind: 'decline'; readonly code: number }
  /** The definite no of the others; the answer that says so may be lost. */
  | { readonly kind: 'refusal'; readonly again: Decline['again']; readonly lost: boolean }
  /** Refused as busy with an earlier action: 907 or 950 at PAYONE, elsewhere 0. */
  | { readonly kind: 'busy'; readonly code: 907 | 950 | 0 }
  /** Our own side holds the call back for a while: nothing was sent, and nothing has failed. */
  | { readonly kind: 'paused'; readonly ms: number }
  /** Accepted, settled `ms` later one way or the other. */
  | { readonly kind: 'pending'; readonly ms: number; readonly ends: 'approved' | 'failed' | 'never' }
  /** Authorisations: the customer is sent elsewhere first. */
  | { readonly kind: 'redirect'; readonly ms: number; readonly ends: 'approved' | 'failed' | 'never' }
  /** Authorisations: less is approved than was asked, in thousandths. */
  | { readonly kind: 'partial'; readonly thousandths: number }
  /** Captures: another amount is taken than was asked, in thousandths of it. */
  | { readonly kind: 'amount'; readonly thousandths: number };

/** What befalls one read of the provider's books, named by its number in the life, from 1. */
export type ReadFault =
  | { readonly kind: 'failed' }
  /** The books are looked at only after `ms`. */
  | { readonly kind: 'slow'; readonly ms: number }
  /** They were looked at, and the answer comes `ms` later. */
  | { readonly kind: 'stale'; readonly ms: number };

/** What befalls one grant of a reference, named by its number in the life, from 1. */
export type GrantFault =
  | { readonly kind: 'late'; readonly ms: number }
  | { readonly kind: 'duplicate'; readonly ms: number };

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
  | { readonly kind: 'read'; readonly nth: number; readonly fault: ReadFault }
  | { readonly kind: 'grant'; readonly nth: number; readonly fault: GrantFault }
  /** Another payment wants the terminal for `ms`; an unknown outcome of it blocks the terminal for `blocks` more. */
  | { readonly kind: 'holder'; readonly after: number; readonly ms: number; readonly blocks: number }
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
