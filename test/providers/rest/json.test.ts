/** Rule: numbers are read and written as their own digits, and only a whole JSON text is read at all. */
import { expect, test } from 'vitest';
import { decimalNumber, readJson } from '../../../providers/rest/json.ts';

const read = (text: string) => readJson(Buffer.from(text));

test('numbers stand as they were written, at any depth', () => {
  expect(read('{"a":1.10,"b":[1e2,-0,9007199254740993],"c":{"d":0.1}}')).toEqual({
    ok: true,
    value: { a: '1.10', b: ['1e2', '-0', '9007199254740993'], c: { d: '0.1' } },
  });
  expect(read('{"a":true,"b":null,"c":"1"}')).toEqual({ ok: true, value: { a: true, b: null, c: '1' } });
});

test.each([
  ['', 'empty-answer'],
  ['{"a":1', 'not-json'],
  ['{"a":1}}', 'not-json'],
  ['<html>', 'not-json'],
])('%j is no answer', (text, fault) => {
  expect(read(text)).toEqual({ ok: false, fault });
});

test('bytes that are no UTF-8', () => {
  expect(readJson(Buffer.from([0x22, 0xc3, 0x28, 0x22]))).toEqual({ ok: false, fault: 'not-utf8' });
});

test.each([
  [8_000, 2, '80.00'],
  [1, 2, '0.01'],
  [1, 0, '1'],
  [1, 4, '0.0001'],
  [Number.MAX_SAFE_INTEGER, 3, '9007199254740.991'],
])('%i of exponent %i is written %s', (minor, exponent, text) => {
  expect(JSON.stringify({ amount: decimalNumber(minor, exponent) })).toBe(`{"amount":${text}}`);
});
