/** The books as the admin side shows them: plain JSON, amounts as integers of minor units, no card. */

import type { RequestRecord } from '../twin/request-log.ts';
import type { Books, Hold, Transaction } from './books.ts';
import { captured, ofType, refunded, voided } from './books.ts';

export interface HoldPage {
  /** The id of the authorisation. */
  transactionId: string;
  currency: string;
  authorised: number;
  captured: number;
  capturable: number;
  voided: boolean;
  expired: boolean;
  refunded: number;
  /** What the capture or the void gave back to the cardholder. */
  released: number;
  transactions: Transaction[];
  requests: RequestRecord[];
}

export interface BooksPage {
  holds: HoldPage[];
  /** Every request in order, also those that belong to no hold. */
  requests: RequestRecord[];
}

function page(hold: Hold, requests: RequestRecord[]): HoldPage {
  const isCaptured = ofType(hold, 'CAPTURE').length > 0;
  const isVoided = voided(hold);
  return {
    transactionId: hold.id,
    currency: hold.currency,
    authorised: hold.amount,
    captured: captured(hold),
    capturable: isCaptured || isVoided || hold.expired ? 0 : hold.amount,
    voided: isVoided,
    expired: hold.expired,
    refunded: refunded(hold),
    released: isVoided ? hold.amount : isCaptured ? hold.amount - captured(hold) : 0,
    transactions: hold.transactions,
    requests,
  };
}

export function holdPage(books: Books, hold: Hold): HoldPage {
  const ids = new Set(hold.transactions.map(({ id }) => id));
  return structuredClone(
    page(
      hold,
      books.log.records.filter(({ key }) => key !== null && ids.has(key)),
    ),
  );
}

/** Everything. Requests stand once, beside the holds. */
export function booksPage(books: Books): BooksPage {
  return structuredClone({
    holds: [...books.holds.values()].map((hold) => page(hold, [])),
    requests: books.log.records,
  });
}
