/** Rule: an answer becomes approved, pending or declined only by its own explicit word; everything else is unknown. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ProviderCall } from '../../../payment/call.ts';
import { resultOf } from '../../../providers/swedbankpay/mapping.ts';
import { authorise, capture, everyCall, PAYMENT, refund, release } from './calls.ts';

const REFERENCE = 'ABC123';
const said = (call: ProviderCall, body: unknown, status = 200) =>
  resultOf(call, REFERENCE, {
    status,
    body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
  });

const transaction = (change: Record<string, unknown> = {}) => ({
  id: `${PAYMENT}/transactions/ec2a9b09-601a-42ae-8e33-a5737e1cf177`,
  created: '2016-09-14T01:01:01.01Z',
  type: 'Capture',
  state: 'Completed',
  number: 12_345_678_901,
  amount: 3_000,
  vatAmount: 250,
  description: 'Test Capture',
  payeeReference: REFERENCE,
  isOperational: false,
  operations: [],
  ...change,
});
const made = (change: Record<string, unknown> = {}, outer: Record<string, unknown> = {}) => ({
  payment: PAYMENT,
  capture: { id: `${PAYMENT}/captures/1`, transaction: transaction(change) },
  ...outer,
});
const problem = (tail: string, more: Record<string, unknown> = {}) => ({
  type: `https://api.payex.com/psp/errordetail/${tail}`,
  title: 'No',
  ...more,
});

describe('states', () => {
  test('completed is approved, with what was booked', () => {
    expect(said(capture(), made())).toEqual({
      outcome: 'approved',
      booked: 3_000,
      providerReference: `${PAYMENT}/captures/1`,
      facts: { state: 'Completed', number: '12345678901', created: '2016-09-14T01:01:01.01Z' },
    });
    expect(said(capture(), made({ state: 'completed' }), 201)).toMatchObject({ outcome: 'approved' });
  });

  test('failed is declined; its problem tells how', () => {
    expect(said(capture(), made({ state: 'Failed', failedReason: 'UserCancelled' }))).toMatchObject({
      outcome: 'declined',
      decline: { code: 'UserCancelled', hold: 'stands', again: 'later' },
    });
    const cause = problem('creditcard/acquirererrordonotretry', { status: 403 });
    expect(said(capture(), made({ state: 'Failed', problem: cause }))).toMatchObject({
      outcome: 'declined',
      decline: { code: 'acquirererrordonotretry', again: 'no' },
    });
  });

  test('Initialized is unknown, AwaitingActivity pending, another state unknown', () => {
    expect(said(capture(), made({ state: 'Initialized' }))).toMatchObject({
      outcome: 'unknown',
      reason: 'initialized',
    });
    expect(said(capture(), made({ state: 'AwaitingActivity' }))).toMatchObject({ outcome: 'pending' });
    expect(said(capture(), made({ state: 'Perhaps' }))).toMatchObject({
      outcome: 'unknown',
      reason: 'state-not-listed',
    });
  });

  test('reversals and cancellations', () => {
    const reversal = { id: 'x', transaction: transaction({ type: 'Reversal', amount: 500 }) };
    expect(said(refund(), { payment: PAYMENT, reversal })).toMatchObject({
      outcome: 'approved',
      booked: 500,
    });
    expect(said(refund(), { payment: PAYMENT, capture: reversal })).toMatchObject({ outcome: 'unknown' });
    const { amount: _amount, ...without } = transaction({ type: 'Cancellation' });
    const cancellation = (inner: object) => ({
      payment: PAYMENT,
      cancellation: { id: 'x', transaction: inner },
    });
    const plain = said(release(), cancellation(without));
    expect(plain).toMatchObject({ outcome: 'approved' });
    expect(plain).not.toHaveProperty('booked');
    expect(said(release(), cancellation({ ...without, amount: 700 }))).toMatchObject({ booked: 700 });
  });
});

describe('answers that do not fit are unknown', () => {
  test.each<[string, unknown, number]>([
    ['amount-differs', made({ amount: 2_999 }), 200],
    ['reference-differs', made({ payeeReference: 'OTHER' }), 200],
    ['reference-differs', made({ payeeReference: undefined }), 200],
    ['payment-differs', made({}, { payment: `${PAYMENT}x` }), 200],
    ['answer-incomplete', { payment: PAYMENT }, 200],
    ['answer-incomplete', made({ state: undefined }), 200],
    ['answer-incomplete', made({ amount: -1 }), 200],
    ['answer-incomplete', made({ amount: 1.5 }), 200],
    ['answer-incomplete', made({ amount: 2 ** 60 }), 200],
    ['answer-incomplete', problem('creditcard/carddeclined'), 200],
    ['answer-incomplete', [], 200],
    ['not-json', 'null', 200],
    ['not-json', '<html>', 200],
    ['not-json', JSON.stringify(made()).slice(0, -3), 200],
    ['empty-answer', '', 200],
    ['http-status', '', 403],
    ['http-status', '<html>403</html>', 403],
    ['http-status', made(), 403],
    ['http-status', made(), 302],
    ['http-status', made(), 204],
    ['http-status', {}, 401],
    ['problem-without-outcome', problem('systemerror'), 500],
    ['problem-without-outcome', problem('creditcard/carddeclined'), 502],
    ['problem-without-outcome', problem('creditcard/acquirergatewaytimeout'), 504],
    ['problem-not-listed', problem('creditcard/somethingnew'), 403],
    ['problem-not-listed', { type: 'about:blank' }, 400],
    ['duplicate', problem('creditaccount/IDENTIFIERALREADYINUSE'), 403],
    [
      'duplicate',
      problem('inputerror', {
        problems: [{ name: 'Transaction.PayeeReference', description: 'must be unique' }],
      }),
      400,
    ],
  ])('%s', (reason, body, status) => {
    expect(said(capture(), body, status)).toMatchObject({ outcome: 'unknown', reason });
  });

  test('an amount that differs is told', () => {
    expect(said(capture(), made({ amount: 2_999 }))).toMatchObject({ answered: 2_999 });
  });

  test('bytes that are no UTF-8', () => {
    const body = Buffer.concat([Buffer.from(JSON.stringify(made()).slice(0, -1)), Buffer.from([0xff, 0x7d])]);
    expect(resultOf(capture(), REFERENCE, { status: 200, body })).toMatchObject({ reason: 'not-utf8' });
  });
});

describe('refusals', () => {
  test('an acquirer’s 403 is a decline, and 403 is not about the token', () => {
    expect(
      said(capture(), problem('creditcard/acquirerinsufficientfunds', { detail: 'Too little' }), 403),
    ).toEqual({
      outcome: 'declined',
      decline: { code: 'acquirerinsufficientfunds', message: 'No · Too little', hold: 'stands', again: 'no' },
      facts: {
        type: 'https://api.payex.com/psp/errordetail/creditcard/acquirerinsufficientfunds',
        status: '403',
      },
    });
  });

  test('what an earlier attempt may have caused is definitive only at first', () => {
    expect(said(capture(), problem('inputerror'), 400)).toMatchObject({
      outcome: 'declined',
      firstOnly: true,
    });
  });

  test('a repeat that is refused for its reference is a duplicate', () => {
    const body = problem('inputerror', {
      problems: [{ name: 'Transaction.PayeeReference', description: 'bad' }],
    });
    expect(said(capture(), body, 400)).toMatchObject({ outcome: 'declined' });
    expect(said(capture({}, { attempt: 2 }), body, 400)).toMatchObject({
      outcome: 'unknown',
      reason: 'duplicate',
    });
  });

  test('a card number in a text is masked', () => {
    const result = said(
      capture(),
      problem('creditcard/carddeclined', { detail: 'card 4111111111111111' }),
      403,
    );
    expect(JSON.stringify(result)).not.toContain('4111');
  });
});

describe('a payment that was asked for', () => {
  const page = (operations: unknown, id = PAYMENT) => ({
    payment: { id, state: 'Ready', currency: 'SEK', amount: 10_000 },
    operations,
  });
  const redirect = { rel: 'redirect-authorization', href: 'https://ecom.example/pay/1', method: 'GET' };

  test('waits for the payer at the page', () => {
    expect(said(authorise(), page([redirect]), 201)).toEqual({
      outcome: 'pending',
      providerReference: PAYMENT,
      hold: { payment: PAYMENT },
      redirectUrl: 'https://ecom.example/pay/1',
    });
  });

  test('an address that is no page is not handed on', () => {
    const strange = said(authorise(), page([{ ...redirect, href: 'javascript:0' }]), 201);
    expect(strange).not.toHaveProperty('redirectUrl');
    expect(said(authorise(), page([redirect], '/other'), 201)).toMatchObject({ outcome: 'unknown' });
    expect(said(authorise(), { payment: { id: PAYMENT } }, 201)).toMatchObject({ outcome: 'unknown' });
  });
});

test('total: no bytes and no JSON throw or settle anything', () => {
  fc.assert(
    fc.property(fc.uint8Array(), fc.integer({ min: 100, max: 599 }), (body, status) => {
      for (const call of everyCall()) {
        expect(resultOf(call, REFERENCE, { status, body }).outcome).toBe('unknown');
      }
    }),
  );
  fc.assert(
    fc.property(fc.json(), fc.integer({ min: 200, max: 599 }), (text, status) => {
      for (const call of everyCall()) {
        expect(resultOf(call, REFERENCE, { status, body: Buffer.from(text) }).outcome).toBe('unknown');
      }
    }),
  );
});
