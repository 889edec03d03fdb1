import type { AuthorizationRequest, CaptureDetails, RefundDetails } from '../payment/call.ts';
import type { HoldReference } from '../payment/hold.ts';
import type { Capabilities } from '../payment/capability.ts';
import type { Line } from '../payment/line.ts';
import type { LedgerEntry } from '../payment/ledger.ts';
import type { Notice } from '../payment/notice.ts';
import type { Plan } from '../payment/plan.ts';
import type { Status } from '../payment/status.ts';
import type { PaymentState } from './payment-state.ts';

/** What is known of a payment when it is created; the workflow's input beside what it carries over. */
export interface PaymentFacts {
  readonly id: string;
  readonly account: string;
  readonly provider: string;
  /** Minor units asked for, or held now when adopting. */
  readonly amount: number;
  readonly currency: string;
  readonly capabilities: Capabilities;
  readonly plan: Plan;
  readonly authorization:
    | {
        readonly adopt: {
          readonly reference: HoldReference;
          readonly authorizedAt?: string;
          readonly expiresAt?: string;
          /** Who says so. @default the caller */
          readonly expiresBy?: 'provider';
        };
      }
    | { readonly request: AuthorizationRequest };
  readonly order?: { readonly reference: string; readonly lines?: readonly Line[] };
  readonly metadata?: Readonly<Record<string, string>>;
  /** Workflow that is told of outcomes which come after the answer. */
  readonly orderWorkflow?: string;
  /** Our own reference of the authorisation at the provider, derived from account and payment. */
  readonly reference: string;
  /** What notices name an adopted hold by (PAYONE: the txid); absent until the provider answered. */
  readonly holdKey?: string;
  /** SHA-256 of the validated create body. */
  readonly hash: string;
  readonly by: string;
}

/** The body of an operation that may still have to be sent. */
export type Details =
  | { readonly kind: 'authorization'; readonly request: AuthorizationRequest }
  | { readonly kind: 'capture'; readonly details: CaptureDetails }
  | { readonly kind: 'release'; readonly details: { readonly reason?: string } }
  | { readonly kind: 'refund'; readonly details: RefundDetails };

export type TimerName = 'clock' | 'await' | 'repeat' | 'unknown' | 'gate' | 'close' | 'read' | 'allocate';

/** An open outcome that the provider's books are asked for; instants in milliseconds since the epoch. */
export interface Looking {
  readonly operation: string;
  /** Since when it is open. */
  readonly since: number;
  readonly reads: number;
  /** Reads in a row that did not find it while it was offered, and since when. */
  readonly absent: number;
  readonly absentSince: number | null;
  /** What they said remains of the hold, minor units; null where they did not say. */
  readonly remaining: number | null;
  /** The last read failed, or none was answered yet. */
  readonly failed: boolean;
}

/** A reference that is being allocated for the next send, or the lease of the terminal that came with it. */
export interface Allocation {
  readonly number: number;
  readonly operation: string;
  readonly reference: string | null;
  readonly phase: 'asked' | 'granted' | 'sent' | 'unknown';
  /** It was told to wait. */
  readonly queued: boolean;
}

/** What search attributes were last written, so that they are upserted only when they change class. */
export interface Indexed {
  readonly status: Status;
  readonly attention: string | null;
  readonly hold: string | null;
  readonly deadline: string | null;
}

/** The driver of one payment, plain JSON. Everything that a crash must not lose is here. */
export interface CoreState {
  /** The payment machine's snapshot: its state value is the status, its context the facts. */
  readonly machine: { readonly value: Status | 'closed'; readonly context: PaymentState };
  readonly facts: PaymentFacts;
  readonly ledger: readonly LedgerEntry[];
  /** The one call that runs at the provider now, or null. */
  readonly running: null | { readonly number: number; readonly operation: string };
  /** Calls made so far; numbers them. */
  readonly calls: number;
  /** Size of the lines that the ledger keeps, as characters of JSON. */
  readonly lineBytes: number;
  /** Bodies of operations that are not ended, by id. */
  readonly bodies: Readonly<Record<string, Details>>;
  /** The operation whose outcome was lost or which waits for its number, and how often it went out. */
  readonly repeating: null | {
    readonly operation: string;
    readonly reason: 'unknown' | 'busy' | 'gate' | 'paused';
    /** Milliseconds since the epoch. */
    readonly since: number;
    readonly repeats: number;
  };
  /** Milliseconds since the epoch, by timer. */
  readonly timers: Readonly<Partial<Record<TimerName, number>>>;
  /** Commands whose callers wait, with their operation. */
  readonly waiting: readonly { readonly command: string; readonly operation: string }[];
  /** Every id that is bound, with the hash of its body and what it made. */
  readonly bound: Readonly<Record<string, { readonly hash: string; readonly operation: string | null }>>;
  /** Identities of notices that were taken in. */
  readonly seen: readonly string[];
  /** The deadline is reached and the plan has not acted yet, because something is in flight. */
  readonly deadlineDue: boolean;
  /** Claims that stood at the provider before we came, minor units; null where an adopted hold had captures of unknown amount. */
  readonly claimsBefore: number | null;
  /** What the provider last said is owed by the customer, minor units. */
  readonly balance: number;
  /** Highest sequence number that a notice confirmed; opens the gate of `sequenceGate: "notification"`. */
  readonly confirmed: number;
  /**
   * An answer (`notice` null) or a notice that names our number and another amount than we asked, minor units: a
   * second source that says the same settles it, else a person.
   */
  readonly disputed: null | {
    readonly operation: string;
    readonly sequenceNumber: number;
    readonly amount: number;
    readonly notice: string | null;
  };
  /** Notices that mean something only once the authorisation, or a lower number, is settled. */
  readonly deferred: readonly Notice[];
  /** Operations whose caller was answered before they ended; the order side is owed their end. */
  readonly owed: readonly string[];
  readonly looking: Looking | null;
  /** The read that runs now. */
  readonly reading: null | { readonly number: number; readonly operation: string };
  /** A read is due as soon as nothing else runs. */
  readonly wantsRead: boolean;
  /** Milliseconds since the epoch: the last read, the last poke that was heard, the last read because the hold should have ended. */
  readonly lastRead: number | null;
  readonly pokedAt: number | null;
  readonly expiryAsked: number | null;
  /**
   * What the books last said remains where it is not what is held, minor units. Books may lag, so it counts only once it
   * has stood for `absenceAfter`; then a person is told, once.
   */
  readonly difference: null | {
    readonly held: number;
    readonly remaining: number;
    readonly since: number;
    readonly reads: number;
    readonly told: boolean;
  };
  readonly allocation: Allocation | null;
  /** The planned operation of which it was told that the hold ended before it went out. */
  readonly toldStuck: string | null;
  readonly indexed: Indexed | null;
  /** Since when the payment is settled without attention, milliseconds; null while it is not. */
  readonly quietSince: number | null;
}
