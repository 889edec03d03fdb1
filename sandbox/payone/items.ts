/** Order lines: it, id, pr, no, de, va, sd, ed, each [1..400] without a gap, whose sum is the amount (seed 002). */

import type { Form } from './form.ts';
import type { Format } from './formats.ts';
import { char, date, integer, largestAmount, list } from './formats.ts';
import type { Refusal } from './refusal.ts';
import { refuse } from './refusal.ts';

const itemName = /^(it|id|pr|no|de|va|sd|ed)\[([^\]]*)\]$/;

/** Of these codes only 1611 (id) has a source (provider notes A3); the others share its family. */
const columns: Readonly<Record<string, { format: Format; code: number }>> = {
  id: { format: char(1, 32), code: 1611 },
  pr: { format: integer(-largestAmount, largestAmount), code: 1612 },
  no: { format: integer(1, 999_999), code: 1613 },
  de: { format: char(1, 255), code: 1614 },
  va: { format: integer(0, 9_999), code: 1615 },
  sd: { format: date, code: 1616 },
  ed: { format: date, code: 1617 },
  it: { format: list('goods', 'shipment', 'handling', 'voucher'), code: 1618 },
};

/** True for `pr[1]` and its like, also when the index is wrong. */
export function isItem(name: string): boolean {
  return itemName.test(name);
}

/**
 * Checks the lines of a request; without lines there is nothing to check.
 *
 * @param form the whole request
 * @param amount minor units that the lines have to add up to; for a credit the lines may be positive or negative
 */
export function checkItems(form: Form, amount: number): Refusal | undefined {
  const lines = new Map<number, Map<string, string>>();
  for (const [name, value] of form) {
    const parts = itemName.exec(name);
    if (parts === null) continue;
    const [, column = '', index = ''] = parts;
    const rule = columns[column];
    if (!/^[1-9]\d{0,2}$/.test(index) || Number(index) > 400)
      return refuse(1610, `${name.slice(0, 20)} is not in [1..400]`);
    if (rule === undefined || !rule.format(value)) return refuse(rule?.code ?? 1610, name);
    const line = lines.get(Number(index)) ?? new Map<string, string>();
    line.set(column, value);
    lines.set(Number(index), line);
  }
  if (lines.size === 0) return undefined;
  let sum = 0;
  for (let n = 1; n <= lines.size; n += 1) {
    const line = lines.get(n);
    if (line === undefined) return refuse(1610, `no line [${n}]`);
    const price = line.get('pr');
    const quantity = line.get('no');
    if (price === undefined) return refuse(1612, `pr[${n}]`);
    if (quantity === undefined) return refuse(1613, `no[${n}]`);
    if (Number(price) < 0 && line.get('it') !== 'voucher' && amount >= 0)
      return refuse(1612, `pr[${n}] negative`);
    sum += Number(price) * Number(quantity);
  }
  if (sum === amount || (amount < 0 && sum === -amount)) return undefined;
  return refuse(1610, `lines add up to ${sum}, amount is ${amount}`);
}
