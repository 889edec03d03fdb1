import { exponentOf, type Exponents } from '../payment/currency.ts';
import { fromDecimal } from '../payment/decimal.ts';
import { MoneyError } from '../payment/money.ts';
import { UsageError } from './exit.ts';

/**
 * An amount as a person writes it: `1200` is minor units, `12.00` is placed by the currency's exponent.
 *
 * @param exponents - the account's own.
 * @returns minor units, 1 or more.
 * @throws UsageError with what was wrong and how it is written.
 */
export function parseAmount(text: string, currency: string, exponents: Exponents = {}): number {
  if (!/^\d+(\.\d+)?$/.test(text)) {
    throw new UsageError(
      `--amount ${text} is no amount; write minor units (1200) or a decimal (12.00), without a sign`,
    );
  }
  const value = text.includes('.') ? placed(text, currency, exponents) : Number(text);
  if (!Number.isSafeInteger(value)) throw new UsageError(`--amount ${text} is too large`);
  if (value < 1) throw new UsageError(`--amount ${text} must be more than 0`);
  return value;
}

function placed(text: string, currency: string, exponents: Exponents): number {
  let exponent: number;
  try {
    exponent = exponentOf(currency, exponents);
  } catch (error) {
    if (error instanceof MoneyError)
      throw new UsageError(`--amount ${text}: ${error.message}; write minor units`);
    throw error;
  }
  const result = fromDecimal(text, exponent);
  if (result.ok) return result.value;
  const why = {
    'too-many-decimals': `${currency} has ${exponent} decimals`,
    unsafe: 'it is too large',
    'not-a-decimal': 'write 12.00 or 1200',
  }[result.reason];
  throw new UsageError(`--amount ${text} cannot be taken: ${why}`);
}
