/**
 * What a provider account can do for one payment, as data: resolved at creation from the provider's
 * descriptor, the account's options and the payment method, recorded in the first ledger entry and
 * frozen for the payment's life. The machine reads this and never asks which provider it is.
 */
export interface Capabilities {
  /** How the rest leaves the hold after a capture. */
  readonly remainder: 'implicit' | 'final-flag' | 'separate-cancel';
  /** Most captures that can be approved on one authorisation; null where the provider sets no limit. */
  readonly maxCaptures: number | null;
  /** Most refunds; null where the provider sets no limit. */
  readonly maxRefunds: number | null;
  /**
   * What stands behind the authorisation: `money` is held (cards, wallets), `nothing` is held (direct
   * debit, invoice, prepayment, cash on delivery), or it already `moved` (online transfer).
   */
  readonly holds: 'money' | 'nothing' | 'moved';
  /** Whether a hold with nothing captured can be given back by a call. */
  readonly voidable: boolean;
  /** After a capture: `certain`, or `tried` (the provider may refuse it for good), or `none`. */
  readonly releaseAfterCapture: 'certain' | 'tried' | 'none';
  /** Whether a refund must name the capture that it gives back. */
  readonly refundAnchor: 'payment' | 'capture';
  /** When the same call may go out again after a lost answer (M10). */
  readonly resend: 'same-key' | 'same-key-once-absent' | 'once-absent' | 'never';
  /** Whether the provider's books can be read. */
  readonly query: 'none' | 'operations';
  /** PAYONE's sequence numbers (M4); null elsewhere. */
  readonly sequence: SequenceRule | null;
  /** What failures in a row lead to; null where the provider counts none. */
  readonly failures: FailureRule | null;
  /** A reference that has to be allocated before each first send and is never reused; null where calls need none. */
  readonly allocates: AllocationRule | null;
  /** Largest amount of one call in minor units; null where none is documented. */
  readonly maxAmount: number | null;
  readonly plans: readonly ('immediate' | 'collect')[];
  readonly timing: Timing;
}

export interface SequenceRule {
  /** Highest number that the provider takes. */
  readonly max: number;
  /** Whether the next call waits for the notice of the one before. */
  readonly gate: 'response' | 'notification';
  /** Whether a declined call uses its number up. */
  readonly declineUsesNumber: boolean;
}

/** Failed captures and failed refunds count separately; an approved one resets its count. */
export interface FailureRule {
  /** After so many only an operator's override sends another of the kind. */
  readonly brake: number;
  /** After so many the provider refuses everything until a person lifts its lock. */
  readonly lock: number;
  /** The decline code by which the provider says that it is locked. */
  readonly lockedCode: string;
}

export interface AllocationRule {
  /**
   * `terminal`: with a lease, since one operation at a time runs on the whole account, across payments.
   * `counter`: a number that only has to differ.
   */
  readonly from: 'terminal' | 'counter';
  /** Milliseconds that an unknown outcome keeps the lease; null: until it is settled or its payment is closed. */
  readonly blockFor: number | null;
}

/** All in milliseconds. */
export interface Timing {
  /** How long the hold is assumed to stand; null where nothing expires. */
  readonly validity: number | null;
  /** The default deadline is this long before the hold expires. */
  readonly margin: number;
  /** The warning is this long before the deadline. */
  readonly warnBefore: number;
  /** Held money whose expiry nobody confirmed lapses this long after `expiresAt`. */
  readonly lapseAfter: number;
  /** An abandoned redirect ends this long after it began. */
  readonly awaitUntil: number;
  /** Reads and waits before an unknown outcome takes attention. */
  readonly unknownAfter: number;
  /** A refused sequence number waits at most this long. */
  readonly gateAfter: number;
  /** Waits between repeats of an unknown or a busy call, in order; the last one repeats until `giveUpAfter`. */
  readonly repeats: readonly number[];
  /** No repeat goes out later than this after the outcome was lost, and no read by itself either. */
  readonly giveUpAfter: number;
  /** Reads that did not find an operation prove its absence only over at least so long (M10). */
  readonly absenceAfter: number;
  /** A repeat under an absence rule goes out no earlier than this after the loss: send window and HTTP time-out. */
  readonly resendAfter: number;
  readonly closeAfterCaptures: number;
  readonly closeAfterNone: number;
}
