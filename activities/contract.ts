import type { AllocationRule } from '../payment/capability.ts';
import type { EntryType } from '../payment/ledger.ts';
import type { Money } from '../payment/money.ts';
import type { OperationKind, OperationState, ReleaseKind } from '../payment/operation.ts';
import type { ProviderCall } from '../payment/call.ts';
import type { Command } from '../payment/command.ts';
import type { Notice } from '../payment/notice.ts';
import type { CallResult, Decline } from '../payment/outcome.ts';
import type { Plan } from '../payment/plan.ts';
import type { ReadCall, ReadResult } from '../payment/read.ts';
import type { Status } from '../payment/status.ts';

/**
 * What workflows may ask of activities. Types only: the workflow bundle sees nothing else of this room.
 * Each provider operation is an activity of its own, so that histories and metrics name what was done.
 */
export interface ProviderActivities {
  authorise(call: ProviderCall): Promise<CallResult>;
  capture(call: ProviderCall): Promise<CallResult>;
  release(call: ProviderCall): Promise<CallResult>;
  refund(call: ProviderCall): Promise<CallResult>;
  read(call: ReadCall): Promise<ReadResult>;
}

/** What a payment asks before it may send: a reference that is never reused, from the workflow that owns the counter. */
export interface AllocationActivities {
  /** Signals-with-start `terminal/<account>` or `counter/<account>`; safe to repeat, since payment and number name the asking. */
  askAllocation(ask: AllocationAsk): Promise<void>;
  /** Whether a payment's workflow still runs; false where it has ended or there is none. */
  paymentStands(payment: string): Promise<boolean>;
}

export interface AllocationAsk {
  readonly account: string;
  readonly payment: string;
  readonly operation: string;
  /** The payment's own number of this asking. */
  readonly number: number;
  readonly rule: AllocationRule;
}

/** What the order side asks of a payment, through an activity that sends the update with the command's id. */
export interface CommandActivities {
  createPayment(input: CreatePayment): Promise<CommandAnswer>;
  commandPayment(input: CommandPayment): Promise<CommandAnswer>;
}

export interface CreatePayment {
  readonly payment: string;
  /** The body of POST /v1/payments without its id. */
  readonly body: Readonly<Record<string, unknown>>;
  /** The workflow that is told of outcomes which come after the answer. */
  readonly orderWorkflow?: string;
}

export interface CommandPayment {
  readonly payment: string;
  readonly command: Command;
}

export type CommandAnswer =
  | {
      readonly accepted: true;
      readonly operation: string;
      readonly state: string;
      readonly booked: number | null;
      readonly reason?: string;
      /** Creations: how the payment sends captures. */
      readonly captures?: 'immediate' | 'collect';
    }
  | {
      readonly accepted: false;
      readonly code: string;
      readonly rule: string | null;
      readonly message: string;
    };

/** What the inbox asks: find the payment that a notice belongs to and hand it over. */
export interface NoticeActivities {
  deliverNotice(input: DeliverNotice): Promise<Delivery>;
  /** A notice of a payment that has ended goes to the account's inbox, for a person; safe to repeat. */
  keepNotice(input: DeliverNotice): Promise<void>;
}

export interface DeliverNotice {
  readonly account: string;
  readonly notice: Notice;
}

/** `closed`: the payment is known and takes no notices any more. */
export type Delivery = 'delivered' | 'no-payment' | 'closed';

/** What an order workflow tells the shop's own systems; an optional activity of the user's, which may run twice. */
export interface OrderActivities {
  orderChanged(change: OrderChange): Promise<void>;
}

export interface OrderChange {
  readonly order: string;
  readonly operation: string;
  readonly kind: 'authorization' | 'capture' | 'release' | 'refund';
  readonly state: string;
  /** Minor units. */
  readonly booked: number | null;
  readonly reason: string | null;
}

/** What the sweep asks: of the open payments one page at a time, so that each step is small and may be repeated. */
export interface SweepActivities {
  /** The newest sweep that came to its end; null where the namespace keeps none. */
  lastSweep(): Promise<SweepResult | null>;
  /** Pokes those of a page of overdue payments whose turn it is. */
  pokeOverdue(ask: SweepAsk): Promise<PokedPage>;
  /** Looks at a page of new payments for holds that others stand on too, and freezes all of them. */
  freezeShared(ask: SweepAsk): Promise<SharedPage>;
  /** Payments that did not end by their own rules. */
  listBroken(): Promise<BrokenPayments>;
}

export interface SweepAsk {
  /** The end of the sweep before, milliseconds since the epoch. */
  readonly since: number;
  /** The start of this one. */
  readonly until: number;
  /** A payment has one turn in so many milliseconds. */
  readonly period: number;
  /** What the page before gave; null for the first. */
  readonly cursor: string | null;
}

export interface PokedPage {
  readonly looked: number;
  readonly poked: number;
  readonly next: string | null;
}

export interface SharedPage {
  readonly shared: readonly SharedHold[];
  readonly next: string | null;
}

export interface SharedHold {
  readonly hold: string;
  /** Ids of open payments. */
  readonly payments: readonly string[];
}

/** `reset`: it was terminated so that another run could go on from an earlier point. */
export interface BrokenPayment {
  readonly payment: string;
  readonly how: 'terminated' | 'reset' | 'failed' | 'timed-out' | 'canceled';
}

export interface BrokenPayments {
  readonly count: number;
  /** The newest of them. */
  readonly payments: readonly BrokenPayment[];
}

/** What a sweep did. Instants are RFC 3339, UTC. */
export interface SweepResult {
  readonly since: string;
  /** The next sweep begins here. */
  readonly until: string;
  /** Open payments that should have moved. */
  readonly looked: number;
  readonly poked: number;
  readonly shared: readonly SharedHold[];
  readonly terminated: BrokenPayments;
  /** False where there were more pages than a sweep reads. */
  readonly complete: boolean;
}

/** What a payment asks so that the merchant hears of it, and what the workflow that delivers asks. */
export interface WebhookActivities {
  /** Hands events to `webhook/<payment>`; safe to repeat, since payment and entry name an event. */
  tellWebhooks(news: WebhookNews): Promise<void>;
  /**
   * One POST for each event, in their order, until one does not arrive.
   *
   * @returns how many arrived, at least one. Where the first does not, what it throws says whether and when it is tried
   *   again.
   */
  deliverWebhook(delivery: WebhookDelivery): Promise<number>;
}

export interface WebhookNews {
  readonly payment: string;
  readonly account: string;
  /** In the order of the ledger. */
  readonly events: readonly WebhookEvent[];
}

export interface WebhookDelivery {
  readonly payment: string;
  readonly endpoint: string;
  /** At least one. */
  readonly events: readonly WebhookEvent[];
  /** The event before was given up: the first has one try. */
  readonly once: boolean;
}

/** The body of a webhook as the merchant gets it: one entry of the ledger. Amounts are Money, instants RFC 3339. */
export interface WebhookEvent {
  readonly type: EntryType | 'webhook.test';
  /** When it happened. */
  readonly timestamp: string;
  readonly data: {
    /** Number of the ledger's entry; a receiver that wants the order keeps the highest. 0 for a test. */
    readonly entry: number;
    /** As it stood after the entry. */
    readonly payment: WebhookPayment;
    /** Null where the payment as a whole is meant. */
    readonly operation: WebhookOperation | null;
    /** The rule that allowed or decided it. */
    readonly rule: string;
    readonly by: { readonly kind: string; readonly via: string };
    /** Lapses and chargebacks: how much. */
    readonly amount?: Money;
    readonly attention?: { readonly code: string; readonly message?: string };
    readonly plan?: Plan;
  };
}

export interface WebhookPayment {
  readonly id: string;
  readonly account: string;
  readonly provider: string;
  readonly status: Status;
  readonly order: { readonly reference: string } | null;
  readonly amounts: Readonly<
    Record<
      | 'authorized'
      | 'held'
      | 'captured'
      | 'reserved'
      | 'released'
      | 'lapsed'
      | 'refunded'
      | 'refunding'
      | 'chargedBack',
      Money
    >
  >;
}

export interface WebhookOperation {
  readonly id: string;
  readonly type: OperationKind;
  /** As this entry left it. */
  readonly state: OperationState;
  /** Asked. */
  readonly amount: Money;
  readonly booked?: Money;
  readonly origin: 'engine' | 'observed';
  readonly providerReference?: string;
  readonly decline?: Decline;
  readonly reason?: string;
  readonly final?: boolean;
  readonly frees?: Money;
  readonly sequenceNumber?: number;
  readonly kind?: ReleaseKind;
  readonly capture?: string;
  readonly sentWith?: string;
  readonly redirectUrl?: string;
  readonly authorizedAt?: string;
  readonly expiresAt?: string;
  readonly expiresBy?: string;
}

/** What the archive asks: of the runs that ended one page at a time, so that each step is small and may be repeated. */
export interface ArchiveActivities {
  /**
   * Where to begin; fails where the archive does not answer, or does not hold any more what the last turn left (`ArchiveCutOff`).
   *
   * @param accepts - the head of the last turn, where a person gives up what followed an older backup.
   */
  beginArchiving(now: number, accepts?: string): Promise<ArchiveSpan>;
  /** Tries again what could not be kept before. */
  retryMissing(): Promise<ArchivedPage>;
  /** Keeps what a page of ended runs has that the archive lacks. */
  archivePage(ask: ArchiveAsk): Promise<ArchivedPage>;
  /** Notes that everything up to here is kept, or known to be missing. */
  endArchiving(span: ArchiveSpan): Promise<ArchiveStand>;
}

/** Milliseconds since the epoch. */
export interface ArchiveSpan {
  readonly since: number;
  readonly until: number;
  /** Whether it begins with the first run that visibility still shows. */
  readonly whole: boolean;
  /** The head of the turn before, where it is not in the chain any more and a person took that. */
  readonly accepted?: string;
}

export interface ArchiveAsk extends ArchiveSpan {
  /** What the page before gave; null for the first. */
  readonly cursor: string | null;
}

export interface ArchivedPage {
  readonly looked: number;
  readonly stored: number;
  /** Runs that could not be kept now. */
  readonly missing: number;
  readonly next: string | null;
}

/** How an archive stands. Instants are RFC 3339, UTC. */
export interface ArchiveStand {
  /** The last entry of its chain, as `<number>:<hash>`: a second witness to what it held. */
  readonly head: string;
  /** Which archive, for machines that have one each. Absent in turns of older workers. */
  readonly place?: string;
  /** Runs that ended and could not be kept, and when the first of them ended. */
  readonly missing: { readonly count: number; readonly oldest: string | null };
  /**
   * How long Temporal keeps what is missing, milliseconds: the shortest retention that the namespace has had since something
   * was, as a longer one holds only for runs that end later. Absent in turns of older workers.
   */
  readonly retention?: number;
}

/** What one turn of the archive did. */
export interface ArchiveResult extends ArchiveStand {
  /** All runs that ended before are kept, but for the missing ones. */
  readonly until: string;
  readonly looked: number;
  readonly stored: number;
}
