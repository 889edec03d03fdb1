/** How the platform writes a transaction (seed 001) and a refusal, whose form is not documented and is a choice. */

import type { Reply } from '../twin/json-server.ts';
import { numberOf } from '../twin/json.ts';
import { digitsOf, toMajor } from '../twin/money.ts';
import type { Hold, Transaction, Type } from './books.ts';
import type { Settings } from './options.ts';
import type { Verdict } from './script.ts';

const success: Readonly<Record<Type, readonly [code: string, message: string]>> = {
  PRE_AUTH: ['INFO0000', 'Payment Successful.'],
  CAPTURE: ['INFO0001', 'Amount successfully captured.'],
  REFUND: ['INFO0002', 'Amount successfully refunded.'],
  VOID: ['INFO0003', 'Authorization successfully voided.'],
};

/** Decimals of amounts on the wire. */
export const wireDigits = (settings: Settings, currency: string): number =>
  settings.amountUnit === 'minor' ? 0 : digitsOf(currency);

/** What is told of a transaction; a record of a hold may tell another type and amount than its own. */
export interface Told {
  readonly transaction: Transaction;
  readonly type: Type;
  readonly amount: number;
}

export function transactionAnswer(
  settings: Settings,
  hold: Hold,
  told: Told,
  status: number,
  verdict: Verdict = 'approve',
): Reply {
  const { transaction, type } = told;
  const [code, message] = success[type];
  const amount = verdict === 'answer-whole' ? hold.amount : told.amount;
  const body = {
    success: verdict !== 'answer-unsuccessful',
    status_code: status,
    is_live: false,
    transaction_type: type,
    gateway_response: { version: '1', type: 'INFO', message, code },
    merchant_details: {
      legal_name: 'Twin Factory',
      mid: settings.merchantId,
      merchant_txn_ref: hold.merchantTxnRef,
    },
    payment_details: {
      amount: numberOf(toMajor(amount, wireDigits(settings, hold.currency))),
      response_code: verdict === 'answer-code' ? 5 : 0,
      auth_code: hold.authCode,
      currency: hold.currency,
      payment_method: 'ECMC-SSL',
      scheme: 'MASTERCARD',
      card: { name: 'John Doe', number: settings.card, exp_month: '12', exp_year: '30' },
      additional_data: { payment_data_source: { type: 'card' } },
    },
    transaction_details: {
      ...(verdict === 'answer-nameless' ? {} : { id: transaction.id }),
      ref: transaction.ref,
      timestamp: transaction.at,
      merchant_txn_ref: hold.merchantTxnRef,
    },
  };
  return { status, text: JSON.stringify(body) };
}

/** @param status of HTTP; the body's own says the same */
export const refused = (status: number, message: string, type = ''): Reply => ({
  status,
  text: JSON.stringify({
    success: false,
    status_code: status,
    is_live: false,
    ...(type === '' ? {} : { transaction_type: type }),
    gateway_response: { version: '1', type: 'ERROR', message, code: `ERR0${status}` },
    ...(type === '' ? {} : { payment_details: { response_code: 5 } }),
  }),
});
