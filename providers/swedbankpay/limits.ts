/** What every request is measured by: texts, VAT, and names that are not taken. */
import { type Line, lineTotal } from '../../payment/line.ts';
import { holdsCardNumber } from '../card-number.ts';
import type { Refusal } from '../provider.ts';

/** Characters of a description (seed 004). */
export const LONGEST_DESCRIPTION = 40;

/** The engine's own description, which always fits. */
export const named = (verb: string, id: string): string => `${verb} ${id}`.slice(0, LONGEST_DESCRIPTION);

/** Why a value is no text that may go, or null; characters are code points. */
export function faultInText(value: unknown, path: string, most = LONGEST_DESCRIPTION): Refusal | null {
  if (value === undefined) return null;
  if (typeof value !== 'string') return { path, message: `is a text of 1 to ${most} characters` };
  const { length } = [...value];
  if (length < 1 || length > most) {
    return { path, message: `is a text of 1 to ${most} characters, got ${length}` };
  }
  if (/[\u0000-\u001f\u007f]/.test(value)) return { path, message: 'holds a control character' };
  return holdsCardNumber(value) ? { path, message: 'holds a card number' } : null;
}

/** VAT is a part of the amount: minor units from 0 to all of it. */
export function faultInVat(vat: unknown, amount: number, path: string): Refusal | null {
  if (Number.isSafeInteger(vat) && Number(vat) >= 0 && Number(vat) <= amount) return null;
  return { path, message: `is an integer of minor units from 0 to the amount, ${amount}` };
}

/** The first name of what is left once all that is taken was taken. */
export function faultInNames(rest: Readonly<Record<string, unknown>>, at: string): Refusal | null {
  const [name] = Object.keys(rest);
  return name === undefined ? null : { path: `${at}.${name}`, message: `${name} is not taken` };
}

/** The VAT within lines: as each names it, else by its rate from the gross total, rounded half up per line. */
export function vatOf(lines: readonly Line[]): number {
  return lines.reduce((sum, line) => {
    if (line.vatAmount !== undefined) return sum + line.vatAmount.value;
    const rate = BigInt(line.vatRate ?? 0);
    const total = BigInt(lineTotal(line));
    const gross = total < 0n ? -total : total;
    const vat = Number((gross * rate * 2n + 10_000n + rate) / (2n * (10_000n + rate)));
    return sum + (total < 0n ? -vat : vat);
  }, 0);
}
