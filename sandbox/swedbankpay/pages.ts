/** The resources as the platform shows them (seed 004; the documents of the payment resource). Zero amounts are left out. */

import type { Payment, Transaction, TransactionType } from './books.ts';
import { heldOf, keptOf, stateOf, sumOf } from './books.ts';
import type { Movement, Platform } from './platform.ts';
import { awaitsPayer, offers } from './platform.ts';

/** How each type is named alone and in lists. */
export const NAMES: Readonly<Record<TransactionType, { readonly one: string; readonly many: string }>> = {
  Authorization: { one: 'authorization', many: 'authorizations' },
  Capture: { one: 'capture', many: 'captures' },
  Cancellation: { one: 'cancellation', many: 'cancellations' },
  Reversal: { one: 'reversal', many: 'reversals' },
};

/** An instant with seven decimals (provider notes B2). */
const instant = (text: string): string => text.replace(/Z$/, '0000Z');

export function transactionPage(payment: Payment, transaction: Transaction): Record<string, unknown> {
  const { id, number, type, amount, vatAmount, description, payeeReference, problem } = transaction;
  return {
    id: `${payment.id}/transactions/${id}`,
    created: instant(transaction.created),
    updated: instant(transaction.updated),
    type,
    state: transaction.shownAs ?? transaction.state,
    number,
    amount,
    vatAmount,
    description,
    payeeReference,
    ...(problem === undefined ? {} : { failedReason: problem.title, problem }),
    isOperational: false,
    operations: [],
  };
}

const item = (payment: Payment, transaction: Transaction): Record<string, unknown> => ({
  id: `${payment.id}/${NAMES[transaction.type].many}/${transaction.id}`,
  transaction: transactionPage(payment, transaction),
});

/** One transaction by its kind: `{ payment, capture: { id, transaction } }`. */
export const singlePage = (payment: Payment, transaction: Transaction): Record<string, unknown> => ({
  payment: payment.id,
  [NAMES[transaction.type].one]: item(payment, transaction),
});

/** `{ payment, captures: { id, captureList: [] } }`. */
export function listPage(payment: Payment, type: TransactionType): Record<string, unknown> {
  const { one, many } = NAMES[type];
  const list = payment.transactions.filter((transaction) => transaction.type === type);
  return {
    payment: payment.id,
    [many]: { id: `${payment.id}/${many}`, [`${one}List`]: list.map((each) => item(payment, each)) },
  };
}

/** Every transaction, whatever its type. */
export const allPage = (payment: Payment): Record<string, unknown> => ({
  payment: payment.id,
  transactions: {
    id: `${payment.id}/transactions`,
    transactionList: payment.transactions.map((each) => transactionPage(payment, each)),
  },
});

const unlessZero = (name: string, amount: number): Record<string, number> =>
  amount === 0 ? {} : { [name]: amount };

export function paymentPage(platform: Platform, payment: Payment): Record<string, unknown> {
  const { id, number, amount, currency, description, userAgent, language } = payment;
  const node = (name: string): { id: string } => ({ id: `${id}/${name}` });
  return {
    payment: {
      id,
      number,
      created: instant(payment.created),
      updated: instant(payment.updated),
      state: stateOf(payment),
      operation: 'Purchase',
      intent: 'Authorization',
      currency,
      amount,
      ...unlessZero('remainingCaptureAmount', heldOf(payment)),
      ...unlessZero('remainingCancellationAmount', heldOf(payment)),
      ...unlessZero('remainingReversalAmount', keptOf(payment)),
      description,
      userAgent,
      language,
      prices: node('prices'),
      payeeInfo: node('payeeinfo'),
      urls: node('urls'),
      transactions: node('transactions'),
      authorizations: node('authorizations'),
      captures: node('captures'),
      reversals: node('reversals'),
      cancellations: node('cancellations'),
    },
    operations: operationsOf(platform, payment),
  };
}

const RELS: Readonly<Record<Movement, string>> = {
  Capture: 'create-capture',
  Cancellation: 'create-cancellation',
  Reversal: 'create-reversal',
};

function operationsOf(platform: Platform, payment: Payment): Record<string, string>[] {
  const { url, settings } = platform;
  const at = `${url}${payment.id}`;
  const suffix = settings.tickets ? `?operation=${payment.ticket ?? ''}` : '';
  const moves = (Object.keys(RELS) as Movement[])
    .filter((type) => offers(payment, type))
    .map((type) => ({
      method: 'POST',
      href: `${at}/${NAMES[type].many}${suffix}`,
      rel: RELS[type],
      contentType: 'application/json',
    }));
  if (!awaitsPayer(payment)) return moves;
  return [
    { method: 'PATCH', href: at, rel: 'update-payment-abort', contentType: 'application/json' },
    {
      method: 'GET',
      href: `${url}/${payment.instrument}/payments/authorize/${payment.uuid}`,
      rel: 'redirect-authorization',
      contentType: 'text/html',
    },
    ...moves,
  ];
}

/** The payment in figures, for the admin side. */
export function figuresOf(payment: Payment): Record<string, number> {
  return {
    authorised: sumOf(payment, 'Authorization'),
    captured: sumOf(payment, 'Capture'),
    cancelled: sumOf(payment, 'Cancellation'),
    reversed: sumOf(payment, 'Reversal'),
    remaining: heldOf(payment),
  };
}
