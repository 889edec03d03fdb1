/**
 * What the record of a transaction says of one operation. Pure and total. The question is by transaction id only, and
 * whether the record of a hold changes when it is captured is not documented (provider notes 2.7): a record that has
 * changed proves the operation, one that has not proves nothing.
 */
import type { ReadCall, ReadResult } from '../../payment/read.ts';
import { isObject, readJson } from '../rest/json.ts';
import type { PaymentOptionsAccount } from './account.ts';
import { minorOf, type RawAnswer } from './mapping.ts';
import { allYes, signalsOf, type TransactionAnswer, transactionAnswer } from './wire.ts';

const failed = (reason: string): ReadResult => ({ read: 'failed', reason });

/** The transaction whose record is read: the hold's, or that of the capture which a refund gives back. */
export const transactionOf = (call: ReadCall): string =>
  String((call.kind === 'refund' ? call.anchor : call.hold?.['transactionId']) ?? '');

/** @returns without `exchange`, which the adapter adds. */
export function readingOf(account: PaymentOptionsAccount, call: ReadCall, raw: RawAnswer): ReadResult {
  if (raw.status === 404 && call.kind === 'authorization') return { read: 'absent', offered: false };
  const read = readJson(raw.body);
  if (!read.ok) return failed(`HTTP ${raw.status}, ${read.fault}`);
  const parsed = transactionAnswer.safeParse(read.value);
  if (!isObject(read.value) || !parsed.success) return failed('answer-incomplete');
  const answer = parsed.data;
  if (!allYes(signalsOf(raw.status, answer))) return failed(`HTTP ${raw.status}, signals disagree`);
  const currency = answer.payment_details?.currency;
  if (typeof currency === 'string' && currency !== call.currency) return failed('currency-differs');
  const mid = answer.merchant_details?.mid;
  if (typeof mid === 'string' && mid !== account.merchantId) return failed('merchant-differs');
  const amount = minorOf(account, answer.payment_details?.amount, call.currency);
  switch (call.kind) {
    case 'authorization':
      return holdIn(call, answer, amount);
    case 'capture':
      return captureIn(call, answer, amount);
    case 'release':
      return releaseIn(answer);
    case 'refund':
      // The record of a capture counts no refunds, so several of one amount look the same.
      return failed('refunds-cannot-be-told-apart');
  }
}

function holdIn(call: ReadCall, answer: TransactionAnswer, amount: number | null): ReadResult {
  const transactionId = transactionOf(call);
  const named = { providerReference: transactionId, hold: { transactionId } };
  switch (answer.transaction_type) {
    case 'PRE_AUTH':
      // Whether the record changes when it is captured is not documented, so this one does not say what remains.
      return amount === null ? failed('amount-unreadable') : { read: 'approved', booked: amount, ...named };
    case 'CAPTURE':
    case 'VOID':
      // Its amount may by now be that of the capture.
      return { read: 'approved', remaining: 0, ...named };
    default:
      return failed('type-not-listed');
  }
}

function captureIn(call: ReadCall, answer: TransactionAnswer, amount: number | null): ReadResult {
  switch (answer.transaction_type) {
    case 'CAPTURE': {
      // Another amount than asked may be the hold's own, on a record that changed only its type.
      if (amount !== call.amount) return failed('amount-unclear');
      const id = answer.transaction_details?.id ?? '';
      const own = id !== '' && id !== transactionOf(call) ? { providerReference: id.slice(0, 128) } : {};
      return { read: 'approved', booked: amount, remaining: 0, ...own };
    }
    case 'VOID':
      return { read: 'absent', offered: false, remaining: 0 };
    default:
      return failed('record-proves-nothing');
  }
}

function releaseIn(answer: TransactionAnswer): ReadResult {
  switch (answer.transaction_type) {
    case 'VOID':
      return { read: 'approved', remaining: 0 };
    case 'CAPTURE':
      return { read: 'absent', offered: false, remaining: 0 };
    default:
      return failed('record-proves-nothing');
  }
}
