import type { CaptureCommand } from '../../payment/command.ts';
import type { CreateBody } from '../../temporal/create-body.ts';

/** The kinds of request of the mix. */
export const KINDS = ['create', 'capture', 'read'] as const;
export type Kind = (typeof KINDS)[number];

/** What became of one request. */
export type Reply =
  /** It was taken in; `state` of the payment or of the capture, and of a payment what is captured, in minor units. */
  | { readonly kind: 'done'; readonly state: string; readonly captured?: number }
  /** It may come again with the same id after so many milliseconds: the limit of one payment was reached. */
  | { readonly kind: 'later'; readonly after: number }
  /** Nobody answered, or nobody knows: it comes again with the same id. */
  | { readonly kind: 'lost'; readonly why: string }
  /** Refused for good, which the mix never gives a reason for. */
  | { readonly kind: 'refused'; readonly why: string };

/** A way to ask for something once. Nothing is repeated here. */
export interface Driver {
  create(body: CreateBody): Promise<Reply>;
  capture(payment: string, command: CaptureCommand): Promise<Reply>;
  read(payment: string): Promise<Reply>;
}
