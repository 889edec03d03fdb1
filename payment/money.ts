/** Money is a safe integer of minor units beside its currency (M7). Nothing here rounds, clamps or converts. */

/** An amount: `value` in minor units of the ISO 4217 `currency`. */
export interface Money {
  readonly value: number;
  readonly currency: string;
}

/** The numbers and words behind a refusal, as integers of minor units where they are amounts. */
export type Figures = Readonly<Record<string, number | string>>;

export type MoneyErrorCode =
  | 'unsafe'
  | 'currency-mismatch'
  | 'unknown-currency'
  | 'no-exponent'
  | 'exponent-contradicts'
  | 'exponent';

/**
 * A sum that cannot be booked. The workflow checks before it computes; there this error means a broken rule,
 * and the edges turn it into a problem with the same figures.
 */
export class MoneyError extends Error {
  override readonly name = 'MoneyError';
  readonly code: MoneyErrorCode;
  readonly figures: Figures;

  constructor(code: MoneyErrorCode, message: string, figures: Figures) {
    super(message);
    this.code = code;
    this.figures = figures;
  }
}

/** The value as a safe integer without a negative zero, or a {@link MoneyError} `unsafe`. */
export function safe(value: number): number {
  if (!Number.isSafeInteger(value)) {
    throw new MoneyError('unsafe', `${value} is not a safe integer of minor units`, { value: String(value) });
  }
  return value === 0 ? 0 : value;
}

/**
 * @param value - minor units, a safe integer of either sign; -0 becomes 0.
 * @param currency - three capital letters; whether the code is active is asked with `exponentOf`.
 * @throws MoneyError `unsafe` or `unknown-currency`.
 */
export function money(value: number, currency: string): Money {
  if (!/^[A-Z]{3}$/.test(currency)) {
    throw new MoneyError('unknown-currency', 'a currency is three capital letters', {
      length: currency.length,
    });
  }
  return { value: safe(value), currency };
}

/** a + b. @throws MoneyError `currency-mismatch` or `unsafe`. */
export function add(a: Money, b: Money): Money {
  sameCurrency(a, b);
  return { value: safe(a.value + b.value), currency: a.currency };
}

/** a − b, which may be negative. @throws MoneyError `currency-mismatch` or `unsafe`. */
export function subtract(a: Money, b: Money): Money {
  sameCurrency(a, b);
  return { value: safe(a.value - b.value), currency: a.currency };
}

/** -1 when a is less than b, 1 when it is more, else 0. @throws MoneyError `currency-mismatch`. */
export function compare(a: Money, b: Money): -1 | 0 | 1 {
  sameCurrency(a, b);
  return a.value < b.value ? -1 : a.value > b.value ? 1 : 0;
}

/**
 * The sum of any number of amounts in one currency; of none it is 0.
 * @throws MoneyError `currency-mismatch`, or `unsafe` where a running sum leaves the safe integers.
 */
export function sum(amounts: readonly Money[], currency: string): Money {
  return amounts.reduce(add, money(0, currency));
}

/** Minor units in groups of three, for people: 3000 → "3 000". The separator is a plain space. */
export function formatFigure(value: number): string {
  const digits = String(Math.abs(safe(value)));
  return (value < 0 ? '-' : '') + digits.replace(/\B(?=(?:\d{3})+$)/g, ' ');
}

function sameCurrency(a: Money, b: Money): void {
  if (a.currency !== b.currency) {
    throw new MoneyError('currency-mismatch', `${a.currency} and ${b.currency} do not mix`, {
      left: a.currency,
      right: b.currency,
    });
  }
}
