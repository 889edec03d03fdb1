import type { ProviderCall } from '../payment/call.ts';
import type { Command } from '../payment/command.ts';
import type { Notice } from '../payment/notice.ts';
import type { CallResult } from '../payment/outcome.ts';

/**
 * What workflows may ask of activities. Types only: the workflow bundle sees nothing else of this room.
 * Each provider operation is an activity of its own, so that histories and metrics name what was done.
 */
export interface ProviderActivities {
  authorise(call: ProviderCall): Promise<CallResult>;
  capture(call: ProviderCall): Promise<CallResult>;
  release(call: ProviderCall): Promise<CallResult>;
  refund(call: ProviderCall): Promise<CallResult>;
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
