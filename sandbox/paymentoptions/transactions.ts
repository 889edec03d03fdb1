/** The requests: capture, void and refund of a hold, and the record of a transaction. */

import type { Reply } from '../twin/json-server.ts';
import type { JsonFields } from '../twin/json.ts';
import { Numeral } from '../twin/json.ts';
import { toMinor } from '../twin/money.ts';
import { refused, type Told, transactionAnswer, wireDigits } from './answers.ts';
import type { Books, Hold, Type } from './books.ts';
import { captured, ofType, refunded, voided } from './books.ts';
import type { Settings } from './options.ts';
import { byAmount } from './script.ts';

export interface Platform {
  readonly settings: Settings;
  readonly books: Books;
}

export interface Ran {
  readonly reply: Reply;
  readonly booked: boolean;
}

export type Kind = 'capture' | 'void' | 'refund';

const no = (status: number, message: string): Ran => ({ reply: refused(status, message), booked: false });
const TYPES: Readonly<Record<Kind, Type>> = { capture: 'CAPTURE', void: 'VOID', refund: 'REFUND' };
const NAMES: Readonly<Record<Kind, readonly string[]>> = {
  capture: ['transactionId', 'amount', 'merchant_id', 'notes'],
  void: ['transactionId', 'merchant_id'],
  refund: ['transactionId', 'amount', 'merchant_id', 'notes'],
};
const longestNotes = 2_048;

/** @returns what is wrong with the credentials, or undefined */
export function judgeHeaders(
  headers: Readonly<Record<string, string | readonly string[] | undefined>>,
  settings: Settings,
): Ran | undefined {
  if (headers['authorization'] !== settings.authorization) return no(401, 'Authorization is not valid');
  if (headers['x-api-key'] !== settings.apiKey) return no(403, 'x-api-key is not valid');
  return undefined;
}

/** What a request must look like before anything is looked up (seed 001). */
function judgeFields(kind: Kind, fields: JsonFields, settings: Settings): string | undefined {
  const strange = Object.keys(fields).find((name) => !NAMES[kind].includes(name));
  if (strange !== undefined) return `${strange.slice(0, 64)} is not a field of this request`;
  const { transactionId, merchant_id: merchant, notes, amount } = fields;
  if (typeof transactionId !== 'string' || transactionId === '') return 'transactionId is required';
  if (merchant !== settings.merchantId) return 'merchant_id is not known';
  if (notes !== undefined && (typeof notes !== 'string' || notes.length > longestNotes))
    return 'notes is a text up to 2048 characters';
  if (kind !== 'void' && !(amount instanceof Numeral)) return 'amount is a number';
  return undefined;
}

/** Why a hold cannot be acted on as asked. */
function judgeHold(kind: Kind, hold: Hold, id: string, amount: number): string | undefined {
  if (kind === 'refund') {
    const capture = ofType(hold, 'CAPTURE').find((one) => one.id === id);
    if (capture === undefined) return 'a refund names a capture';
    return amount > captured(hold) - refunded(hold)
      ? 'amount is more than is left of the capture'
      : undefined;
  }
  if (id !== hold.id) return `a ${kind} names an authorization`;
  if (hold.expired) return 'the authorization is expired';
  if (voided(hold)) return 'the authorization is voided';
  // A capture of less has released the rest, so nothing is left for either (seed 001).
  if (ofType(hold, 'CAPTURE').length > 0) return 'the authorization is captured';
  return amount > hold.amount ? 'amount is more than is authorized' : undefined;
}

/** POST capture, void, refund. */
export function act({ settings, books }: Platform, kind: Kind, fields: JsonFields): Ran {
  const fault = judgeFields(kind, fields, settings);
  if (fault !== undefined) return no(400, fault);
  const id = String(fields['transactionId']);
  const hold = books.find(id);
  if (hold === undefined) return no(404, 'transaction is not found');
  const { amount: written } = fields;
  const amount =
    written instanceof Numeral ? toMinor(written.text, wireDigits(settings, hold.currency)) : hold.amount;
  if (amount === undefined || amount === 0) return no(400, 'amount is positive and fits the currency');
  const objection = judgeHold(kind, hold, id, amount);
  if (objection !== undefined) return no(400, objection);
  const verdict = settings.scripted ? byAmount(kind, amount) : 'approve';
  const type = TYPES[kind];
  if (verdict === 'refuse' || verdict === 'refuse-softly') {
    const status = verdict === 'refuse' ? 400 : 201;
    return { reply: refused(status, 'Transaction declined.', type), booked: false };
  }
  const booked = verdict === 'book-less' ? amount - 1 : amount;
  const notes = typeof fields['notes'] === 'string' ? fields['notes'] : null;
  const transaction = books.book(hold, { type, amount: booked, origin: 'api', notes });
  const told: Told = { transaction, type, amount: booked };
  return { reply: transactionAnswer(settings, hold, told, 201, verdict), booked: true };
}

/** GET transaction/status/{id}. @param notYet the books before the newest transaction of the hold */
export function record({ settings, books }: Platform, id: string, notYet: boolean): Ran {
  const hold = books.find(id);
  const visible = hold?.transactions.slice(0, notYet ? -1 : undefined) ?? [];
  const transaction = visible.find((one) => one.id === id);
  if (hold === undefined || transaction === undefined) return no(404, 'transaction is not found');
  const follower = visible.find(({ type }) => type === 'CAPTURE' || type === 'VOID');
  const follows = settings.recordFollows && transaction.type === 'PRE_AUTH' ? follower : undefined;
  const { type, amount } = follows ?? transaction;
  const told: Told = { transaction, type, amount };
  return { reply: transactionAnswer(settings, hold, told, 200), booked: false };
}
