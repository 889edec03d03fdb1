// Rule M7: money is a safe integer of minor units in one currency; nothing is clamped, rounded or mixed.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { add, compare, formatFigure, money, MoneyError, subtract, sum } from '../../payment/money.ts';

const eur = (value: number) => money(value, 'EUR');
const amount = fc.maxSafeInteger().map(eur);
const small = fc.integer({ min: -1_000_000_000, max: 1_000_000_000 }).map(eur);

const failure = (run: () => unknown): MoneyError => {
  try {
    run();
  } catch (error) {
    if (error instanceof MoneyError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
};

test('a value is a safe integer and never -0', () => {
  expect(Object.is(eur(-0).value, 0)).toBe(true);
  for (const value of [0.1, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, -(2 ** 53)]) {
    expect(failure(() => eur(value)).code).toBe('unsafe');
  }
  for (const currency of ['', 'eur', 'EURO', 'E1R']) {
    expect(failure(() => money(1, currency)).code).toBe('unknown-currency');
  }
});

test('currencies do not mix, and the error names both', () => {
  for (const mix of [add, subtract, compare]) {
    const error = failure(() => mix(eur(1), money(1, 'SEK')));
    expect(error).toMatchObject({ code: 'currency-mismatch', figures: { left: 'EUR', right: 'SEK' } });
  }
  expect(failure(() => sum([eur(1)], 'SEK')).code).toBe('currency-mismatch');
});

test('an exact sum or an error, never a rounded one', () => {
  fc.assert(
    fc.property(amount, amount, (a, b) => {
      const exact = BigInt(a.value) + BigInt(b.value);
      if (exact > BigInt(Number.MAX_SAFE_INTEGER) || exact < BigInt(Number.MIN_SAFE_INTEGER)) {
        expect(failure(() => add(a, b)).code).toBe('unsafe');
      } else {
        expect(BigInt(add(a, b).value)).toBe(exact);
      }
    }),
    { numRuns: 10_000 },
  );
});

test('adding and subtracting undo each other without a trace of -0', () => {
  fc.assert(
    fc.property(small, small, (a, b) => {
      expect(subtract(add(a, b), b)).toEqual(a);
      expect(Object.is(subtract(a, a).value, 0)).toBe(true);
      expect(add(a, b)).toEqual(add(b, a));
      expect(compare(a, b)).toBe(Math.sign(a.value - b.value) + 0);
    }),
  );
});

test('the sum does not depend on the order, and of nothing it is 0', () => {
  expect(sum([], 'EUR')).toEqual(eur(0));
  fc.assert(
    fc.property(fc.array(small, { maxLength: 30 }), (amounts) => {
      expect(sum(amounts, 'EUR')).toEqual(sum([...amounts].reverse(), 'EUR'));
    }),
  );
});

test.each([
  [0, '0'],
  [-0, '0'],
  [999, '999'],
  [3000, '3 000'],
  [-4500, '-4 500'],
  [123_456, '123 456'],
  [1_234_567, '1 234 567'],
  [Number.MAX_SAFE_INTEGER, '9 007 199 254 740 991'],
])('the figure %d reads %j', (value, text) => {
  expect(formatFigure(value)).toBe(text);
});

test('a figure without its spaces is the number', () => {
  fc.assert(
    fc.property(fc.maxSafeInteger(), (value) => {
      expect(Number(formatFigure(value).replaceAll(' ', ''))).toBe(value + 0);
    }),
  );
});
