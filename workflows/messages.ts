/** What is said to the workflows, by name. The edges, the activities and the tests use these definitions too. */
import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { CoreState } from '../machines/core-state.ts';
import type { AnyOperationView, PaymentView } from '../machines/view.ts';
import type { Command } from '../payment/command.ts';
import type { HoldReference } from '../payment/hold.ts';
import type { LedgerEntry } from '../payment/ledger.ts';
import type { Notice } from '../payment/notice.ts';
import type { OperationKind, OperationState } from '../payment/operation.ts';
import type { Decline } from '../payment/outcome.ts';
import type { Explanation } from '../payment/rule.ts';

/** Who speaks: a caller's system (a shop, an order workflow), or an operator. */
export type Role = 'caller' | 'operator';

/** The argument of every command update. Its update id is `<command.type>/<command.id>`. */
export interface CommandRequest {
  readonly command: Command;
  /** SHA-256 of the command as canonical JSON, 64 hex digits. */
  readonly hash: string;
  /** Name of the caller or operator. */
  readonly by: string;
  readonly role: Role;
  /** Names this one asking. The receipt repeats it: another one there is the answer to an earlier asking. */
  readonly request: string;
}

/** The argument of `create`, the update that goes with the start. */
export interface CreateRequest {
  /** SHA-256 of the create body as canonical JSON, 64 hex digits. */
  readonly hash: string;
  readonly request: string;
}

/**
 * The answer to a command: its operation as it stood then. Of one size whatever the payment went through, so that
 * the k-th capture costs no more history than the first. Amounts are minor units of the payment's currency.
 */
export interface Receipt {
  /** `authorization`, the id of a capture, release or refund, or null where the command made none. */
  readonly operation: string | null;
  readonly kind: OperationKind | null;
  readonly state: OperationState | null;
  readonly amount: number | null;
  readonly booked: number | null;
  readonly final: boolean | null;
  readonly frees: number | null;
  readonly sequenceNumber: number | null;
  readonly decline: Decline | null;
  readonly reason: string | null;
  /** RFC 3339: when the operation was accepted. */
  readonly at: string | null;
  /** The hash that the command's id is bound to. */
  readonly hash: string;
  readonly request: string;
}

export interface HoldFacts {
  readonly account: string;
  readonly currency: string;
  /** Null while nothing is authorised. */
  readonly hold: HoldReference | null;
}

/** What a payment workflow returns when it is closed; repeated creates and reads are answered from it. */
export interface PaymentResult {
  readonly receipt: Receipt;
  readonly view: PaymentView;
}

/** An end that came after the answer, or that changed; sent to the order's workflow. */
export interface OperationEnded {
  readonly payment: string;
  readonly operation: string;
  readonly state: string;
  /** Minor units. */
  readonly booked: number | null;
}

/** What a payment asks of `terminal/<account>` or `counter/<account>`; payment and number name the asking. */
export interface AllocationRequest {
  readonly payment: string;
  readonly operation: string;
  /** The payment's own number of this asking; a later asking of the same payment has a higher one. */
  readonly number: number;
  /** Milliseconds that an unknown outcome keeps a terminal's lease; null: until it is settled or its payment has ended. */
  readonly blockFor: number | null;
}

/** A payment gives its lease back (`done`), or says that it cannot yet, since nobody knows the outcome (`unknown`). */
export interface LeaseWord {
  readonly payment: string;
  readonly number: number;
  readonly how: 'done' | 'unknown';
}

/** A payment has to wait: its turn has not come, or an unknown outcome of another one blocks the terminal. */
export interface QueuedWord {
  readonly number: number;
  readonly blockedBy: null | { readonly payment: string; readonly operation: string };
}

/** The reference that a payment asked for; said again, it is the same one. */
export interface AllocatedWord {
  readonly number: number;
  readonly reference: string;
}

/** A person frees a terminal, having looked at it: the lease with this reference is over. */
export interface Unblocking {
  readonly reference: string;
  /** Name of the operator. */
  readonly by: string;
  /** What shows that the terminal has finished; 1 to 2000 characters. */
  readonly evidence: string;
}

/** Instants are RFC 3339. */
export interface TerminalView {
  readonly account: string;
  /** The last `requestId` that was given out; 0 before the first. */
  readonly counter: number;
  readonly holder: null | {
    readonly payment: string;
    readonly operation: string;
    readonly number: number;
    readonly reference: string;
    readonly since: string;
  };
  /** In order of their turn. */
  readonly queue: readonly {
    readonly payment: string;
    readonly operation: string;
    readonly number: number;
  }[];
  /** The unknown outcome that keeps the terminal from everybody; `until` is null where only a person or its payment ends it. */
  readonly block: null | {
    readonly payment: string;
    readonly operation: string;
    readonly since: string;
    readonly until: string | null;
  };
}

/** The id under which `create` is bound beside the caller's command ids; no caller's id has a slash. */
export const CREATE_ID = 'create/';

export const create = defineUpdate<Receipt, [CreateRequest]>('create');

/** The updates of a payment, by the type of their command. */
export const commands = {
  capture: defineUpdate<Receipt, [CommandRequest]>('capture'),
  release: defineUpdate<Receipt, [CommandRequest]>('release'),
  refund: defineUpdate<Receipt, [CommandRequest]>('refund'),
  withdraw: defineUpdate<Receipt, [CommandRequest]>('withdraw'),
  reschedule: defineUpdate<Receipt, [CommandRequest]>('reschedule'),
  resolve: defineUpdate<Receipt, [CommandRequest]>('resolve'),
} as const;

export const notice = defineSignal<[Notice]>('notice');
/** Asks a payment to look at itself; one that finds nothing to do writes nothing. */
export const poke = defineSignal('poke');
/** Another open payment stands on the same hold: both freeze until a person has looked. */
export const holdShared = defineSignal<[{ readonly payment: string }]>('holdShared');
export const queued = defineSignal<[QueuedWord]>('queued');
export const allocated = defineSignal<[AllocatedWord]>('allocated');
export const operationEnded = defineSignal<[OperationEnded]>('operationEnded');

export const readPayment = defineQuery<PaymentView>('payment');
export const readOperation = defineQuery<AnyOperationView | null, [string]>('operation');
/** The receipt of a command by its id (`create/` for the authorisation) as its operation stands now, or null. */
export const readReceipt = defineQuery<Receipt | null, [string]>('receipt');
/** What a command's details are checked against at the edge; it does not change once the hold is there. */
export const readHold = defineQuery<HoldFacts>('hold');
export const readLedger = defineQuery<readonly LedgerEntry[]>('ledger');
/** The driver's whole state, for the audit and for tests. */
export const readCore = defineQuery<CoreState>('core');
export const explainCommand = defineQuery<Explanation, [Command]>('explain');

/** Asked of `terminal/<account>` and `counter/<account>`. */
export const allocate = defineSignal<[AllocationRequest]>('allocate');
export const lease = defineSignal<[LeaseWord]>('lease');
/** True where the lease was held and is over now; false where it had ended before. */
export const unblock = defineUpdate<boolean, [Unblocking]>('unblock');
export const readTerminal = defineQuery<TerminalView>('terminal');
/** The last number that was given out. */
export const readCounter = defineQuery<number>('counter');
