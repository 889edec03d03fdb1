/** Rule: nothing leaves that is not whole and documented, and an answer is read line by line on its first `=`. */
import { describe, expect, test } from 'vitest';
import { draftOf } from '../../../providers/payone/request.ts';
import { payoneRequest, readLines, requestOf } from '../../../providers/payone/wire.ts';
import { account, authorise, capture, line, refund, release } from './calls.ts';

const whole = (call: Parameters<typeof draftOf>[0]) => requestOf(account(), draftOf(call).fields);
const withLine = whole(capture({ lines: [line()] }, { amount: 4_500 }));

describe('a request', () => {
  test('as it is built is taken', () => {
    for (const call of [authorise(), capture(), release(), refund()])
      expect(payoneRequest.safeParse(whole(call)).success).toBe(true);
  });
  test.each([
    ['another request', { ...whole(capture()), request: 'authorization' }],
    ['no number', { ...whole(capture()), sequencenumber: undefined }],
    ['a number in a preauthorization', { ...whole(authorise()), sequencenumber: '0' }],
    ['a reference in a capture', { ...whole(capture()), reference: 'abcdefghij234567abcd' }],
    ['a negative capture', { ...whole(capture()), amount: '-1' }],
    ['a positive debit', { ...whole(refund()), amount: '1500' }],
    ['a fraction', { ...whole(capture()), amount: '1.5' }],
    ['an unknown name', { ...whole(capture()), colour: 'red' }],
    ['a card number', { ...whole(authorise()), cardpan: '4111111111111111' }],
    ['an item without price', { ...withLine, 'pr[1]': undefined }],
    [
      'items from 2',
      {
        ...withLine,
        'it[2]': 'goods',
        'id[2]': 'x',
        'pr[2]': '1',
        'no[2]': '1',
        'de[2]': 'x',
        'va[2]': '0',
        'it[1]': undefined,
      },
    ],
    [
      'a gap between items',
      { ...withLine, 'it[3]': 'goods', 'id[3]': 'x', 'pr[3]': '1', 'no[3]': '1', 'de[3]': 'x', 'va[3]': '0' },
    ],
    ['item 401', { ...withLine, 'it[401]': 'goods' }],
  ])('with %s is not', (_what, request) => {
    const texts = Object.fromEntries(Object.entries(request).filter(([, value]) => value !== undefined));
    expect(payoneRequest.safeParse(texts).success).toBe(false);
  });
});

test.each([
  ['a=1\nb=2', { a: '1', b: '2' }],
  ['a=1=2\r\n\r\nb=\n', { a: '1=2', b: '' }],
  ['a[1]=x\na=x\na=x', { 'a[1]': 'x', a: 'x' }],
])('%j', (text, lines) => {
  expect(readLines(Buffer.from(text))).toEqual({ ok: true, lines });
});

test.each([
  ['', 'empty-answer'],
  ['\n\r\n', 'empty-answer'],
  ['a', 'not-lines'],
  ['=a', 'not-lines'],
  ['a b=1', 'not-lines'],
  ['__proto__=1', 'not-lines'],
  ['a=1\na=2', 'conflicting-lines'],
])('%j is %s', (text, fault) => {
  expect(readLines(Buffer.from(text))).toEqual({ ok: false, fault });
});
