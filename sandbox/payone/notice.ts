/** The fields of a notice (provider notes A8): decimals in major units, MD5 key, person data that need ISO-8859-1. */

import type { Process } from './books.ts';
import { balanceOf } from './books.ts';
import { noticeKey } from './checks.ts';
import { majorUnits } from './currency.ts';
import type { Settings } from './options.ts';

export interface NoticeOrder {
  readonly txaction: string;
  readonly sequencenumber: number;
  /** @default 'completed' */
  readonly transactionStatus?: 'pending' | 'completed';
  /** The booking's own amount in minor units; `price` shows it with the option `noticePrice: "booking"`. */
  readonly amount?: number;
  /** Minor units. @default the balance as the books stand */
  readonly balance?: number;
  readonly extra?: Readonly<Record<string, string>>;
}

const personFields: Readonly<Record<string, string>> = {
  firstname: 'Jürgen',
  lastname: 'Jäger',
  street: 'Jägerweg 7',
  zip: '24113',
  city: 'Köln',
  country: 'DE',
};

/** @returns name and value in the order of sending, as the books stand now */
export function noticeFields(
  process: Process,
  order: NoticeOrder,
  settings: Settings,
  now: number,
): [string, string][] {
  const price = settings.noticePrice === 'booking' ? (order.amount ?? process.amount) : process.amount;
  const money = (minor: number): string => majorUnits(minor, process.currency);
  const fields: [string, string][] = [
    ['key', noticeKey(settings)],
    ['txaction', order.txaction],
    ['transaction_status', order.transactionStatus ?? 'completed'],
    ['notify_version', '7.6'],
    ['mode', process.mode],
    ['portalid', settings.portalId],
    ['aid', settings.aid],
    ['clearingtype', process.clearingtype],
    ['txtime', String(Math.floor(now / 1_000))],
    ['currency', process.currency],
    ['userid', process.userid],
  ];
  const customerid = process.form.get('customerid');
  if (customerid !== undefined) fields.push(['customerid', customerid]);
  fields.push(
    ['param', process.form.get('param') ?? ''],
    ['txid', process.txid],
    ['reference', process.reference],
    ['sequencenumber', String(order.sequencenumber)],
    ['price', money(price)],
    ['receivable', money(process.receivable)],
    ['balance', money(order.balance ?? balanceOf(process))],
  );
  for (const [name, value] of Object.entries(order.extra ?? {})) fields.push([name, value]);
  if (process.clearingtype === 'cc') {
    fields.push(['cardtype', 'V'], ['cardpan', '411111xxxxxx1111'], ['cardexpiredate', '3012']);
  }
  for (const [name, value] of Object.entries(personFields))
    fields.push([name, process.form.get(name) ?? value]);
  return fields;
}
