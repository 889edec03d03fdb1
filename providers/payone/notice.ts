/** TransactionStatus: what PAYONE tells unasked, read and authenticated (provider notes A8). */
import { createHash, timingSafeEqual } from 'node:crypto';
import { exponentOf } from '../../payment/currency.ts';
import { fromDecimal } from '../../payment/decimal.ts';
import type { Notice } from '../../payment/notice.ts';
import { comesFrom } from '../networks.ts';
import type { IncomingNotice, NoticeVerdict } from '../provider.ts';
import type { PayoneAccount } from './account.ts';
import { withoutCardNumbers } from '../card-number.ts';
import { type Form, readLatin1Form, single } from './latin1-form.ts';
import { MOST_SEQUENCE } from './parameters.ts';
import { keyOf, OUR_REFERENCE } from './reference.ts';

type About = Notice['about'];

/** Every documented `txaction` → what it is about. `failed` and `pending` depend on the number: see {@link aboutOf}. */
export const TXACTIONS: Readonly<Record<string, About>> = {
  appointed: 'authorization',
  capture: 'capture',
  paid: 'balance',
  underpaid: 'balance',
  cancelation: 'chargeback',
  refund: 'refund',
  debit: 'charge',
  transfer: 'nothing',
  reminder: 'nothing',
  invoice: 'nothing',
  vauthorization: 'nothing',
  vsettlement: 'nothing',
};

const FACTS: readonly string[] = [
  'txaction',
  'transaction_status',
  'clearingtype',
  'failedcause',
  'reasoncode',
  'errorcode',
  'transactiontype',
  'reminderlevel',
  'userid',
  'customerid',
  'invoiceid',
  'invoice_date',
  'invoice_grossamount',
  'invoice_deliverydate',
  'invoice_deliveryenddate',
  'mandate_identification',
  'creditor_identifier',
  'cardtype',
  'notify_version',
];
const LONGEST_FACT = 256;
const LATEST_TXTIME = 253_402_300_799;

class Malformed extends Error {}

/** @param account - the options of the account that the notice was sent to. */
export function readNotice(account: PayoneAccount, incoming: IncomingNotice): NoticeVerdict {
  if (!comesFrom(account.networks, incoming.remoteAddress))
    return { verdict: 'forged', why: 'sender is in none of the networks' };
  const form = readLatin1Form(incoming.body);
  const lie = ['key', 'portalid', 'aid'].find((name) => !isOurs(account, form, name));
  if (lie !== undefined) return { verdict: 'forged', why: `${lie} is not ours` };
  const mode = single(form, 'mode');
  if (mode !== undefined && mode !== account.mode)
    return { verdict: 'ignored', why: `mode is not ${account.mode}` };
  try {
    return { verdict: 'notice', notice: noticeOf(account, form) };
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    return { verdict: 'malformed', why: error.message };
  }
}

/** Notices carry the MD5 of the portal key, whatever the requests carry (provider notes A1). Compared in constant time. */
function isOurs(account: PayoneAccount, form: Form, name: string): boolean {
  const expected =
    { key: keyOf(account.key, 'md5'), portalid: account.portalId, aid: account.aid }[name] ?? '';
  const given = single(form, name);
  if (typeof given !== 'string' || given === '') return false;
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(name === 'key' ? given.toLowerCase() : given), digest(expected));
}

function noticeOf(account: PayoneAccount, form: Form): Notice {
  const txid = required(form, 'txid', /^\d{9,20}$/);
  const txaction = required(form, 'txaction', /^[a-z_]{1,32}$/);
  const txtime = required(form, 'txtime', /^\d{1,12}$/);
  const currency = required(form, 'currency', /^[A-Z]{3}$/);
  // A missing transaction_status means completed.
  const status = optional(form, 'transaction_status', /^[a-z]{1,32}$/) ?? 'completed';
  const sequenceNumber = sequenceOf(optional(form, 'sequencenumber', /^\d{1,3}$/));
  if (Number(txtime) > LATEST_TXTIME) throw new Malformed('txtime');
  const reference = value(form, 'reference');
  const clearingtype = optional(form, 'clearingtype', /^[a-z]{2,8}$/);
  const amount = (name: string): number | null => amountOf(account, form, name, currency);
  return {
    identity: ['payone', txid, sequenceNumber ?? '-', txaction, status, txtime].join('/'),
    providerReference: txid,
    ...(clearingtype === null ? {} : { hold: { txid, clearingtype } }),
    ...(reference !== null && OUR_REFERENCE.test(reference) ? { reference: reference.toLowerCase() } : {}),
    about: aboutOf(txaction, sequenceNumber),
    state: stateOf(txaction, status),
    sequenceNumber,
    receivable: amount('receivable'),
    price: amount('price'),
    balance: amount('balance'),
    currency,
    at: new Date(Number(txtime) * 1_000).toISOString(),
    facts: factsOf(form),
  };
}

/** `failed` and `pending` name no action: number 0 is the authorisation's, a higher one a later booking's. */
function aboutOf(txaction: string, sequenceNumber: number | null): About {
  if (txaction === 'failed' || txaction === 'pending') {
    return sequenceNumber === null || sequenceNumber === 0 ? 'authorization' : 'capture';
  }
  // An action that is not listed still tells its number, which nobody else may use.
  return Object.hasOwn(TXACTIONS, txaction) ? (TXACTIONS[txaction] ?? 'nothing') : 'nothing';
}

function stateOf(txaction: string, status: string): Notice['state'] {
  if (txaction === 'failed' || status === 'failed') return 'failed';
  if (txaction === 'pending' || status === 'pending') return 'pending';
  if (status !== 'completed') throw new Malformed('transaction_status');
  return 'approved';
}

function sequenceOf(text: string | null): number | null {
  if (text === null) return null;
  if (Number(text) > MOST_SEQUENCE) throw new Malformed('sequencenumber');
  return Number(text);
}

/** Notices name major units with a point; nothing is rounded or clamped (provider notes A8, M7). */
function amountOf(account: PayoneAccount, form: Form, name: string, currency: string): number | null {
  const text = value(form, name);
  if (text === null) return null;
  let exponent: number;
  try {
    exponent = exponentOf(currency, account.exponents ?? {});
  } catch {
    throw new Malformed('currency');
  }
  const read = fromDecimal(text, exponent);
  if (!read.ok) throw new Malformed(name);
  return read.value;
}

function factsOf(form: Form): Readonly<Record<string, string>> {
  const facts: [string, string][] = [];
  for (const [name, [first = '']] of form) {
    if (first === '' || !(FACTS.includes(name) || /^clearing_[a-z]{1,30}$/.test(name))) continue;
    facts.push([name, withoutCardNumbers(first).slice(0, LONGEST_FACT)]);
  }
  return Object.fromEntries(facts);
}

/** An empty value is an absent one; two values that differ are malformed. */
function value(form: Form, name: string): string | null {
  const given = single(form, name);
  if (given === null) throw new Malformed(name);
  return given === undefined || given === '' ? null : given;
}

function optional(form: Form, name: string, pattern: RegExp): string | null {
  const given = value(form, name);
  if (given !== null && !pattern.test(given)) throw new Malformed(name);
  return given;
}

function required(form: Form, name: string, pattern: RegExp): string {
  const given = optional(form, name, pattern);
  if (given === null) throw new Malformed(name);
  return given;
}
