/** Rule: all four signals say yes or nothing is approved; only a client's error without any yes is a refusal. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type FollowUp, resultOf } from '../../../providers/paymentoptions/mapping.ts';
import { account, answer, CAPTURE, capture, HOLD, raw, refund, release } from './calls.ts';

const map = (call: FollowUp, status: number, body: unknown, change: Parameters<typeof account>[0] = {}) =>
  resultOf(account(change), call, raw(status, body));

test('a capture is known by its own id, which its refunds name', () => {
  expect(map(capture(), 201, answer())).toEqual({
    outcome: 'approved',
    booked: 1_000,
    providerReference: CAPTURE,
    keys: { transactionId: HOLD },
    facts: {
      transaction_type: 'CAPTURE',
      code: 'INFO0001',
      response_code: '0',
      auth_code: '264302',
      scheme: 'MASTERCARD',
      ref: '74819',
    },
  });
  expect(map(capture(), 200, answer())).toMatchObject({ outcome: 'approved' });
  const back = answer({ transaction_type: 'REFUND' }, { amount: 400 }, { code: 'INFO0002' }, { id: 'r' });
  expect(map(refund(), 201, back)).toMatchObject({
    outcome: 'approved',
    booked: 400,
    providerReference: 'r',
    keys: { transactionId: CAPTURE },
  });
  const gone = map(release(), 201, answer({ transaction_type: 'VOID' }));
  expect(gone).toMatchObject({ outcome: 'approved' });
  expect(gone).not.toHaveProperty('booked');
});

test('amounts as number or text, in the unit of the account', () => {
  const paid = (amount: string) =>
    JSON.stringify(answer({}, { currency: 'EUR' })).replace('"amount":1000', `"amount":${amount}`);
  for (const text of ['10', '10.0', '10.00', '"10.00"'])
    expect(map(capture({}, { currency: 'EUR' }), 201, paid(text))).toMatchObject({ booked: 1_000 });
  expect(map(capture({}, { currency: 'EUR' }), 201, paid('1000'), { amountUnit: 'minor' })).toMatchObject({
    booked: 1_000,
  });
  expect(map(capture({}, { currency: 'EUR' }), 201, paid('10.001'))).toMatchObject({
    reason: 'amount-unreadable',
  });
});

describe('four signals, of which none is missing', () => {
  const rows: [string, number, unknown][] = [
    ['success', 201, answer({ success: false })],
    ['success missing', 201, answer({ success: null })],
    ['type', 201, answer({}, {}, { type: 'ERROR' })],
    ['type missing', 201, answer({ gateway_response: undefined })],
    ['response_code', 201, answer({}, { response_code: 5 })],
    ['response_code missing', 201, answer({}, { response_code: undefined })],
    ['HTTP 500', 500, answer()],
    ['HTTP 400 with a yes elsewhere', 400, answer({ success: false })],
    ['HTTP 201 with three no', 201, answer({ success: false }, { response_code: 5 }, { type: 'ERROR' })],
    ['HTTP 500 with three no', 500, answer({ success: false }, { response_code: 5 }, { type: 'ERROR' })],
    ['HTTP 408', 408, { success: false }],
    ['HTTP 429', 429, { success: false }],
    ['HTTP 302', 302, {}],
  ];
  test.each(rows)('%s', (_name, status, body) => {
    expect(map(capture(), status, body)).toMatchObject({ outcome: 'unknown', reason: 'signals-disagree' });
  });
  test('16 combinations, one approval', () => {
    const outcomes = Array.from({ length: 16 }, (_, n) => {
      const bit = (at: number): boolean => ((n >> at) & 1) === 1;
      const body = answer(
        { success: bit(0) },
        { response_code: bit(1) ? 0 : 5 },
        { type: bit(2) ? 'INFO' : 'ERROR' },
      );
      return map(capture(), bit(3) ? 201 : 400, body).outcome;
    });
    expect(outcomes.indexOf('approved')).toBe(15);
    expect(outcomes.filter((one) => one === 'approved')).toHaveLength(1);
    expect(outcomes.indexOf('declined')).toBe(0);
    expect(outcomes.filter((one) => one === 'unknown')).toHaveLength(14);
  });
});

describe('about another call than this', () => {
  test.each<[string, unknown]>([
    ['type-differs', answer({ transaction_type: 'PRE_AUTH' })],
    ['type-differs', answer({ transaction_type: undefined })],
    ['merchant-differs', answer({ merchant_details: { mid: 'other' } })],
    ['currency-differs', answer({}, { currency: 'EUR' })],
    ['amount-unreadable', answer({}, { amount: null })],
    ['amount-unreadable', answer({}, { amount: -1_000 })],
  ])('%s', (reason, body) => {
    expect(map(capture(), 201, body)).toMatchObject({ outcome: 'unknown', reason });
  });
  test('another amount is told and not believed', () => {
    expect(map(capture(), 201, answer({}, { amount: 999 }))).toMatchObject({
      outcome: 'unknown',
      reason: 'amount-differs',
      answered: 999,
      providerReference: CAPTURE,
    });
  });
});

test.each([
  ['empty-answer', 201, ''],
  ['not-json', 201, '<html>success</html>'],
  ['not-json', 404, '<html>not here</html>'],
  ['not-json', 201, JSON.stringify(answer()).slice(0, -2)],
  ['answer-incomplete', 201, []],
  ['answer-incomplete', 201, 'null'],
  ['answer-incomplete', 201, { success: 'true' }],
])('%s', (reason, status, body) => {
  expect(map(capture(), status, body)).toMatchObject({ outcome: 'unknown', reason });
});

describe('refused', () => {
  const no = {
    success: false,
    gateway_response: { type: 'ERROR', message: 'Declined 4111111111111111', code: 'E1' },
  };
  test('by the gateway, for now', () => {
    expect(map(capture(), 400, no)).toMatchObject({
      outcome: 'declined',
      firstOnly: true,
      decline: { code: 'E1', message: 'Declined [card number]', hold: 'stands', again: 'later' },
    });
  });
  test.each([
    [401, 'config'],
    [403, 'config'],
    [404, 'config'],
    [405, 'config'],
    [400, 'no'],
    [415, 'no'],
    [422, 'no'],
  ])('HTTP %i: again %s', (status, again) => {
    expect(map(capture(), status, { message: 'no' })).toMatchObject({
      outcome: 'declined',
      decline: { code: `HTTP-${status}`, message: 'no', again },
    });
  });
});

test('an approval without an id is an approval', () => {
  const result = map(capture(), 201, answer({}, {}, {}, { id: undefined }));
  expect(result).toMatchObject({ outcome: 'approved' });
  expect(result).not.toHaveProperty('providerReference');
});

test('no card leaves the mapping', () => {
  expect(JSON.stringify(map(capture(), 201, answer()))).not.toMatch(/5200|John/);
});

test('total: whatever comes, it throws nothing and approves only where all four say yes', () => {
  const field = fc.oneof(fc.constantFrom(true, 'CAPTURE', 'INFO', 0, 1_000, 'JPY', null), fc.jsonValue());
  const part = (...names: string[]) => fc.dictionary(fc.constantFrom(...names), field, { maxKeys: 2 });
  const body = fc.oneof(
    fc
      .tuple(
        part('success', 'transaction_type'),
        part('amount', 'response_code', 'currency'),
        part('type', 'code'),
        part('id'),
      )
      .map((parts) => answer(...parts)),
    fc.jsonValue(),
  );
  fc.assert(
    fc.property(fc.constantFrom(200, 201, 400, 429, 500), body, (status, value) => {
      const result = map(capture(), status, value);
      expect(JSON.stringify(result)).not.toContain('5200000000001005');
      if (result.outcome !== 'approved') return;
      expect(status).toBeLessThan(300);
      expect(value).toMatchObject({ success: true, gateway_response: { type: 'INFO' } });
      const { payment_details: paid } = value as { payment_details: Record<string, unknown> };
      expect([Number(paid['response_code']), Number(paid['amount'])]).toEqual([0, 1_000]);
    }),
    { numRuns: 2_000 },
  );
});
