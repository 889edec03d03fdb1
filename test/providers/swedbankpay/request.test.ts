/** Rule: a call becomes the documented body and nothing else; what breaks a limit is named by the caller's field. */
import { describe, expect, test } from 'vitest';
import type { ProviderCall } from '../../../payment/call.ts';
import type { SwedbankPayOptions } from '../../../providers/swedbankpay/account.ts';
import { draftOf } from '../../../providers/swedbankpay/request.ts';
import { bodyText } from '../../../providers/swedbankpay/wire.ts';
import { account, authorise, capture, line, PAYEE, PAYMENT, refund, release } from './calls.ts';

const asked = (call: ProviderCall, change: Partial<SwedbankPayOptions> = {}): Record<string, unknown> => {
  const draft = draftOf(call, account({ payeeId: PAYEE, ...change }));
  if (draft.refusal !== null) throw new Error(`${draft.refusal.path}: ${draft.refusal.message}`);
  return JSON.parse(bodyText(draft.body)) as Record<string, unknown>;
};
const path = (call: ProviderCall, change: Partial<SwedbankPayOptions> = {}): string | undefined =>
  draftOf(call, account({ payeeId: PAYEE, ...change })).refusal?.path;

const reference = expect.stringMatching(/^[A-Z2-7]{30}$/);

test('a capture', () => {
  expect(asked(capture({ vatAmount: 600, description: 'First parcel' }))).toEqual({
    transaction: { amount: 3_000, vatAmount: 600, description: 'First parcel', payeeReference: reference },
  });
});

test('a reversal', () => {
  expect(asked(refund({ reason: 'Returned', options: { receiptReference: 'RE1' } }))).toEqual({
    transaction: {
      amount: 500,
      vatAmount: 0,
      description: 'Returned',
      payeeReference: reference,
      receiptReference: 'RE1',
    },
  });
});

test('a cancellation names no amount', () => {
  expect(asked(release())).toEqual({
    transaction: { description: 'Release r-1', payeeReference: reference },
  });
  expect(asked(release({ details: { reason: 'Out of stock' } }))).toMatchObject({
    transaction: { description: 'Out of stock' },
  });
});

test('the engine’s own description always fits', () => {
  const { transaction } = asked(capture({}, { operation: 'x'.repeat(64) })) as {
    transaction: { description: string };
  };
  expect(transaction.description).toBe(`Capture ${'x'.repeat(32)}`);
  expect(asked(release({ operation: `${'x'.repeat(64)}.rest` }))).toBeDefined();
});

test('the VAT of lines: named, by the rate from the gross total, or none', () => {
  const vat = (lines: Parameters<typeof line>[0][], amount = 3_000): unknown => {
    const body = asked(capture({ lines: lines.map(line) }, { amount })) as {
      transaction: { vatAmount: number };
    };
    return body.transaction.vatAmount;
  };
  expect(vat([{}])).toBe(0);
  expect(vat([{ vatRate: 2_500 }])).toBe(600);
  expect(vat([{ vatAmount: { value: 1, currency: 'SEK' } }])).toBe(1);
  expect(vat([{ vatRate: 1_200, unitPrice: { value: 999, currency: 'SEK' } }], 999)).toBe(107);
  const voucher = {
    type: 'voucher',
    vatRate: 2_500,
    unitPrice: { value: -500, currency: 'SEK' },
  } as const;
  expect(vat([{ vatRate: 2_500 }, voucher], 2_500)).toBe(500);
});

test('a card payment whose payer is sent to the page', () => {
  const call = authorise({
    description: 'Order 1',
    returnUrls: { success: 'https://shop.example/done', back: 'https://shop.example/back' },
    options: {
      vatAmount: 2_000,
      language: 'sv-SE',
      userAgent: 'Mozilla/5.0',
      orderReference: 'or-1',
      payerReference: 'AB1234',
    },
  });
  expect(asked(call, { callbackUrl: 'https://tranche.example/n', payeeName: 'Shop' })).toEqual({
    payment: {
      operation: 'Purchase',
      intent: 'Authorization',
      currency: 'SEK',
      prices: [{ type: 'CreditCard', amount: 10_000, vatAmount: 2_000 }],
      description: 'Order 1',
      userAgent: 'Mozilla/5.0',
      language: 'sv-SE',
      payerReference: 'AB1234',
      urls: {
        completeUrl: 'https://shop.example/done',
        cancelUrl: 'https://shop.example/back',
        callbackUrl: 'https://tranche.example/n',
      },
      payeeInfo: { payeeId: PAYEE, payeeReference: reference, payeeName: 'Shop', orderReference: 'or-1' },
    },
  });
  expect(asked(authorise())).toMatchObject({
    payment: { description: 'Payment order-1', language: 'en-US', userAgent: 'Tranche' },
  });
});

test('the same call is the same bytes', () => {
  const text = (call: ProviderCall): string => {
    const draft = draftOf(call, account());
    return draft.refusal === null ? bodyText(draft.body) : '';
  };
  expect(text(capture({}, { attempt: 2 }))).toBe(text(capture()));
});

describe('refused, with the field', () => {
  const card = '4111 1111 1111 1111';
  test.each<[string, ProviderCall, Partial<SwedbankPayOptions>?]>([
    ['amount', capture({}, { amount: 0 })],
    ['amount', capture({}, { amount: 1.5 })],
    ['amount', capture({}, { amount: -1 })],
    ['amount', refund({}, { amount: Number.MAX_SAFE_INTEGER + 1 })],
    ['amount', release({ amount: 1 })],
    ['description', capture({ description: 'x'.repeat(41) })],
    ['description', capture({ description: '' })],
    ['description', capture({ description: 'a\nb' })],
    ['description', capture({ description: card })],
    ['reason', release({ details: { reason: 'x'.repeat(41) } })],
    ['reason', refund({ reason: card })],
    ['vatAmount', capture({ vatAmount: 3_001 })],
    ['vatAmount', capture({ vatAmount: -1 })],
    ['vatAmount', refund({ vatAmount: 0.5 })],
    ['lines', capture({ lines: [line({ quantity: 2 })] })],
    ['options.receiptReference', capture({ options: { receiptReference: 'a-b' } })],
    ['options.payeeReference', capture({ options: { payeeReference: 'A' } })],
    ['options.amount', refund({ options: { amount: 1 } })],
    ['hold.payment', capture({}, { hold: {} })],
    ['hold.payment', capture({}, { hold: { payment: 'https://evil.example/psp/creditcard/payments/1' } })],
    ['hold.payment', capture({}, { hold: { payment: '/psp/creditcard/payments/../../x' } })],
    ['hold.payment', capture({}, { hold: { payment: '/psp/paymentorders/1' } })],
    ['hold.payment', capture({}, { hold: { payment: PAYMENT.replace('creditcard', 'invoice') } })],
    ['allocated', capture(), { payeeReferenceDigits: 12 }],
    ['authorization.request.method', authorise({ method: 'invoice' })],
    ['authorization.request.returnUrls.success', authorise({ returnUrls: {} })],
    ['authorization.request.returnUrls.success', authorise({ returnUrls: { success: 'javascript:0' } })],
    ['authorization.request.options.language', authorise({ options: { language: 'xx' } })],
    ['authorization.request.options.vatAmount', authorise({ options: { vatAmount: 10_001 } })],
    ['authorization.request.options.cardNumber', authorise({ options: { cardNumber: card } })],
    ['authorization.request.options.payerReference', authorise({ options: { payerReference: card } })],
    ['authorization.request.options.subsite', authorise({ options: { subsite: 'x'.repeat(41) } })],
    ['authorization.request.customer.email', authorise({ customer: { email: 'a@b.example' } })],
    ['authorization.request.description', authorise({ description: 'x'.repeat(41) })],
    ['amount.currency', authorise({}, { currency: 'JPY' })],
  ])('%s', (field, call, change) => {
    expect(path(call, change)).toMatch(new RegExp(`^${field.replaceAll('.', '\\.')}`));
  });

  test('an account without a payee only adopts', () => {
    expect(draftOf(authorise(), account()).refusal?.path).toBe('authorization.request');
  });

  test('40 code points fit', () => {
    expect(path(capture({ description: '🙂'.repeat(40) }))).toBeUndefined();
  });
});

test('no message repeats a card number', () => {
  const { refusal } = draftOf(capture({ description: '4111111111111111' }), account());
  expect(JSON.stringify(refusal)).not.toContain('4111');
});
