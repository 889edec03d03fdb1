/** Rule: the same account, payment and operation give the same reference for ever, and no others give it too. */
import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { keyOf, referenceOf } from '../../../providers/payone/reference.ts';

test('it is the start of a SHA-256 in base32', () => {
  const digest = createHash('sha256').update('["payone","payone-de","order-1","authorization"]').digest();
  const bits = [...digest].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  const expected = Array.from(
    { length: 20 },
    (_, n) => 'abcdefghijklmnopqrstuvwxyz234567'[Number.parseInt(bits.slice(n * 5, n * 5 + 5), 2)],
  ).join('');
  expect(referenceOf('payone-de', 'order-1', 'authorization')).toBe(expected);
});

test('names do not run into each other', () => {
  const all = [
    ['a', 'bc', 'd'],
    ['ab', 'c', 'd'],
    ['a', 'b', 'cd'],
    ['a', 'bc', 'D'],
  ] as const;
  expect(
    new Set(all.map(([account, payment, operation]) => referenceOf(account, payment, operation))).size,
  ).toBe(4);
});

test('digests of the portal key', () => {
  expect(keyOf('abc', 'md5')).toBe('900150983cd24fb0d6963f7d28e17f72');
  expect(keyOf('abc', 'sha384')).toBe(createHash('sha384').update('abc').digest('hex'));
  expect(keyOf('abc', 'none')).toBe('abc');
});
