/** Between minor units and the decimals that a terminal writes. */

import { majorUnits } from '../payone/currency.ts';

/** Decimals of a currency. */
const decimalsOf = (currency: string): number => majorUnits(0, currency).split('.')[1]?.length ?? 0;

/** Minor units as `50.00`. */
export const decimal = (minor: number, currency: string): string => majorUnits(minor, currency);

/**
 * A decimal as minor units, digit by digit.
 *
 * @returns undefined for a text that is none, has more decimals than the currency, or is above the safe integers
 */
export function minorUnits(text: string, currency: string): number | undefined {
  const parts = /^(0|[1-9]\d*)(?:\.(\d+))?$/.exec(text);
  const fraction = parts?.[2] ?? '';
  const decimals = decimalsOf(currency);
  if (parts === null || fraction.length > decimals) return undefined;
  const value = Number((parts[1] ?? '') + fraction.padEnd(decimals, '0'));
  return Number.isSafeInteger(value) ? value : undefined;
}
