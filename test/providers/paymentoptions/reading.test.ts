/** Rule: a record that changed proves the operation; one that did not proves nothing, and refunds are never told apart. */
import { describe, expect, test } from 'vitest';
import { readingOf, transactionOf } from '../../../providers/paymentoptions/reading.ts';
import { account, answer, CAPTURE, HOLD, raw, read } from './calls.ts';

const look = (call: Parameters<typeof readingOf>[1], body: unknown, status = 200) =>
  readingOf(account(), call, raw(status, body));
const record = (type: string, amount: number | null = 1_000, id = HOLD) =>
  answer({ transaction_type: type, status_code: 200 }, { amount }, {}, { id });

test('the record of the hold is asked, and for a refund that of its capture', () => {
  expect(transactionOf(read('capture', 'c-1', 1_000))).toBe(HOLD);
  expect(transactionOf(read('refund', 'f-1', 400))).toBe(CAPTURE);
  expect(transactionOf(read('authorization', 'authorization', 1, { hold: null }))).toBe('');
});

describe('a capture', () => {
  const capture = read('capture', 'c-1', 1_000);
  test('the record has become a capture of what was asked', () => {
    expect(look(capture, record('CAPTURE'))).toEqual({ read: 'approved', booked: 1_000, remaining: 0 });
    expect(look(capture, record('CAPTURE', 1_000, CAPTURE))).toMatchObject({ providerReference: CAPTURE });
  });
  test('another amount may be that of the hold', () => {
    expect(look(capture, record('CAPTURE', 999))).toEqual({ read: 'failed', reason: 'amount-unclear' });
    expect(look(capture, record('CAPTURE', null))).toMatchObject({ read: 'failed' });
  });
  test('an unchanged record proves nothing; a void does', () => {
    expect(look(capture, record('PRE_AUTH'))).toEqual({ read: 'failed', reason: 'record-proves-nothing' });
    expect(look(capture, record('VOID'))).toEqual({ read: 'absent', offered: false, remaining: 0 });
  });
});

test('a void', () => {
  const release = read('release', 'r-1', 0);
  expect(look(release, record('VOID'))).toEqual({ read: 'approved', remaining: 0 });
  expect(look(release, record('CAPTURE'))).toEqual({ read: 'absent', offered: false, remaining: 0 });
  expect(look(release, record('PRE_AUTH'))).toMatchObject({ read: 'failed' });
});

test('a refund is never told from another', () => {
  for (const type of ['CAPTURE', 'REFUND'])
    expect(look(read('refund', 'f-1', 400), record(type))).toMatchObject({ read: 'failed' });
});

test('the hold itself', () => {
  const hold = read('authorization', 'authorization', 1_000);
  const named = { providerReference: HOLD, hold: { transactionId: HOLD } };
  expect(look(hold, record('PRE_AUTH'))).toEqual({
    read: 'approved',
    booked: 1_000,
    ...named,
  });
  expect(look(hold, record('CAPTURE', 400))).toEqual({ read: 'approved', remaining: 0, ...named });
  expect(look(hold, record('SALE'))).toMatchObject({ read: 'failed' });
  expect(look(hold, {}, 404)).toEqual({ read: 'absent', offered: false });
});

test.each<[number, unknown]>([
  [404, {}],
  [500, record('CAPTURE')],
  [200, ''],
  [200, []],
  [200, answer({ success: false })],
  [200, answer({}, { response_code: 5 })],
  [200, answer({}, { currency: 'EUR' })],
  [200, answer({ merchant_details: { mid: 'other' } })],
])('a read that failed says nothing: %i', (status, body) => {
  expect(look(read('capture', 'c-1', 1_000), body, status)).toMatchObject({ read: 'failed' });
});
