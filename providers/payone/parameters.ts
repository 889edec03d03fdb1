/**
 * The wire formats of PAYONE's parameters, all texts, each with its limit (seed 002; provider notes A2, A3). One table
 * serves the check of what a caller gave and the last look at a whole request before it leaves.
 */
import * as z from 'zod';
import { isDate } from '../../payment/line.ts';
import { holdsCardNumber, isPseudoCardNumber } from '../card-number.ts';

/** The largest amount of one request and of one item price, minor units (seed 002, printed as 19 999 999 99). */
export const MOST_AMOUNT = 1_999_999_999;
/** The highest sequence number (seed 002). */
export const MOST_SEQUENCE = 127;
/** The most items of one request (seed 002). */
export const MOST_ITEMS = 400;

// PAYONE refuses control characters (error 2013), and a lone surrogate has no UTF-8 form.
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/;

const plain = z.string().superRefine((value, context) => {
  if (CONTROL.test(value)) context.addIssue({ code: 'custom', message: 'takes no control characters' });
  else if (!value.isWellFormed()) context.addIssue({ code: 'custom', message: 'takes no lone surrogates' });
});

const text = (min: number, max: number) =>
  plain.superRefine((value, context) => {
    const length = [...value].length;
    if (length > max)
      context.addIssue({ code: 'custom', message: `takes at most ${max} characters, got ${length}` });
    if (length < min)
      context.addIssue({ code: 'custom', message: `takes at least ${min} characters, got ${length}` });
  });
const matching = (pattern: RegExp, words: string) => z.string().regex(pattern, `is ${words}`);
const oneOf = (...values: readonly [string, ...string[]]) => z.enum(values, `is one of ${values.join(', ')}`);
const integer = (min: number, max: number) =>
  matching(/^(?:0|-?[1-9]\d{0,15})$/, 'an integer').refine(
    (value) => Number(value) >= min && Number(value) <= max,
    {
      error: `is from ${min} to ${max}`,
    },
  );
const date = matching(/^\d{8}$/, 'a date YYYYMMDD').refine(
  (value) => isDate(`${value.slice(0, 4)}-${value.slice(4, 6)}-${value.slice(6)}`),
  { error: 'is a calendar date YYYYMMDD' },
);
const unixTime = matching(/^[1-9]\d{8,9}$/, 'a Unix time in seconds');
const country = matching(/^[A-Z]{2}$/, 'an ISO 3166 code of two letters');
const address = text(2, 255).refine((value) => /^https?:\/\//i.test(value) && URL.canParse(value), {
  error: 'is an http or https address',
});
const yesOrNo = oneOf('yes', 'no');
const bankAccount = {
  iban: matching(/^[A-Z]{2}\d{2}[A-Z0-9]{8,30}$/, 'an IBAN without spaces'),
  bic: matching(/^[A-Z0-9]{8}(?:[A-Z0-9]{3})?$/, 'a BIC'),
  bankcountry: country,
  bankaccountholder: text(1, 35),
};

/** Set by the engine on every request. */
const account = {
  mid: matching(/^\d{5,6}$/, '5 or 6 digits'),
  aid: matching(/^\d{5,6}$/, '5 or 6 digits'),
  portalid: matching(/^\d{7}$/, '7 digits'),
  key: text(1, 256),
  mode: oneOf('test', 'live'),
  encoding: oneOf('UTF-8'),
  api_version: matching(/^3\.\d{1,2}$/, 'a version'),
};

const process = {
  txid: matching(/^\d{9,20}$/, 'a txid: 9 or more digits'),
  sequencenumber: integer(0, MOST_SEQUENCE),
  amount: integer(-MOST_AMOUNT, MOST_AMOUNT),
  currency: matching(/^[A-Z]{3}$/, 'three capital letters'),
  reference: matching(/^[a-z2-7]{20}$/, '20 characters of base32'),
  clearingtype: matching(/^[a-z]{2,3}$/, 'a clearing type'),
  capturemode: oneOf('completed', 'notcompleted'),
  narrative_text: text(1, 81),
  transaction_param: matching(/^[0-9a-zA-Z.\-_/]{1,50}$/, '1 to 50 characters of 0-9 a-z A-Z . - _ /'),
};

const invoice = {
  invoiceid: text(1, 20),
  invoice_deliverymode: oneOf('M', 'P', 'N'),
  invoice_deliverydate: date,
  invoice_deliveryenddate: date,
  invoiceappendix: text(1, 255),
};

const booking = {
  settleaccount: oneOf('yes', 'no', 'auto'),
  booking_date: date,
  document_date: date,
  due_time: unixTime,
};

const returnAddresses = { successurl: address, errorurl: address, backurl: address };

/** Who pays: the keys of `customer`. Which of them a method needs is PAYONE's to say (provider notes A2). */
export const PERSON = {
  customerid: text(1, 20),
  userid: matching(/^\d{6,12}$/, '6 to 12 digits'),
  salutation: text(1, 10),
  title: text(1, 20),
  firstname: text(1, 50),
  lastname: text(1, 50),
  company: text(1, 50),
  street: text(1, 50),
  addressaddition: text(1, 50),
  zip: text(1, 10),
  city: text(1, 50),
  state: text(1, 50),
  country,
  email: text(3, 254),
  telephonenumber: text(1, 30),
  birthday: date,
  gender: oneOf('f', 'm', 'd'),
  language: matching(/^[a-z]{2}$/, 'an ISO 639 code of two letters'),
  vatid: text(1, 50),
  personalid: text(1, 32),
  ip: matching(/^[0-9A-Fa-f.:]{2,39}$/, 'an IP address'),
  shipping_firstname: text(1, 50),
  shipping_lastname: text(1, 50),
  shipping_company: text(1, 50),
  shipping_street: text(1, 50),
  shipping_zip: text(1, 10),
  shipping_city: text(1, 50),
  shipping_state: text(1, 50),
  shipping_country: country,
} as const;

/** Options of an authorisation: how it is paid. */
export const MEANS = {
  ...bankAccount,
  clearingsubtype: matching(/^[A-Z]{3}$/, 'three capital letters'),
  pseudocardpan: matching(/^\d{16,19}$/, '16 to 19 digits').refine(isPseudoCardNumber, {
    error: 'is a pseudo card number, never a card number',
  }),
  cardholder: text(1, 50),
  ecommercemode: oneOf('internet', '3dsecure', 'moto'),
  mandate_identification: text(1, 35),
  onlinebanktransfertype: matching(/^[A-Z0-9]{3}$/, 'three characters such as PNT'),
  bankgrouptype: text(1, 20),
  wallettype: matching(/^[A-Z]{3}$/, 'three capital letters such as PPE'),
  financingtype: matching(/^[A-Z]{3}$/, 'three capital letters such as KLV'),
  workorderid: text(1, 50),
  param: text(1, 255),
  booking_date: date,
  document_date: date,
  due_time: unixTime,
  ...invoice,
} as const;

/** Options of a capture. */
export const CAPTURE_OPTIONS = booking;

/** Options of a refund (provider notes A6). */
export const REFUND_OPTIONS = {
  ...booking,
  ...bankAccount,
  ...invoice,
  transaction_param: process.transaction_param,
  use_customerdata: yesOrNo,
  transactiontype: oneOf('RL', 'MG', 'VZ', 'VD', 'FD', 'GT', 'RT'),
} as const;

/** Item arrays: `it[1]`, `id[1]`, … */
export const ITEM = {
  it: oneOf('goods', 'shipment', 'handling', 'voucher'),
  id: text(1, 32),
  pr: integer(-MOST_AMOUNT, MOST_AMOUNT),
  no: integer(1, 999_999),
  de: text(1, 255),
  va: integer(0, 9999).refine((value) => value === '0' || Number(value) >= 100, {
    error: 'is 0 or from 100 to 9999 basis points: PAYONE reads 1 to 99 as percent',
  }),
  sd: date,
  ed: date,
} as const;

const FIXED: Readonly<Record<string, z.ZodType<string>>> = {
  request: oneOf('preauthorization', 'capture', 'debit'),
  ...account,
  ...process,
  ...returnAddresses,
  ...PERSON,
  ...MEANS,
  ...REFUND_OPTIONS,
};

const ARRAY_KEY = /^([a-z]{2})\[([1-9]\d{0,2})\]$/;
/** Data of a payment method's own (Ratepay `add_paydata[shop_id]`, Payolution `add_paydata[b2b]`: provider notes A3). */
export const METHOD_DATA_KEY = /^add_paydata\[[a-z0-9_]{1,40}\]$/;
const METHOD_DATA = text(1, 255).refine((value) => !holdsCardNumber(value), {
  error: 'takes no card number',
});

/** The format of a parameter by its wire name, or null where there is no such parameter. */
export function formatOf(name: string): z.ZodType<string> | null {
  if (Object.hasOwn(FIXED, name)) return FIXED[name] ?? null;
  if (METHOD_DATA_KEY.test(name)) return METHOD_DATA;
  const [, array = '', index = ''] = ARRAY_KEY.exec(name) ?? [];
  if (!Object.hasOwn(ITEM, array) || Number(index) > MOST_ITEMS) return null;
  return ITEM[array as keyof typeof ITEM];
}

/** Names that only the engine sets; in `options` they are refused. */
export const ENGINE_OWNED: ReadonlySet<string> = new Set([
  'request',
  ...Object.keys(account),
  ...Object.keys(process),
  ...Object.keys(returnAddresses),
  'portalId',
  'hash',
  'cardpan',
]);
