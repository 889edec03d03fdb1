/** The books as the admin side shows them: plain JSON, amounts as integers of minor units. */

import type { Books, NoticeRecord, Payment, RequestRecord, Transaction } from './books.ts';
import { openOf, stateOf } from './books.ts';
import { figuresOf } from './pages.ts';

export interface PaymentPage {
  id: string;
  number: number;
  instrument: string;
  origin: string;
  amount: number;
  currency: string;
  description: string;
  payeeReference: string;
  state: string;
  locked: boolean;
  failures: { Capture: number; Reversal: number };
  expired: string | null;
  authorised: number;
  captured: number;
  cancelled: number;
  reversed: number;
  /** What the hold still covers. */
  remaining: number;
  /** Of the transaction whose end is not known yet. */
  open: number;
  transactions: Transaction[];
  requests: RequestRecord[];
  notifications: NoticeRecord[];
}

export interface BooksPage {
  payments: PaymentPage[];
  /** Every request in order, also those that belong to no payment. */
  requests: RequestRecord[];
  notifications: NoticeRecord[];
}

function page(payment: Payment, requests: RequestRecord[], notifications: NoticeRecord[]): PaymentPage {
  const { id, number, instrument, origin, amount, currency, description, payeeReference, locked, failures } =
    payment;
  const { authorised = 0, captured = 0, cancelled = 0, reversed = 0, remaining = 0 } = figuresOf(payment);
  return {
    id,
    number,
    instrument,
    origin,
    amount,
    currency,
    description,
    payeeReference,
    state: stateOf(payment),
    locked,
    failures,
    expired: payment.expired ?? null,
    authorised,
    captured,
    cancelled,
    reversed,
    remaining,
    open: openOf(payment)?.amount ?? 0,
    transactions: payment.transactions,
    requests,
    notifications,
  };
}

/** One payment, by id, by the last part of it, or by its reference. */
export function paymentBook(books: Books, key: string): PaymentPage | undefined {
  const payment = books.find(key);
  if (payment === undefined) return undefined;
  return structuredClone(
    page(
      payment,
      books.requests.filter((one) => one.payment === payment.id),
      books.notices.filter((one) => one.payment === payment.id),
    ),
  );
}

/** Everything. Requests and callbacks stand once, beside the payments. */
export function booksPage(books: Books): BooksPage {
  return structuredClone({
    payments: [...books.payments.values()].map((payment) => page(payment, [], [])),
    requests: books.requests,
    notifications: books.notices,
  });
}
