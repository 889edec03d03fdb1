import { CURRENCIES } from '../payment/currency.ts';
import { toDecimal } from '../payment/decimal.ts';

/** The exponent of a currency by our own table, or null where it has none and an amount stays in minor units. */
export function exponentIn(currency: string): number | null {
  return Object.hasOwn(CURRENCIES, currency) ? (CURRENCIES[currency] ?? null) : null;
}

/** Decimal text in major units for a program: `12.00`; the minor units themselves where the currency has no exponent. */
export function decimalText(value: number, currency: string): string {
  const exponent = exponentIn(currency);
  return exponent === null ? String(value) : toDecimal(value, exponent);
}

const NO_BREAK = '\u00a0';

/**
 * For a person, thousands apart: `1 234.00`. Total: sums of a forged bundle may be beyond what can be exact, and that
 * is said.
 */
export function figureText(value: number, currency: string): string {
  if (!Number.isSafeInteger(value)) return 'not exact';
  const [whole = '', fraction] = decimalText(value, currency).replace('-', '\u2212').split('.');
  const grouped = whole.replace(/\B(?=(?:\d{3})+$)/g, NO_BREAK);
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}

/** The same with the currency behind (`1 234.00 EUR`), never broken over two lines. */
export function moneyText(value: number, currency: string): string {
  const unit = exponentIn(currency) === null ? `${currency}${NO_BREAK}(minor units)` : currency;
  return `${figureText(value, currency)}${NO_BREAK}${unit}`;
}
