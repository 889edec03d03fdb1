/** Rule: `1200` is minor units, `12.00` is placed by the currency's exponent, and nothing is rounded (agreement, section 6). */
import { describe, expect, it } from 'vitest';
import { parseAmount } from '../../cli/amount.ts';

describe('parseAmount', () => {
  it.each([
    ['1200', 'EUR', 1_200],
    ['12.00', 'EUR', 1_200],
    ['0.01', 'EUR', 1],
    ['12.5', 'EUR', 1_250],
    ['12.345', 'KWD', 12_345],
    ['12', 'JPY', 12],
    ['1.2345', 'CLF', 12_345],
  ])('reads %s %s as %i', (text, currency, value) => {
    expect(parseAmount(text, currency)).toBe(value);
  });

  it('takes the exponents of the account', () => {
    expect(parseAmount('1.50', 'XTS', { XTS: 2 })).toBe(150);
  });

  it.each([
    ['12.345', 'EUR', 'EUR has 2 decimals'],
    ['12.0', 'JPY', 'JPY has 0 decimals'],
    ['1.50', 'XTS', 'no minor unit'],
    ['0', 'EUR', 'more than 0'],
    ['0.00', 'EUR', 'more than 0'],
    ['-5', 'EUR', 'without a sign'],
    ['1e3', 'EUR', 'no amount'],
    ['1,200', 'EUR', 'no amount'],
    ['', 'EUR', 'no amount'],
    ['9007199254740993', 'EUR', 'too large'],
  ])('refuses %s %s: %s', (text, currency, why) => {
    expect(() => parseAmount(text, currency)).toThrow(why);
  });
});
