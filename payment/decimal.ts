/**
 * Between minor units and the decimal text that a provider or a person writes. Digits are placed, never computed:
 * no value passes through a fraction of a float (M7).
 */
import { MoneyError, safe } from './money.ts';

export type DecimalReason = 'not-a-decimal' | 'too-many-decimals' | 'unsafe';

export type DecimalResult =
  | { readonly ok: true; readonly value: number }
  | { readonly ok: false; readonly reason: DecimalReason };

// The number grammar of JSON without an exponent: one leading zero only before the point, digits on both sides of it.
const DECIMAL = /^(-?)(0|[1-9][0-9]*)(?:\.([0-9]+))?$/;

/**
 * Minor units as decimal text in major units, always with all decimals: (1200, 2) → "12.00", (-5, 2) → "-0.05",
 * (1200, 0) → "1200".
 *
 * @throws MoneyError `unsafe` for a value that is not a safe integer, `exponent` for one outside 0 to 4.
 */
export function toDecimal(value: number, exponent: number): string {
  checkExponent(exponent);
  const digits = String(Math.abs(safe(value))).padStart(exponent + 1, '0');
  const sign = value < 0 ? '-' : '';
  if (exponent === 0) return sign + digits;
  return `${sign}${digits.slice(0, -exponent)}.${digits.slice(-exponent)}`;
}

/**
 * Decimal text in major units as minor units: ("1.11", 2) → 111, ("1", 2) → 100, ("-1.1", 2) → -110, ("-0.00", 2) → 0.
 * Exponents, spaces, "+", a bare point, leading zeros ("01.00") and the empty text are `not-a-decimal`. More decimals
 * than the exponent are `too-many-decimals` even when they are zeros: a sender that writes "1.110" for a currency of
 * two decimals counts in another unit than we do, and that is for the caller to judge.
 *
 * @throws MoneyError `exponent` for an exponent outside 0 to 4; bad text is a result, never a throw.
 */
export function fromDecimal(text: string, exponent: number): DecimalResult {
  checkExponent(exponent);
  const match = DECIMAL.exec(text);
  if (match === null) return { ok: false, reason: 'not-a-decimal' };
  const [, sign = '', whole = '', fraction = ''] = match;
  if (fraction.length > exponent) return { ok: false, reason: 'too-many-decimals' };
  const value = Number(whole + fraction.padEnd(exponent, '0'));
  // Rounding is monotonic and 2^53 is a float, so an integer text above the safe range never lands inside it.
  if (!Number.isSafeInteger(value)) return { ok: false, reason: 'unsafe' };
  return { ok: true, value: sign === '-' && value !== 0 ? -value : value };
}

function checkExponent(exponent: number): void {
  if (!Number.isInteger(exponent) || exponent < 0 || exponent > 4) {
    throw new MoneyError('exponent', `an exponent is 0 to 4, not ${exponent}`, {
      exponent: String(exponent),
    });
  }
}
