/** The books as the admin side shows them: plain JSON, amounts as integers of minor units. */

import type { RequestRecord } from '../twin/request-log.ts';
import type { Books, NoticeRecord, Operation, Order } from './books.ts';
import { capturable, captured, has, refunded } from './books.ts';

export interface OrderPage {
  order_id: string;
  currency: string;
  /** Asked for by the authorisation. */
  amount: number;
  /** 0 unless the authorisation succeeded. */
  authorised: number;
  captured: number;
  capturable: number;
  voided: boolean;
  refunded: number;
  /** What the capture or the void gave back to the cardholder. */
  released: number;
  operations: Operation[];
  requests: RequestRecord[];
  notifications: NoticeRecord[];
}

export interface BooksPage {
  orders: OrderPage[];
  /** Every request in order, also those that belong to no order. */
  requests: RequestRecord[];
  notifications: NoticeRecord[];
}

function page(order: Order, requests: RequestRecord[], notifications: NoticeRecord[]): OrderPage {
  const authorised = has(order, 'auth', 'success') ? order.amount : 0;
  const taken = captured(order);
  const voided = has(order, 'void', 'success');
  return {
    order_id: order.order_id,
    currency: order.currency,
    amount: order.amount,
    authorised,
    captured: taken,
    capturable: capturable(order),
    voided,
    refunded: refunded(order),
    released: voided ? authorised : has(order, 'capture', 'success') ? authorised - taken : 0,
    operations: order.operations,
    requests,
    notifications,
  };
}

export function orderPage(books: Books, order: Order): OrderPage {
  const own = order.order_id;
  return structuredClone(
    page(
      order,
      books.log.records.filter(({ key }) => key === own),
      books.notices.filter(({ order_id }) => order_id === own),
    ),
  );
}

/** Everything. Requests and notices stand once, beside the orders. */
export function booksPage(books: Books): BooksPage {
  return structuredClone({
    orders: [...books.orders.values()].map((order) => page(order, [], [])),
    requests: books.log.records,
    notifications: books.notices,
  });
}
