/** Rule: an account is checked before it is used, and its capabilities are what the documents give. */
import { expect, test } from 'vitest';
import { ConfigurationError } from '../../../providers/configuration-error.ts';
import type { ProviderAccount } from '../../../providers/provider.ts';
import { FAILURES } from '../../../providers/swedbankpay/descriptor.ts';
import { swedbankpay } from '../../../providers/swedbankpay/provider.ts';
import { options, PAYEE, PAYMENT } from './calls.ts';

const made = (change: Record<string, unknown> = {}): ProviderAccount =>
  swedbankpay.configure('swedbank-se', { ...options(), ...change });
const faulty = (change: Record<string, unknown>): readonly string[] => {
  try {
    made(change);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return error.faults.map(({ path }) => path);
  }
};

test.each<[string, Record<string, unknown>]>([
  ['url', { url: 'sandbox' }],
  ['url', { url: 'http://api.payex.com' }],
  ['url', { url: 'ftp://x' }],
  ['accessToken', { accessToken: '' }],
  ['accessToken', { accessToken: 'a\r\nb' }],
  ['payeeReferenceDigits', { payeeReferenceDigits: 13 }],
  ['pathToken', { pathToken: 'short' }],
  ['callbackUrl', { callbackUrl: 'nothing' }],
  ['exponents.SEK', { exponents: { SEK: 3 } }],
  ['unknown', { unknown: 1 }],
])('refused: %s', (path, change) => {
  expect([...new Set(faulty(change))]).toEqual([path]);
});

test('https anywhere, http to this machine', () => {
  expect(faulty({ url: 'https://api.externalintegration.payex.com' })).toEqual([]);
  expect(faulty({ url: 'http://localhost:1' })).toEqual([]);
});

const adopt = (payment: unknown, more = {}) =>
  made().capabilities({
    currency: 'SEK',
    amount: 1,
    authorization: { adopt: { payment: payment as string, ...more } },
  });

test('capabilities', () => {
  expect(adopt(PAYMENT)).toMatchObject({
    remainder: 'separate-cancel',
    maxCaptures: null,
    maxRefunds: null,
    holds: 'money',
    voidable: true,
    releaseAfterCapture: 'certain',
    refundAnchor: 'payment',
    resend: 'same-key-once-absent',
    query: 'operations',
    sequence: null,
    maxAmount: null,
    plans: ['immediate', 'collect'],
    timing: { validity: 7 * 86_400_000, margin: 60_480_000, giveUpAfter: 172_800_000 },
  });
  expect(FAILURES).toEqual({ lock: 5, brake: 3 });
});

test('adopted by the id of a payment that holds money', () => {
  for (const instrument of ['vipps', 'mobilepay']) {
    expect(adopt(PAYMENT.replace('creditcard', instrument))).toHaveProperty('remainder');
  }
  const path = 'authorization.adopt.reference';
  expect(adopt('nonsense')).toMatchObject({ path: `${path}.payment` });
  expect(adopt(PAYMENT.replace('creditcard', 'swish'))).toMatchObject({ path: `${path}.payment` });
  expect(adopt(PAYMENT, { txid: '1' })).toMatchObject({ path: `${path}.txid` });
});

test('asked for only where the payer can be sent to the page', () => {
  const ask = (change: Record<string, unknown>, method = 'creditcard') =>
    made(change).capabilities({ currency: 'SEK', amount: 1, authorization: { request: { method } } });
  expect(ask({ payeeId: PAYEE })).toHaveProperty('remainder');
  expect(ask({})).toMatchObject({ path: 'authorization.request' });
  expect(ask({ payeeId: PAYEE, payeeReferenceDigits: 12 })).toMatchObject({ path: 'authorization.request' });
  expect(ask({ payeeId: PAYEE }, 'swish')).toMatchObject({ path: 'authorization.request.method' });
});

test('amounts and currencies', () => {
  const authorization = { adopt: { payment: PAYMENT } };
  const of = (currency: string, amount: number) => made().capabilities({ currency, amount, authorization });
  for (const currency of ['SEK', 'JPY', 'KWD', 'ISK', 'HUF', 'CLF'])
    expect(of(currency, 1)).toHaveProperty('remainder');
  expect(of('XTS', 1)).toMatchObject({ path: 'amount.currency' });
  expect(of('SEK', 0)).toMatchObject({ path: 'amount' });
  expect(of('SEK', 1.5)).toMatchObject({ path: 'amount' });
});

test('the hold is known by the id of the payment', () => {
  expect(made().holdKey({ payment: PAYMENT })).toBe(PAYMENT);
  expect(made().referenceOf('p', 'authorization')).toMatch(/^[A-Z2-7]{30}$/);
});
