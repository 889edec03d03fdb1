/** Card numbers never stand in a text that leaves; ids, dates and bank accounts stay readable. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isCardNumber, maskCardNumbers } from '../../activities/luhn.ts';

const withCheckDigit = (digits: string): string => {
  for (let last = 0; last < 10; last += 1)
    if (isCardNumber(digits + String(last))) return digits + String(last);
  throw new Error('one of ten digits makes the sum right');
};

const card = fc
  .array(fc.integer({ min: 0, max: 9 }), { minLength: 12, maxLength: 18 })
  .map((digits) => withCheckDigit(digits.join('')));

test.each([
  ['4111111111111111', '[card]'],
  ['pan=4111111111111111&x=1', 'pan=[card]&x=1'],
  ['card4111111111111111end', 'card[card]end'],
  ['4111 1111 1111 1111', '[card]'],
  ['4111-1111-1111-1111', '[card]'],
  ['17 4111 1111 1111 1111 12', '17 [card] 12'],
  ['3782 822463 10005', '[card]'],
  ['4222222222222', '[card]'],
  ['6011000990139424 and 4111111111111111', '[card] and [card]'],
])('%j becomes %j', (text, masked) => {
  expect(maskCardNumbers(text)).toBe(masked);
});

test.each([
  '4111111111111112',
  '411111111111',
  '41111111111111110000',
  '2026-11-21T13:43:05.123Z',
  'DE89370400440532013000',
  'NL91 ABNA 0417 1643 00',
  'NO93 8601 1117 947',
  'AT611904300234573201',
  '50855980-5377-6589-f347-5c615f015085',
  '/payments/50855980-5377-6589-1234-561501508512/captures',
])('%j stays', (text) => {
  expect(maskCardNumbers(text)).toBe(text);
});

test('an IBAN with a wrong checksum protects nothing', () => {
  expect(maskCardNumbers('DE12 4111111111111111')).toBe('DE12 [card]');
});

test('no card number survives, wherever it stands', () => {
  const around = fc.stringMatching(/^[a-z=&;:"., ]{0,8}$/);
  fc.assert(
    fc.property(card, around, around, (digits, before, after) => {
      expect(maskCardNumbers(before + digits + after)).not.toContain(digits);
    }),
  );
});
