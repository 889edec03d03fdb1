/**
 * Which parameters a request takes, their formats, and the code that refuses each.
 * Formats are from seed 002 and provider notes A2, A3; codes from A7. Where the sources name no code for a
 * parameter, it is 1000.
 */

import type { Format } from './formats.ts';
import { address, amount, char, date, digits, integer, list, pattern, unixTime } from './formats.ts';

export interface Parameter {
  readonly format: Format;
  readonly code: number;
}

export const requests = ['preauthorization', 'authorization', 'capture', 'debit', 'refund'] as const;
export type RequestName = (typeof requests)[number];

type Table = Readonly<Record<string, Parameter>>;

const of = (format: Format, code = 1000): Parameter => ({ format, code });
const currency = of(pattern(/^(?!XTS|XXX)[A-Z]{3}$/));

const account: Table = {
  request: of(list(...requests), 1202),
  mid: of(digits(5, 6), 1203),
  aid: of(digits(5, 6), 1204),
  portalid: of(digits(7, 7), 1205),
  key: of(char(1, 128), 1206),
  mode: of(list('test', 'live'), 1010),
  encoding: of(list('UTF-8', 'ISO-8859-1'), 1201),
  api_version: of(list('3.8', '3.9', '3.10', '3.11'), 1012),
  integrator_name: of(char(1, 50)),
  integrator_version: of(char(1, 50)),
  solution_name: of(char(1, 50)),
  solution_version: of(char(1, 50)),
};

const booking: Table = {
  txid: of(digits(9, 12), 1008),
  sequencenumber: of(integer(0, 999), 1009),
  amount: of(amount, 1016),
  currency,
  narrative_text: of(char(1, 81)),
  transaction_param: of(pattern(/^[0-9a-zA-Z.\-_/]{1,50}$/)),
  settleaccount: of(list('yes', 'no', 'auto'), 1031),
  booking_date: of(date),
  document_date: of(date),
  due_time: of(unixTime),
  'add_paydata[shop_id]': of(char(1, 32)),
  'add_paydata[b2b]': of(list('yes', 'no')),
};

const invoice: Table = {
  invoiceid: of(char(1, 20)),
  invoice_deliverymode: of(list('M', 'P', 'N')),
  invoice_deliverydate: of(date),
  invoice_deliveryenddate: of(date),
  invoiceappendix: of(char(1, 255)),
};

const clearingtype = of(list('elv', 'cc', 'rec', 'cod', 'vor', 'sb', 'wlt', 'fnc', 'csh'));

const person: Table = {
  customerid: of(char(1, 20)),
  userid: of(digits(6, 12)),
  salutation: of(char(1, 10)),
  title: of(char(1, 20)),
  firstname: of(char(1, 50)),
  lastname: of(char(2, 50)),
  company: of(char(2, 50)),
  street: of(char(1, 50)),
  addressaddition: of(char(1, 50)),
  zip: of(char(2, 10)),
  city: of(char(2, 50)),
  state: of(char(1, 50)),
  country: of(pattern(/^[A-Z]{2}$/), 1340),
  email: of(char(5, 254)),
  telephonenumber: of(char(1, 30)),
  birthday: of(date),
  gender: of(list('f', 'm', 'd')),
  language: of(pattern(/^[a-z]{2}$/)),
  vatid: of(char(1, 50)),
  ip: of(char(2, 39)),
  shipping_firstname: of(char(1, 50)),
  shipping_lastname: of(char(2, 50)),
  shipping_company: of(char(2, 50)),
  shipping_street: of(char(2, 50)),
  shipping_zip: of(char(2, 10)),
  shipping_city: of(char(2, 50)),
  shipping_state: of(char(1, 50)),
  shipping_country: of(pattern(/^[A-Z]{2}$/), 1340),
};

const means: Table = {
  clearingtype,
  clearingsubtype: of(list('POV', 'PIV', 'PIN', 'PDD', 'PPV')),
  pseudocardpan: of(digits(16, 19), 1078),
  cardholder: of(char(1, 50)),
  ecommercemode: of(list('internet', '3dsecure', 'moto')),
  iban: of(pattern(/^[A-Z]{2}\d{2}[A-Z0-9]{10,30}$/), 1088),
  bic: of(pattern(/^[A-Z0-9]{8}([A-Z0-9]{3})?$/), 1087),
  bankcountry: of(pattern(/^[A-Z]{2}$/)),
  bankaccountholder: of(char(1, 35)),
  mandate_identification: of(char(1, 35)),
  onlinebanktransfertype: of(list('PNT', 'GPY', 'EPS', 'PFF', 'PFC', 'IDL', 'BCT', 'P24', 'TRL')),
  bankgrouptype: of(char(1, 20)),
  wallettype: of(list('PPE', 'PDT', 'AMZ', 'APL', 'GGP', 'ALP', 'PAL', 'WCP')),
  financingtype: of(
    list('KLV', 'KIV', 'KLS', 'KIS', 'KDD', 'CFR', 'BSV', 'RPV', 'RPS', 'RPD', 'PYV', 'PYS', 'PYD'),
  ),
  workorderid: of(char(1, 50), 1011),
  successurl: of(address, 1041),
  errorurl: of(address, 1042),
  backurl: of(address, 1043),
};

const setUp: Table = {
  ...account,
  ...person,
  ...means,
  ...invoice,
  reference: of(pattern(/^[0-9a-zA-Z.\-_/]{1,20}$/)),
  amount: of(amount, 1016),
  currency,
  param: of(char(1, 255)),
  narrative_text: of(char(1, 81)),
  document_date: of(date),
  booking_date: of(date),
  due_time: of(unixTime),
  'add_paydata[shop_id]': of(char(1, 32)),
  'add_paydata[b2b]': of(list('yes', 'no')),
};

const back: Table = {
  ...account,
  ...booking,
  ...invoice,
  clearingtype,
  use_customerdata: of(list('yes', 'no')),
  transactiontype: of(list('RL', 'MG', 'VZ', 'VD', 'FD', 'GT', 'RT')),
  iban: means['iban'] as Parameter,
  bic: means['bic'] as Parameter,
  bankcountry: means['bankcountry'] as Parameter,
  bankaccountholder: means['bankaccountholder'] as Parameter,
};

/** The parameters of each request, items apart. What is not in the table is refused. */
export const catalogue: Readonly<Record<RequestName, Table>> = {
  preauthorization: setUp,
  authorization: { ...setUp, settleaccount: booking['settleaccount'] as Parameter },
  capture: {
    ...account,
    ...booking,
    ...invoice,
    clearingtype,
    capturemode: of(list('completed', 'notcompleted'), 1032),
  },
  debit: back,
  refund: back,
};

/** The parameters that each request cannot do without. `sequencenumber` has rules of its own. */
export const required: Readonly<Record<RequestName, readonly string[]>> = {
  preauthorization: ['clearingtype', 'reference', 'amount', 'currency'],
  authorization: ['clearingtype', 'reference', 'amount', 'currency'],
  capture: ['txid', 'amount', 'currency'],
  debit: ['txid', 'amount', 'currency'],
  refund: ['txid', 'amount', 'currency'],
};

/** What a clearing type needs besides (provider notes A2). */
export const requiredBy: Readonly<Record<string, readonly string[]>> = {
  cc: ['pseudocardpan'],
  elv: ['iban', 'lastname', 'country'],
  rec: ['lastname', 'country'],
  cod: ['lastname', 'country'],
  vor: ['lastname', 'country'],
  sb: ['onlinebanktransfertype', 'successurl', 'errorurl', 'backurl'],
  wlt: ['wallettype', 'successurl', 'errorurl', 'backurl'],
  fnc: ['financingtype', 'lastname', 'country'],
  csh: ['lastname', 'country'],
};
