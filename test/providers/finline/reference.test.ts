/** Rule: an operation has one reference for ever, it fits an order id, and a comment gives it back. */
import { expect, test } from 'vitest';
import { commentOf, OUR_REFERENCE, referenceIn, referenceOf } from '../../../providers/finline/reference.ts';

test('32 hex digits, the same for the same names', () => {
  const one = referenceOf('a', 'p', 'c-1');
  expect(one).toMatch(OUR_REFERENCE);
  expect(one).toHaveLength(32);
  expect(referenceOf('a', 'p', 'c-1')).toBe(one);
  const others = [referenceOf('b', 'p', 'c-1'), referenceOf('a', 'p', 'c-2'), referenceOf('a', 'pc', '-1')];
  expect(new Set([one, ...others]).size).toBe(4);
});

test('a comment ends with it, whatever stands before', () => {
  const one = referenceOf('a', 'p', 'c-1');
  const other = referenceOf('a', 'p', 'c-2');
  expect(referenceIn(commentOf(`copied [${other}]`, one))).toBe(one);
  for (const text of [null, undefined, '', one, `[${one}] more`, '[xyz]'])
    expect(referenceIn(text)).toBeNull();
});
