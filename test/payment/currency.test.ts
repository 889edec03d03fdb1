// Rule M7: our own table of all active ISO 4217 codes; "N.A." codes only where the account names an exponent.
import { expect, test } from 'vitest';
import { CURRENCIES, exponentOf, isCurrency } from '../../payment/currency.ts';
import { MoneyError } from '../../payment/money.ts';

const withExponent = (exponent: number | null): string[] =>
  Object.keys(CURRENCIES).filter((code) => CURRENCIES[code] === exponent);

const codeOf = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    if (error instanceof MoneyError) return error.code;
    throw error;
  }
  return 'none';
};

test('counts the codes of the standard up to amendment 180', () => {
  expect(Object.keys(CURRENCIES)).toHaveLength(178);
  expect(withExponent(0)).toHaveLength(17);
  expect(withExponent(2)).toHaveLength(139);
  expect(withExponent(3)).toHaveLength(7);
  expect(withExponent(4)).toHaveLength(2);
  expect(withExponent(null)).toHaveLength(13);
});

test('every code is three capital letters and stands once', () => {
  for (const code of Object.keys(CURRENCIES)) expect(code).toMatch(/^[A-Z]{3}$/);
});

test.each([
  ['EUR', 2],
  ['USD', 2],
  ['HUF', 2],
  ['COP', 2],
  ['MGA', 2],
  ['MRU', 2],
  ['IDR', 2],
  ['UYU', 2],
  ['TWD', 2],
  ['XCG', 2],
  ['ZWG', 2],
  ['SLE', 2],
  ['VED', 2],
  ['VES', 2],
  ['XAD', 2],
  ['MXV', 2],
  ['CHE', 2],
  ['ISK', 0],
  ['UYI', 0],
  ['JPY', 0],
  ['KRW', 0],
  ['CLP', 0],
  ['UGX', 0],
  ['VND', 0],
  ['XOF', 0],
  ['XPF', 0],
  ['IQD', 3],
  ['BHD', 3],
  ['JOD', 3],
  ['KWD', 3],
  ['LYD', 3],
  ['OMR', 3],
  ['TND', 3],
  ['CLF', 4],
  ['UYW', 4],
])('%s has %i decimals', (code, exponent) => {
  expect(exponentOf(code)).toBe(exponent);
  expect(isCurrency(code)).toBe(true);
});

test.each(['XAG', 'XAU', 'XBA', 'XBB', 'XBC', 'XBD', 'XDR', 'XPD', 'XPT', 'XSU', 'XTS', 'XUA', 'XXX'])(
  '%s has no exponent of its own',
  (code) => {
    expect(codeOf(() => exponentOf(code))).toBe('no-exponent');
    expect(isCurrency(code)).toBe(false);
  },
);

test.each(['ANG', 'BGN', 'CUC', 'HRK', 'SLL', 'ZWL', 'MRO', 'STD', 'BYR', 'VEF', 'DEM'])(
  '%s is historic',
  (code) => {
    expect(codeOf(() => exponentOf(code))).toBe('unknown-currency');
  },
);

test.each(['', 'eur', 'EU', 'EURO', '__proto__', 'constructor', 'toString', 'x'.repeat(1000)])(
  'refuses %j and repeats at most its beginning',
  (code) => {
    expect(codeOf(() => exponentOf(code))).toBe('unknown-currency');
    expect(isCurrency(code)).toBe(false);
    expect(() => exponentOf(code)).toThrow(/^.{0,60}$/);
  },
);

test('an account names the exponent of an open code, and of one that the table does not know', () => {
  expect(exponentOf('XTS', { XTS: 2 })).toBe(2);
  expect(exponentOf('BGN', { BGN: 2 })).toBe(2);
  expect(isCurrency('XTS', { XTS: 2 })).toBe(true);
  expect(isCurrency(978)).toBe(false);
});

test('an account never contradicts the table', () => {
  expect(exponentOf('EUR', { EUR: 2 })).toBe(2);
  expect(codeOf(() => exponentOf('HUF', { HUF: 0 }))).toBe('exponent-contradicts');
  for (const given of [-1, 5, 1.5, Number.NaN]) {
    expect(codeOf(() => exponentOf('XTS', { XTS: given }))).toBe('exponent-contradicts');
  }
});
