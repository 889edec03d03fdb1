/** Rule: an operation has one reference for ever, in the format of whoever settles. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  payeeReferenceOf,
  referenceOf,
  soughtReferenceOf,
} from '../../../providers/swedbankpay/reference.ts';
import { capture, lookFor } from './calls.ts';

test('30 characters of upper-case base32, the same for the same names', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), fc.string(), (account, payment, operation) => {
      const reference = referenceOf(account, payment, operation);
      expect(reference).toMatch(/^[A-Z2-7]{30}$/);
      expect(referenceOf(account, payment, operation)).toBe(reference);
    }),
  );
});

test('names do not run into each other', () => {
  const names: [string, string, string][] = [
    ['a', 'b', 'c'],
    ['ab', '', 'c'],
    ['a', 'bc', ''],
    ['', 'ab', 'c'],
    ['b', 'a', 'c'],
  ];
  expect(new Set(names.map(([a, b, c]) => referenceOf(a, b, c))).size).toBe(names.length);
});

test('digits are allocated, never derived', () => {
  const of = (allocated: string | undefined, digits: number | undefined): string | null =>
    payeeReferenceOf(capture({}, allocated === undefined ? {} : { allocated }), digits);
  expect(of('000000000042', 12)).toBe('000000000042');
  expect(of(undefined, 12)).toBeNull();
  expect(of('1234567890123', 12)).toBeNull();
  expect(of('12a', 12)).toBeNull();
  expect(of('12345', 4)).toBeNull();
  expect(of('42', undefined)).toBe(referenceOf('swedbank-se', 'order-1', 'c-1'));
});

test('a lost attempt is looked for by the keys that it left, or by what can be derived', () => {
  const look = lookFor(capture());
  expect(soughtReferenceOf(look, undefined)).toBe(referenceOf('swedbank-se', 'order-1', 'c-1'));
  expect(soughtReferenceOf({ ...look, keys: { payeeReference: '7' } }, 12)).toBe('7');
  expect(soughtReferenceOf({ ...look, keys: { allocated: '8' } }, 12)).toBe('8');
  expect(soughtReferenceOf(look, 12)).toBeNull();
});
