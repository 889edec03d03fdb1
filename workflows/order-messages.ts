/** What is said to a fulfilment workflow. Ids are the caller's; the same id twice is the same wish. */
import { defineQuery, defineUpdate } from '@temporalio/workflow';
import type { Item } from '../payment/split.ts';
import type { OrderBook } from './order-book.ts';

export interface Ship {
  /** Also the id of the capture that pays for it. */
  readonly shipment: string;
  readonly items: readonly Item[];
}

export interface ReturnLine {
  /** Also the id of the refund. */
  readonly id: string;
  readonly shipment: string;
  readonly line: string;
  readonly quantity: number;
}

export interface CaptureAgain {
  readonly shipment: string;
  /** The id of the new capture. */
  readonly id: string;
}

export interface OrderState {
  readonly order: string;
  /** `authorizing` and `refused` concern the payment as a whole; `complete` may still see returns. */
  readonly status: 'authorizing' | 'open' | 'complete' | 'refused';
  readonly authorization: { readonly state: string; readonly reason: string | null };
  readonly book: OrderBook;
}

export const shipItems = defineUpdate<OrderState, [Ship]>('ship');
export const cancelLine = defineUpdate<OrderState, [Item]>('cancelLine');
export const returnLine = defineUpdate<OrderState, [ReturnLine]>('returnLine');
/** Tries a capture that was declined or not performed once more. */
export const captureAgain = defineUpdate<OrderState, [CaptureAgain]>('captureAgain');
/** Gives such a capture up; its share goes with the rest. */
export const forgoShipment = defineUpdate<OrderState, [string]>('forgoShipment');
export const readProgress = defineQuery<OrderState>('progress');
