/** What every request stands on: settings, books, notices, and the timers of pending operations. */

import type { NoticeFault } from '../twin/faults.ts';
import { Timers } from '../twin/timers.ts';
import type { Method, Operation, Order, Status } from './books.ts';
import { Books, stamp } from './books.ts';
import { Notifications } from './notifications.ts';
import type { Settings } from './options.ts';

/** A successful auth is 1002, everything else 1000 (provider notes 3.5); the codes of the others are a choice. */
const words = (method: Method, status: Status): readonly [code: string, description: string] => {
  switch (status) {
    case 'success':
      return method === 'auth'
        ? ['1002', 'Authorization is successful.']
        : ['1000', 'Transaction is successful.'];
    case 'failure':
      return ['2003', 'Transaction was declined.'];
    case 'pending':
    case 'init':
      return ['1001', 'Transaction is in progress.'];
  }
};

export interface Booking {
  readonly method: Method;
  readonly amount: number;
  readonly status: Status;
  readonly origin: Operation['origin'];
  readonly mode?: string;
  readonly comment?: string | null;
  readonly serverUrl?: string | undefined;
}

export class Platform {
  readonly settings: Settings;
  readonly books: Books;
  readonly notifications: Notifications;
  /** Base address of the server, for pages; set once it listens. */
  url = '';
  readonly #timers = new Timers();

  constructor(settings: Settings) {
    this.settings = settings;
    this.books = new Books(settings);
    this.notifications = new Notifications(settings, this.books);
  }

  open(orderId: string, currency: string, amount: number): Order {
    const order: Order = {
      order_id: orderId,
      payment_id: this.books.uuid(),
      currency,
      amount,
      operations: [],
    };
    this.books.add(order);
    return order;
  }

  /** Enters an operation and announces it. */
  book(order: Order, booking: Booking, fault?: NoticeFault): Operation {
    const [status_code, status_description] = words(booking.method, booking.status);
    const at = stamp();
    const operation: Operation = {
      operation_id: this.books.uuid(),
      payment_id: order.payment_id,
      transaction_id: this.books.uuid(),
      order_id: order.order_id,
      mode: booking.mode ?? 'direct',
      method: booking.method,
      amount: booking.amount,
      currency: order.currency,
      status: booking.status,
      status_code,
      status_description,
      comment: booking.comment ?? null,
      created_at: at,
      processing_time: at,
      origin: booking.origin,
      serverUrl: booking.serverUrl,
    };
    order.operations.push(operation);
    this.notifications.announce(operation, fault);
    return operation;
  }

  /** Ends what is pending. @returns false when it is not */
  settle(operation: Operation, outcome: 'success' | 'failure'): boolean {
    if (operation.status !== 'pending' && operation.status !== 'init') return false;
    const [code, description] = words(operation.method, outcome);
    operation.status = outcome;
    operation.status_code = code;
    operation.status_description = description;
    operation.processing_time = stamp();
    this.notifications.announce(operation);
    return true;
  }

  /** Runs the second half of a scripted operation after `settleMs`. */
  afterwards(action: () => void): void {
    this.#timers.after(this.settings.settleMs, action);
  }

  close(): void {
    this.#timers.clear();
    this.notifications.close();
  }
}
