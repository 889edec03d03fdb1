// Contract: ids are ^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$; a payment is the workflow `payment/<id>`.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  accountName,
  captureOfRest,
  IDENTIFIER_PATTERN,
  IdentifierError,
  isIdentifier,
  operationId,
  paymentId,
  paymentIdOf,
  restReleaseOf,
  txId,
  workflowIdOf,
} from '../../payment/identifier.ts';

const identifiers = fc.stringMatching(new RegExp(IDENTIFIER_PATTERN));

test.each(['a', 'A1', '0', 'order-1', 'a.b_c-d', 'k-0123456789abcdef0123456789abcdef', 'x'.repeat(64)])(
  '%s is an identifier',
  (text) => {
    expect(isIdentifier(text)).toBe(true);
    expect([paymentId(text), operationId(text), accountName(text)]).toEqual([text, text, text]);
  },
);

test.each(['', '.a', '-a', '_a', 'a/b', 'a b', 'a\n', 'ä', 'a%', 'x'.repeat(65)])('%j is none', (text) => {
  expect(isIdentifier(text)).toBe(false);
  for (const brand of [paymentId, operationId, accountName])
    expect(() => brand(text)).toThrow(IdentifierError);
});

test('a value that is no text is no identifier', () => {
  for (const value of [undefined, null, 7, ['a'], { a: 1 }]) expect(isIdentifier(value)).toBe(false);
});

test('the error names the kind and not the text', () => {
  expect(() => paymentId('4111 1111 1111 1111')).toThrow(/^not a valid payment identifier$/);
});

test('a txid is taken as it comes, but it must fit a path', () => {
  expect(txId('917985802')).toBe('917985802');
  for (const text of ['', 'a/b', 'a b', '1'.repeat(65)]) expect(() => txId(text)).toThrow(IdentifierError);
});

test('payment and workflow id lead to each other', () => {
  expect(workflowIdOf(paymentId('order-1'))).toBe('payment/order-1');
  for (const other of [
    'terminal/ccv-ev',
    'payment/',
    'payment/a/b',
    'payments/a',
    'order-1',
    'x/payment/a',
  ]) {
    expect(paymentIdOf(other)).toBeNull();
  }
  fc.assert(
    fc.property(identifiers, (text) => {
      expect(paymentIdOf(workflowIdOf(paymentId(text)))).toBe(text);
    }),
  );
});

test('a rest release names its capture, also when that id has full length', () => {
  expect(restReleaseOf(operationId('c-1'))).toBe('c-1.rest');
  for (const other of ['c-1', '.rest', 'rest', `${'x'.repeat(65)}.rest`])
    expect(captureOfRest(other)).toBeNull();
  fc.assert(
    fc.property(identifiers, (text) => {
      const release = restReleaseOf(operationId(text));
      expect(captureOfRest(release)).toBe(text);
      expect(operationId(release)).toBe(release);
    }),
  );
});
