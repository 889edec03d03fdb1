/** The books as the admin side shows them: plain JSON, amounts as integers of minor units. */

import type { Booking, Books, NoticeRecord, Process, RequestRecord } from './books.ts';
import { balanceOf, capturable } from './books.ts';

export interface ProcessPage {
  txid: string;
  userid: string;
  reference: string;
  request: string;
  origin: string;
  amount: number;
  currency: string;
  clearingtype: string;
  mode: string;
  state: string;
  waitsFor: string | null;
  closed: boolean;
  expired: number | null;
  preauthorised: number;
  captured: number;
  pending: number;
  capturable: number;
  refunded: number;
  claimed: number;
  chargedBack: number;
  receivable: number;
  balance: number;
  sequence: number;
  bookings: Booking[];
  requests: RequestRecord[];
  notifications: NoticeRecord[];
}

export interface BooksPage {
  processes: ProcessPage[];
  /** Every request in order, also those that belong to no process. */
  requests: RequestRecord[];
  notifications: NoticeRecord[];
}

function page(process: Process, requests: RequestRecord[], notifications: NoticeRecord[]): ProcessPage {
  const { txid, userid, reference, request, origin, amount, currency, clearingtype, mode, state, closed } =
    process;
  const { preauthorised, captured, pending, refunded, claimed, chargedBack, receivable, sequence } = process;
  return {
    txid,
    userid,
    reference,
    request,
    origin,
    amount,
    currency,
    clearingtype,
    mode,
    state,
    waitsFor: process.waitsFor ?? null,
    closed,
    expired: process.expired ?? null,
    preauthorised,
    captured,
    pending,
    capturable: process.closed || process.state !== 'open' ? 0 : capturable(process),
    refunded,
    claimed,
    chargedBack,
    receivable,
    balance: balanceOf(process),
    sequence,
    bookings: process.bookings,
    requests,
    notifications,
  };
}

/** One process, by txid or reference. */
export function processPage(books: Books, key: string): ProcessPage | undefined {
  const process = books.find(key);
  if (process === undefined) return undefined;
  const reference = process.reference.toLowerCase();
  return structuredClone(
    page(
      process,
      books.requests.filter(
        (one) => one.txid === process.txid || one.parameters['reference']?.toLowerCase() === reference,
      ),
      books.notices.filter((one) => one.txid === process.txid),
    ),
  );
}

/** Everything. Requests and notices stand once, beside the processes. */
export function booksPage(books: Books): BooksPage {
  return structuredClone({
    processes: [...books.processes.values()].map((process) => page(process, [], [])),
    requests: books.requests,
    notifications: books.notices,
  });
}
