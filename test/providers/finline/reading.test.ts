/** Rule: the list of an order tells which attempt is ours; it settles what it shows and guesses nothing. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ReadCall } from '../../../payment/read.ts';
import { orderIdOf, readingOf } from '../../../providers/finline/reading.ts';
import { account, operation, ORDER, ours, raw, read } from './calls.ts';

const auth = operation({ method: 'auth', amount: 100, status_code: '1002', comment: null });
const made = (method: string, id: string, change: Record<string, unknown> = {}) =>
  operation({ method, comment: `Words [${ours(id)}]`, operation_id: `op-${id}`, ...change });
const list = (call: ReadCall, ...operations: unknown[]) => readingOf(account(), call, raw(200, operations));
const capture = read('capture', 'c-1', 8_000);

describe('a capture', () => {
  test('that is listed is booked with the amount of the list', () => {
    expect(list(capture, auth, made('capture', 'c-1'))).toEqual({
      read: 'approved',
      booked: 8_000,
      providerReference: 'op-c-1',
      remaining: 0,
    });
    expect(list(capture, auth, made('capture', 'c-1', { amount: 79.99 }))).toMatchObject({ booked: 7_999 });
  });
  test('that is not listed is absent, and offered while the hold is whole', () => {
    expect(list(capture, auth)).toEqual({ read: 'absent', offered: true, remaining: 10_000 });
    expect(list(capture, auth, made('void', 'r-1'))).toMatchObject({
      read: 'absent',
      offered: false,
      remaining: 0,
    });
    expect(list(capture, auth, made('capture', 'c-2'))).toMatchObject({
      read: 'absent',
      offered: false,
      remaining: 0,
    });
    const busy = list(capture, auth, made('capture', 'c-2', { status: 'pending' }));
    expect(busy).toEqual({ read: 'absent', offered: false, unsettled: true });
  });
  test('of somebody without a comment might be ours, so nothing is said', () => {
    for (const comment of [null, undefined, '']) {
      expect(list(capture, auth, operation({ comment }))).toMatchObject({
        read: 'failed',
        reason: 'comment-missing',
      });
    }
    expect(list(capture, auth, operation({ comment: 'Portal' }))).toMatchObject({
      read: 'absent',
      offered: false,
    });
  });
  test('is pending or declined by its last attempt, and booked by any', () => {
    const failed = made('capture', 'c-1', { status: 'failure', status_code: '2003' });
    expect(list(capture, auth, failed)).toMatchObject({
      read: 'declined',
      decline: { code: '2003', hold: 'stands' },
      remaining: 10_000,
    });
    expect(list(capture, auth, failed, made('capture', 'c-1', { status: 'pending' }))).toEqual({
      read: 'pending',
      unsettled: true,
    });
    expect(list(capture, auth, made('capture', 'c-1'), failed)).toMatchObject({
      read: 'approved',
      booked: 8_000,
    });
  });
  test.each([
    ['order-differs', [auth, made('capture', 'c-1', { order_id: 'other' })]],
    ['order-differs', [auth, made('capture', 'c-1', { pos_id: 'other' })]],
    ['hold-not-listed', [made('capture', 'c-1')]],
    ['hold-not-listed', []],
    ['status-not-listed', [auth, made('capture', 'c-1', { status: 'registered' })]],
    ['currency-differs', [auth, made('capture', 'c-1', { currency: 'USD' })]],
    ['amount-unreadable', [auth, made('capture', 'c-1', { amount: null })]],
  ])('%s', (reason, operations) => {
    expect(list(capture, ...operations)).toEqual({ read: 'failed', reason });
  });
});

test('a void and a refund are found by their own references; a refund sent twice is the sum', () => {
  expect(list(read('release', 'r-1', 0), auth, made('void', 'r-1'))).toEqual({
    read: 'approved',
    providerReference: 'op-r-1',
    remaining: 0,
  });
  const refund = read('refund', 'f-1', 1_500);
  const taken = made('capture', 'c-1');
  expect(list(refund, auth, taken)).toMatchObject({ read: 'absent', offered: true });
  const back = made('refund', 'f-1', { amount: 15 });
  expect(list(refund, auth, taken, made('refund', 'f-0', { amount: 15 }), back)).toMatchObject({
    booked: 1_500,
  });
  expect(list(refund, auth, taken, back, back)).toMatchObject({ booked: 3_000 });
});

describe('the hold itself', () => {
  const hold = read('authorization', 'authorization', 10_000);
  test('by the order id that we know, or that we would have given', () => {
    expect(orderIdOf(hold)).toBe(ORDER);
    expect(orderIdOf({ ...hold, hold: null })).toBe(ours('authorization'));
    expect(orderIdOf({ ...hold, hold: null, keys: { order_id: 'x' } })).toBe('x');
  });
  test('with what it still covers', () => {
    expect(list(hold, auth)).toEqual({
      read: 'approved',
      booked: 10_000,
      remaining: 10_000,
      providerReference: ORDER,
      hold: { orderId: ORDER },
    });
    expect(list(hold, auth, made('capture', 'c-1'))).toMatchObject({ booked: 10_000, remaining: 0 });
    expect(list(hold, { ...auth, status: 'init' })).toEqual({ read: 'pending', unsettled: true });
    expect(list(hold, { ...auth, status: 'failure' })).toMatchObject({ decline: { again: 'customer' } });
  });
  test('an order that nobody knows', () => {
    expect(readingOf(account(), hold, raw(404, ''))).toEqual({ read: 'absent', offered: true });
    expect(list(hold)).toEqual({ read: 'absent', offered: true });
    expect(readingOf(account(), capture, raw(404, ''))).toMatchObject({ read: 'failed' });
  });
});

test.each([
  [500, ''],
  [401, { message: 'no' }],
  [200, ''],
  [200, '{'],
  [200, {}],
  [200, [{}]],
])('a read that failed says nothing: %i %j', (status, body) => {
  expect(readingOf(account(), capture, raw(status, body))).toMatchObject({ read: 'failed' });
});

test('total: whatever is listed, it throws nothing, and what is approved carries our reference', () => {
  const one = fc
    .record({
      method: fc.constantFrom('auth', 'capture', 'void', 'refund', 'other'),
      status: fc.constantFrom('success', 'failure', 'pending', 'init', 'registered'),
      comment: fc.constantFrom(null, '', 'Portal', `x [${ours('c-1')}]`, `x [${ours('c-2')}]`),
      amount: fc.constantFrom(80, 100, '80.00', null, 80.001),
    })
    .map(operation);
  fc.assert(
    fc.property(fc.array(one, { maxLength: 5 }), (operations) => {
      const result = list(capture, ...operations);
      expect(result).toHaveProperty('read');
      const mine = operations.filter(
        ({ method, comment }) => method === 'capture' && String(comment).includes(ours('c-1')),
      );
      if (result.read === 'approved') expect(mine.some(({ status }) => status === 'success')).toBe(true);
      if (result.read === 'absent') expect(mine).toEqual([]);
      if (result.read === 'declined') expect(mine.every(({ status }) => status === 'failure')).toBe(true);
    }),
    { numRuns: 2_000 },
  );
});
