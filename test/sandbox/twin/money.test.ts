/** Amounts are placed by their digits, both ways, and what does not fit is refused. */

import { expect, test } from 'vitest';
import { digitsOf, toMajor, toMinor } from '../../../sandbox/twin/money.ts';

test.each([
  [8_000, 2, '80'],
  [8_050, 2, '80.5'],
  [1, 2, '0.01'],
  [777, 0, '777'],
  [1, 4, '0.0001'],
  [-5, 2, '-0.05'],
])('%i with %i decimals is %s', (minor, digits, text) => {
  expect(toMajor(minor, digits)).toBe(text);
});

test.each([
  ['80', 2, 8_000],
  ['80.50', 2, 8_050],
  ['80.500', 2, 8_050],
  ['80.501', 2, undefined],
  ['1e2', 2, undefined],
  ['-1', 2, undefined],
  ['01', 2, undefined],
  ['100.5', 0, undefined],
  ['90071992547409.93', 2, undefined],
])('%s with %i decimals is %s', (text, digits, minor) => {
  expect(toMinor(text, digits)).toBe(minor);
});

test('decimals by currency', () => {
  expect(['JPY', 'EUR', 'XTS', 'KWD', 'CLF'].map(digitsOf)).toEqual([0, 2, 2, 3, 4]);
});
