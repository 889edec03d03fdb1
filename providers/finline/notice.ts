/** Webhooks: a form of `data` and `signature` (provider notes 3.7). */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { Notice } from '../../payment/notice.ts';
import { comesFrom } from '../networks.ts';
import type { IncomingNotice, NoticeVerdict } from '../provider.ts';
import { readJson } from '../rest/json.ts';
import type { FinlineAccount } from './account.ts';
import { factsOf, minorOf } from './mapping.ts';
import { faultInMoney } from './request.ts';
import { OUR_REFERENCE, referenceIn } from './reference.ts';
import { type FinlineOperation, finlineOperation, stateOf } from './wire.ts';

const LONGEST_BODY = 262_144;
const ABOUT: Readonly<Record<string, Notice['about']>> = {
  auth: 'authorization',
  // The list is the truth: it carries the comments that say whose operation it is, and a notice need not.
  capture: 'hint',
  void: 'hint',
  refund: 'hint',
};

/**
 * `signature` of a notice: base64url of the raw SHA-1 of secret, `data` as it came, and secret. No HMAC and no time in
 * it: a replay verifies, which the identity of the event makes harmless.
 */
export const signatureOf = (secret: string, data: string): string =>
  createHash('sha1')
    .update(secret + data + secret)
    .digest('base64')
    .replaceAll('+', '-')
    .replaceAll('/', '_');

/** @param account - the options of the account that the notice was sent to. */
export function readNotice(account: FinlineAccount, incoming: IncomingNotice): NoticeVerdict {
  if (!comesFrom(account.networks, incoming.remoteAddress))
    return { verdict: 'forged', why: 'sender is in none of the networks' };
  if (incoming.body.length > LONGEST_BODY) return { verdict: 'malformed', why: 'too large' };
  const form = new URLSearchParams(Buffer.from(incoming.body).toString('latin1'));
  const data = only(form, 'data');
  const signature = only(form, 'signature');
  if (data === null || signature === null)
    return { verdict: 'malformed', why: 'data and signature, once each' };
  if (!sameText(signature.replace(/=+$/, ''), signatureOf(account.apiSecret, data).replace(/=+$/, '')))
    return { verdict: 'forged', why: 'signature is not ours' };
  const read = readJson(Buffer.from(data, 'base64url'));
  const parsed = finlineOperation.safeParse(read.ok ? read.value : null);
  if (!parsed.success) return { verdict: 'malformed', why: 'data is no operation' };
  const operation = parsed.data;
  if (typeof operation.pos_id === 'string' && operation.pos_id !== account.posId)
    return { verdict: 'ignored', why: 'another point of sale' };
  return noticeOf(account, operation);
}

/** Compared in constant time, whatever the lengths. */
function sameText(given: string, expected: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}

const only = (form: URLSearchParams, name: string): string | null => {
  const [value = '', ...more] = form.getAll(name);
  return value === '' || more.length > 0 ? null : value;
};

function noticeOf(account: FinlineAccount, operation: FinlineOperation): NoticeVerdict {
  const { order_id: orderId, method, status } = operation;
  const state = stateOf(status);
  if (orderId === '' || orderId.length > 64) return { verdict: 'malformed', why: 'order_id' };
  if (state === null) return { verdict: 'malformed', why: 'status is not listed' };
  if (!Object.hasOwn(ABOUT, method))
    return { verdict: 'ignored', why: 'a method that books nothing of ours' };
  const currency = operation.currency ?? '';
  if (faultInMoney(account, currency) !== null) return { verdict: 'malformed', why: 'currency' };
  const price = minorOf(account, operation.amount, currency);
  if (typeof operation.amount === 'string' && price === null) return { verdict: 'malformed', why: 'amount' };
  const id = operation.operation_id ?? operation.transaction_id ?? '-';
  const comment = referenceIn(operation.comment);
  return {
    verdict: 'notice',
    notice: {
      identity: ['finline', orderId, id, method, status].join('/').slice(0, 255),
      providerReference: orderId,
      hold: { orderId },
      ...(OUR_REFERENCE.test(orderId) ? { reference: orderId } : {}),
      // An order may have several tries at an authorisation: that one failed is for the list to weigh.
      about: state === 'failed' && method === 'auth' ? 'hint' : (ABOUT[method] ?? 'nothing'),
      state,
      sequenceNumber: null,
      receivable: null,
      price,
      balance: null,
      currency,
      at: instantOf(operation.processing_time ?? operation.created_at),
      facts: {
        method,
        ...factsOf(operation),
        ...(comment === null ? {} : { reference: comment }),
        ...(state === 'failed' ? { errorcode: (operation.status_code ?? 'failure').slice(0, 64) } : {}),
      },
    },
  };
}

/** Their instants name no zone; as UTC they order the events of one order (provider notes 3.5). */
function instantOf(text: string | null | undefined): string {
  const match = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?/.exec(text ?? '');
  const at = match === null ? Number.NaN : Date.parse(`${match[0].slice(0, 23)}Z`);
  return new Date(Number.isNaN(at) ? Date.now() : at).toISOString();
}
