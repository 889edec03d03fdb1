// Rule M7: digits are placed, never computed; more decimals than the exponent allows are refused.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fromDecimal, toDecimal } from '../../payment/decimal.ts';

const exponents = fc.integer({ min: 0, max: 4 });

test.each([
  [1200, 2, '12.00'],
  [-5, 2, '-0.05'],
  [1200, 0, '1200'],
  [0, 2, '0.00'],
  [-0, 2, '0.00'],
  [0, 0, '0'],
  [5, 3, '0.005'],
  [-110, 2, '-1.10'],
  [1, 4, '0.0001'],
  [Number.MAX_SAFE_INTEGER, 2, '90071992547409.91'],
])('%d with %i decimals is %s', (value, exponent, text) => {
  expect(toDecimal(value, exponent)).toBe(text);
  expect(fromDecimal(text, exponent)).toEqual({ ok: true, value: value + 0 });
});

test.each([
  ['1.11', 2, 111],
  ['1', 2, 100],
  ['-1.1', 2, -110],
  ['0.5', 2, 50],
  ['-0', 2, 0],
  ['-0.00', 2, 0],
  ['7', 0, 7],
  ['1.1', 3, 1100],
  ['4.35', 2, 435],
  ['1.005', 3, 1005],
  ['90071992547409.91', 2, Number.MAX_SAFE_INTEGER],
])('%s with %i decimals is %d minor units', (text, exponent, value) => {
  expect(fromDecimal(text, exponent)).toEqual({ ok: true, value });
});

test.each([
  '',
  ' ',
  ' 1',
  '1 ',
  '1\n',
  '+1',
  '--1',
  '-',
  '.',
  '.5',
  '5.',
  '1.2.3',
  '1,5',
  '1e3',
  '1E-2',
  '0x10',
  '01',
  '00',
  '00.5',
  '-01',
  'NaN',
  'Infinity',
  '1_000',
  '1 000',
  '١',
  '１',
  '1.1a',
])('%j is not a decimal', (text) => {
  expect(fromDecimal(text, 2)).toEqual({ ok: false, reason: 'not-a-decimal' });
});

test.each([
  ['1.111', 2],
  ['1.110', 2],
  ['1.000', 2],
  ['1.0', 0],
  ['1.00', 0],
  ['0.00001', 4],
])('%s has too many decimals for %i', (text, exponent) => {
  expect(fromDecimal(text, exponent)).toEqual({ ok: false, reason: 'too-many-decimals' });
});

test.each([
  ['90071992547409.92', 2],
  ['-90071992547409.92', 2],
  ['9007199254740993', 0],
  ['1', 4, '9'.repeat(100_000)],
])('%s is outside the safe integers', (text, exponent, long = text) => {
  expect(fromDecimal(long, exponent)).toEqual({ ok: false, reason: 'unsafe' });
});

test('an exponent outside 0 to 4 is an error of the caller', () => {
  for (const exponent of [-1, 5, 0.5, Number.NaN]) {
    expect(() => toDecimal(1, exponent)).toThrow('an exponent is 0 to 4');
    expect(() => fromDecimal('1', exponent)).toThrow('an exponent is 0 to 4');
  }
  expect(() => toDecimal(0.5, 2)).toThrow('not a safe integer');
});

test('every amount comes back from its own text', () => {
  fc.assert(
    fc.property(fc.maxSafeInteger(), exponents, (value, exponent) => {
      const text = toDecimal(value, exponent);
      expect(text).toMatch(exponent === 0 ? /^-?\d+$/ : new RegExp(`^-?\\d+\\.\\d{${exponent}}$`));
      expect(fromDecimal(text, exponent)).toEqual({ ok: true, value: value + 0 });
    }),
    { numRuns: 10_000 },
  );
});

test('missing decimals are zeros: a shorter text is the same amount', () => {
  fc.assert(
    fc.property(fc.maxSafeInteger(), exponents, (value, exponent) => {
      const text = toDecimal(value, exponent);
      const short = exponent === 0 ? text : text.replace(/\.?0+$/, '');
      expect(fromDecimal(short, exponent)).toEqual(fromDecimal(text, exponent));
    }),
    { numRuns: 10_000 },
  );
});

test('any text at all gives a safe integer without -0, or a reason', () => {
  const texts = fc.oneof(fc.string(), fc.stringMatching(/^-?[0-9]{0,20}\.?[0-9]{0,6}$/));
  fc.assert(
    fc.property(texts, exponents, (text, exponent) => {
      const result = fromDecimal(text, exponent);
      if (!result.ok) return;
      expect(Number.isSafeInteger(result.value)).toBe(true);
      expect(Object.is(result.value, -0)).toBe(false);
      expect(fromDecimal(toDecimal(result.value, exponent), exponent)).toEqual(result);
    }),
    { numRuns: 10_000 },
  );
});
