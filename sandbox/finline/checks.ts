/** What a request must look like before anything is looked up (seed 003; provider notes 3.2 to 3.4). */

import type { Reply } from '../twin/json-server.ts';
import type { JsonFields } from '../twin/json.ts';
import { Numeral } from '../twin/json.ts';
import { digitsOf, toMinor } from '../twin/money.ts';
import { refused } from './answers.ts';
import type { Settings } from './options.ts';

const most = { order_id: 32, comment: 2_048, server_url: 2_048 };

const followUps: Readonly<Record<string, readonly string[]>> = {
  capture: ['pos_id', 'order_id', 'order_currency', 'charge_amount', 'comment', 'server_url'],
  void: ['pos_id', 'order_id', 'order_currency', 'comment', 'server_url'],
  refund: ['pos_id', 'order_id', 'order_currency', 'refund_amount', 'comment', 'server_url'],
};

const payment = [
  'pos_id',
  'mode',
  'method',
  'amount',
  'currency',
  'description',
  'order_id',
  'order_3ds_bypass',
  'cc_token',
  'server_url',
  'result_url',
  'payload',
  'customer_referrer',
  'merchant_mcc',
  'products',
  'customer_id',
  'customer_fname',
  'customer_lname',
  'customer_patronym',
  'customer_email',
  'customer_phone',
  'customer_ip',
  'customer_lang',
  'customer_country',
];

const bad = (message: string): Reply => refused(400, message, 'V-400');

/** @returns what is wrong with the credentials, or undefined */
export function judgeHeaders(
  headers: Readonly<Record<string, string | readonly string[] | undefined>>,
  settings: Settings,
): Reply | undefined {
  if (headers['x-api-auth'] !== `CPAY ${settings.apiKey}:${settings.apiSecret}`)
    return refused(401, 'X-API-AUTH is not valid');
  if (headers['x-api-key'] !== settings.endpointKey) return refused(403, 'X-API-KEY is not valid');
  return undefined;
}

const isText = (value: unknown, longest: number): value is string =>
  typeof value === 'string' && value !== '' && [...value].length <= longest;

const isAddress = (value: unknown): boolean =>
  isText(value, most.server_url) && /^https?:\/\//.test(value) && URL.canParse(value);

/** Fields that every request shares. */
function judgeCommon(fields: JsonFields, known: readonly string[], settings: Settings): Reply | undefined {
  const strange = Object.keys(fields).find((name) => !known.includes(name));
  if (strange !== undefined) return bad(`${strange.slice(0, 64)} is not a field of this request`);
  if (fields['pos_id'] !== settings.posId) return bad('pos_id is not known');
  if (!isText(fields['order_id'], most.order_id)) return bad('order_id is a text of 1 to 32 characters');
  const { comment, server_url: address } = fields;
  if (comment !== undefined && !isText(comment, most.comment)) return bad('comment is a text up to 2048');
  if (address !== undefined && !isAddress(address)) return bad('server_url is not a URL');
  return undefined;
}

/** @returns the currency, or what is wrong with it */
function judgeCurrency(value: unknown, name: string): string | Reply {
  if (typeof value !== 'string' || !/^[A-Z]{3}$/.test(value)) return bad(`${name} is an ISO 4217 code`);
  return digitsOf(value) > 2 ? bad(`${name} is not supported`) : value;
}

/** A JSON number, positive, with at most two decimals and no more than the currency has. */
function judgeAmount(value: unknown, name: string, currency: string): number | Reply {
  if (!(value instanceof Numeral)) return bad(`${name} is a number`);
  const minor = toMinor(value.text, digitsOf(currency));
  return minor === undefined || minor === 0 ? bad(`${name} is positive with at most 2 decimals`) : minor;
}

const isReply = (value: unknown): value is Reply => typeof value === 'object';

export interface FollowUp {
  readonly orderId: string;
  readonly currency: string;
  /** Undefined: everything. */
  readonly amount: number | undefined;
  readonly comment: string | null;
  readonly serverUrl: string | undefined;
}

export function checkFollowUp(
  kind: 'capture' | 'void' | 'refund',
  fields: JsonFields,
  settings: Settings,
): FollowUp | { reply: Reply } {
  const reply = judgeCommon(fields, followUps[kind] ?? [], settings);
  if (reply !== undefined) return { reply };
  const currency = judgeCurrency(fields['order_currency'], 'order_currency');
  if (isReply(currency)) return { reply: currency };
  const name = kind === 'capture' ? 'charge_amount' : 'refund_amount';
  const amount = fields[name] === undefined ? undefined : judgeAmount(fields[name], name, currency);
  if (isReply(amount)) return { reply: amount };
  return {
    orderId: String(fields['order_id']),
    currency,
    amount,
    comment: (fields['comment'] as string | undefined) ?? null,
    serverUrl: fields['server_url'] as string | undefined,
  };
}

export interface Payment {
  readonly orderId: string;
  readonly currency: string;
  readonly amount: number;
  readonly mode: 'hosted' | 'direct';
  readonly token: string;
  readonly serverUrl: string | undefined;
}

export function checkPayment(fields: JsonFields, settings: Settings): Payment | { reply: Reply } {
  const card = Object.keys(fields).find((name) => /^(?:cc_number|exp_|card_)/.test(name));
  if (card !== undefined) return { reply: bad(`${card.slice(0, 64)}: this twin takes no card data`) };
  const reply = judgeCommon(fields, payment, settings);
  if (reply !== undefined) return { reply };
  const { mode, method, cc_token: token, description } = fields;
  if (method !== 'auth') return { reply: bad('method is auth here') };
  if (mode !== 'hosted' && mode !== 'direct') return { reply: bad('mode is hosted or direct') };
  if (!isText(description, 2_048)) return { reply: bad('description is required') };
  if (!isText(fields['order_3ds_bypass'], 32)) return { reply: bad('order_3ds_bypass is required') };
  if (mode === 'direct' && !isText(token, 1_024)) return { reply: bad('cc_token is required') };
  const currency = judgeCurrency(fields['currency'], 'currency');
  if (isReply(currency)) return { reply: currency };
  const amount = judgeAmount(fields['amount'], 'amount', currency);
  if (isReply(amount)) return { reply: amount };
  return {
    orderId: String(fields['order_id']),
    currency,
    amount,
    mode,
    token: typeof token === 'string' ? token : '',
    serverUrl: fields['server_url'] as string | undefined,
  };
}
