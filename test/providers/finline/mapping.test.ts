/** Rule: method and status decide, the amount must be the asked one, and whatever is not listed is unknown. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ProviderCall } from '../../../payment/call.ts';
import { resultOf } from '../../../providers/finline/mapping.ts';
import {
  account,
  authorise,
  capture,
  everyCall,
  operation,
  ORDER,
  ours,
  raw,
  refund,
  release,
} from './calls.ts';

const map = (call: ProviderCall, status: number, body: unknown, headers: Record<string, string> = {}) =>
  resultOf(account(), call, raw(status, body, headers));

describe('success', () => {
  test('a capture of what was asked', () => {
    expect(map(capture(), 200, operation())).toMatchObject({
      outcome: 'approved',
      booked: 8_000,
      providerReference: 'f7d0c7cb-af32-441f-b2af-4d90d4da70e1',
      keys: { order_id: ORDER, reference: ours('c-1') },
      facts: { status_code: '1000', operation_id: 'f7d0c7cb-af32-441f-b2af-4d90d4da70e1' },
    });
  });
  test.each([
    ['80.00', 8_000],
    ['"80"', 8_000],
    ['80.1', 8_010],
  ])('the amount is read from its own digits: %s', (text, booked) => {
    const body = JSON.stringify(operation()).replace('"amount":80', `"amount":${text}`);
    expect(map(capture({}, { amount: booked }), 200, body)).toMatchObject({ outcome: 'approved', booked });
  });
  test('a void, whatever its amount; a refund; an authorisation with another code than 1000', () => {
    expect(map(release(), 200, operation({ method: 'void', amount: 100 }))).toMatchObject({
      outcome: 'approved',
    });
    expect(map(release(), 200, operation({ method: 'void', amount: null }))).not.toHaveProperty('booked');
    expect(map(refund(), 200, operation({ method: 'refund', amount: 15 }))).toMatchObject({
      outcome: 'approved',
      booked: 1_500,
    });
    const auth = operation({
      method: 'auth',
      amount: 100,
      order_id: ours('authorization'),
      status_code: '1002',
    });
    expect(map(authorise(), 200, auth)).toMatchObject({
      outcome: 'approved',
      providerReference: ours('authorization'),
      hold: { orderId: ours('authorization') },
    });
  });
});

describe('unknown', () => {
  test('another amount than asked, as in the example of the seed, is told and not believed', () => {
    expect(map(capture(), 200, operation({ amount: 100 }))).toMatchObject({
      outcome: 'unknown',
      reason: 'amount-differs',
      answered: 10_000,
    });
  });
  test.each<[string, number, unknown]>([
    ['order-differs', 200, operation({ order_id: '124' })],
    ['pos-differs', 200, operation({ pos_id: 'other' })],
    ['method-differs', 200, operation({ method: 'purchase' })],
    ['currency-differs', 200, operation({ currency: 'USD' })],
    ['amount-unreadable', 200, operation({ amount: undefined })],
    ['amount-unreadable', 200, operation({ amount: 80.001 })],
    ['amount-unreadable', 200, operation({ amount: -80 })],
    ['status-not-listed', 200, operation({ status: 'registered' })],
    ['status-not-listed', 200, operation({ status: 'Success' })],
    ['answer-incomplete', 200, operation({ status: undefined })],
    ['answer-incomplete', 200, [operation()]],
    ['answer-incomplete', 200, 'null'],
    ['empty-answer', 200, ''],
    ['not-json', 200, '<html>success</html>'],
    ['not-json', 200, JSON.stringify(operation()).slice(0, -1)],
    ['http-status', 500, operation()],
    ['http-status', 503, ''],
    ['http-status', 302, ''],
    ['http-status', 418, { message: 'no' }],
    ['http-status', 400, { error: 'no message' }],
    ['not-json', 404, '<html>not here</html>'],
    ['http-status-contradicts', 400, operation()],
  ])('%s', (reason, status, body) => {
    expect(map(capture(), status, body)).toMatchObject({ outcome: 'unknown', reason });
  });
  test('text that is no UTF-8', () => {
    const body = Buffer.from([0x7b, 0xff, 0x7d]);
    expect(resultOf(account(), capture(), { status: 200, headers: {}, body })).toMatchObject({
      outcome: 'unknown',
      reason: 'not-utf8',
    });
  });
});

test.each(['init', 'pending', 'processing'])('%s is pending', (status) => {
  expect(map(capture(), 200, operation({ status }))).toMatchObject({ outcome: 'pending' });
});

describe('declined, and only a first attempt is settled by it', () => {
  test('status failure leaves the hold', () => {
    const answer = operation({
      status: 'failure',
      status_code: '2003',
      status_description: 'no 4111111111111111',
    });
    expect(map(capture(), 200, answer)).toMatchObject({
      outcome: 'declined',
      firstOnly: true,
      decline: { code: '2003', message: 'no [card number]', hold: 'stands', again: 'later' },
    });
    expect(map(capture(), 400, answer)).toMatchObject({ outcome: 'declined' });
  });
  test.each([
    [400, 'V-400', 'no'],
    [401, 'S-401', 'config'],
    [403, 'S-403', 'config'],
    [404, 'S-404', 'no'],
    [405, 'S-405', 'config'],
    [406, 'S-406', 'no'],
  ])('HTTP %i with a message', (status, code, again) => {
    expect(map(capture(), status, { message: 'not so', args: { code } })).toMatchObject({
      outcome: 'declined',
      firstOnly: true,
      decline: { code, message: 'not so', hold: 'stands', again },
    });
  });
  test('without a code the status is the code', () => {
    expect(map(capture(), 404, { message: 'x' })).toMatchObject({ decline: { code: 'HTTP-404' } });
  });
});

test('429 was not taken in', () => {
  expect(map(capture(), 429, '')).toMatchObject({ outcome: 'not_performed', busy: true, firstOnly: true });
});

describe('a customer who has to act', () => {
  const orderId = ours('authorization');
  test('the hosted page is where the answer redirects to', () => {
    const location = 'https://pay.example/checkout/1';
    expect(map(authorise({ method: 'hosted', options: {} }), 302, '', { location })).toMatchObject({
      outcome: 'pending',
      redirectUrl: location,
      providerReference: orderId,
      hold: { orderId },
    });
    expect(map(authorise(), 302, '', { location: '/checkout' })).toMatchObject({ outcome: 'unknown' });
  });
  test('a confirmation is where the answer says', () => {
    const answer = operation({
      method: 'auth',
      order_id: orderId,
      status: 'pending',
      user_action_url: 'https://pay.example/3ds',
    });
    expect(map(authorise(), 200, answer)).toMatchObject({
      outcome: 'pending',
      redirectUrl: 'https://pay.example/3ds',
      hold: { orderId },
    });
  });
});

test('an answer to one action is never taken for another', () => {
  const methods = ['auth', 'capture', 'void', 'refund'];
  for (const [index, call] of everyCall.entries()) {
    const order_id = call.action === 'authorise' ? ours('authorization') : ORDER;
    for (const method of methods.filter((_, at) => at !== index)) {
      expect(map(call, 200, operation({ method, order_id }))).toMatchObject({
        outcome: 'unknown',
        reason: 'method-differs',
      });
    }
  }
});

test('total: whatever comes, it throws nothing and approves only what says so itself', () => {
  const field = fc.oneof(
    fc.constantFrom('success', 'capture', ORDER, 'UAH', 80, '80.00', 100, null),
    fc.jsonValue(),
  );
  const change = fc.dictionary(
    fc.constantFrom(
      'order_id',
      'method',
      'status',
      'amount',
      'currency',
      'pos_id',
      'operation_id',
      'comment',
    ),
    field,
  );
  const body = fc.oneof(change.map(operation), fc.jsonValue());
  fc.assert(
    fc.property(fc.constantFrom(200, 201, 302, 400, 404, 429, 500), body, (status, value) => {
      const result = map(capture(), status, value);
      if (result.outcome !== 'approved') return;
      expect(status).toBeLessThan(300);
      expect(value).toMatchObject({ order_id: ORDER, method: 'capture', status: 'success' });
      expect(Number((value as { amount: unknown }).amount)).toBe(80);
    }),
    { numRuns: 2_000 },
  );
});
