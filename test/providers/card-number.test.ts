/** Rule: a card number is found however it is grouped; an order number of other length or checksum is not one. */
import { expect, test } from 'vitest';
import { holdsCardNumber, isPseudoCardNumber, withoutCardNumbers } from '../../providers/card-number.ts';

test.each([
  '4111111111111111',
  '5500 0000 0000 0004',
  '3400-000000-00009',
  'x6011000000000004y',
  '4222222222222',
])('%s', (text) => {
  expect(holdsCardNumber(text)).toBe(true);
  expect(withoutCardNumbers(text)).not.toMatch(/\d{3}/);
});

test.each(['4111111111111112', '411111111111', '41111111111111110000', 'order 17', ''])(
  '"%s" is none',
  (text) => {
    expect(holdsCardNumber(text)).toBe(false);
    expect(withoutCardNumbers(text)).toBe(text);
  },
);

test('pseudo card numbers begin with 9, or fail the check', () => {
  expect(isPseudoCardNumber('9410010000018301234')).toBe(true);
  expect(isPseudoCardNumber('4100000228889996')).toBe(true);
  expect(isPseudoCardNumber('4111111111111111')).toBe(false);
});
