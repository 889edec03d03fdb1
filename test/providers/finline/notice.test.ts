/** Rule: a notice is authentic by its signature over the data as it came, and only a read tells what it means for money. */
import { describe, expect, test } from 'vitest';
import type { Notice } from '../../../payment/notice.ts';
import type { FinlineOptions } from '../../../providers/finline/account.ts';
import { readNotice, signatureOf } from '../../../providers/finline/notice.ts';
import { account, operation, ORDER, ours } from './calls.ts';

const encode = (value: unknown): string => {
  const text = Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64');
  return text.replaceAll('+', '-').replaceAll('/', '_');
};
const form = (value: unknown, secret = 'sandbox-api-secret'): string => {
  const data = encode(value);
  return new URLSearchParams({ data, signature: signatureOf(secret, data) }).toString();
};
const hear = (body: string, change: Partial<FinlineOptions> = {}, remoteAddress = '127.0.0.1') =>
  readNotice(account(change), { headers: {}, body: Buffer.from(body), remoteAddress });
const told = (value: unknown, change: Partial<FinlineOptions> = {}): Notice => {
  const verdict = hear(form(value), change);
  if (verdict.verdict !== 'notice') throw new Error(verdict.why);
  return verdict.notice;
};

test('the published vector', () => {
  expect(signatureOf('changeme', 'eyJuYW1lIjoiSm9lIiwiYWdlIjoyMH0=')).toBe('Bcj3hb-h00HrEMIoJ5nPW5ZHlVQ=');
});

test('an authorisation is told with its amount', () => {
  const auth = operation({
    method: 'auth',
    order_id: ours('authorization'),
    amount: 100.5,
    status_code: '1002',
  });
  expect(told(auth)).toEqual({
    identity: `finline/${ours('authorization')}/f7d0c7cb-af32-441f-b2af-4d90d4da70e1/auth/success`,
    providerReference: ours('authorization'),
    hold: { orderId: ours('authorization') },
    reference: ours('authorization'),
    about: 'authorization',
    state: 'approved',
    sequenceNumber: null,
    receivable: null,
    price: 10_050,
    balance: null,
    currency: 'UAH',
    at: '2018-10-10T10:10:12.000Z',
    facts: expect.objectContaining({ method: 'auth', status: 'success', status_code: '1002' }),
  });
});

test.each(['capture', 'void', 'refund'])('%s is a hint that leads to a read', (method) => {
  const notice = told(operation({ method, comment: `Boots [${ours('c-1')}]` }));
  expect(notice).toMatchObject({
    about: 'hint',
    providerReference: ORDER,
    price: 8_000,
    facts: { method, reference: ours('c-1') },
  });
  expect(notice).not.toHaveProperty('reference');
});

test.each([
  ['success', 'approved'],
  ['pending', 'pending'],
  ['init', 'pending'],
  ['failure', 'failed'],
])('%s is %s', (status, state) => {
  expect(told(operation({ status }))).toMatchObject({ state });
});

test('the same event has one identity, another state of it another', () => {
  const identity = (change: Record<string, unknown>) => told(operation(change)).identity;
  expect(identity({})).toBe(identity({ processing_time: '2020-01-01T00:00:00.000', comment: null }));
  const all = [{}, { status: 'pending' }, { method: 'void' }, { operation_id: 'x' }, { order_id: 'y' }];
  expect(new Set(all.map(identity)).size).toBe(all.length);
});

test('few fields are enough: amounts and instants may be missing', () => {
  const notice = told({ order_id: ORDER, method: 'capture', status: 'success', currency: 'UAH' });
  expect(notice).toMatchObject({ price: null, identity: `finline/${ORDER}/-/capture/success` });
  expect(Number.isNaN(Date.parse(notice.at))).toBe(false);
});

describe('forged', () => {
  const body = form(operation());
  test.each([
    ['another secret', form(operation(), 'guessed')],
    ['a changed bit', body.replace('data=ey', 'data=eY')],
    [
      'data encoded once more',
      form(encode(operation())).replace(/^data=[^&]+/, `data=${encode(operation())}`),
    ],
    ['a signature cut short', body.slice(0, -8)],
  ])('%s', (_name, sent) => {
    expect(hear(sent)).toMatchObject({ verdict: 'forged' });
  });
  test('a sender outside the networks', () => {
    const networks = ['35.187.74.148'];
    expect(hear(body, { networks }, '127.0.0.1')).toMatchObject({ verdict: 'forged' });
    expect(hear(body, { networks }, '::ffff:35.187.74.148')).toMatchObject({ verdict: 'notice' });
    expect(hear(body, { networks: ['35.187.74.0/24'] }, '35.187.74.9')).toMatchObject({ verdict: 'notice' });
  });
});

test('the padding of a signature may be left out', () => {
  expect(hear(form(operation()).replace(/(?:%3D)+$/, ''))).toMatchObject({ verdict: 'notice' });
});

test.each([
  ['nothing', ''],
  ['JSON in place of a form', JSON.stringify(operation())],
  ['two data', `${form(operation())}&data=x`],
  ['too large', `data=${'a'.repeat(300_000)}`],
])('malformed: %s', (_name, body) => {
  expect(hear(body)).toMatchObject({ verdict: 'malformed' });
});

test.each<[string, unknown]>([
  ['no JSON', '{'],
  ['no operation', { order_id: ORDER }],
  ['a status that is not listed', operation({ status: 'registered' })],
  ['no currency', operation({ currency: undefined })],
  ['a currency of three decimals', operation({ currency: 'KWD' })],
  ['an amount of three decimals', operation({ amount: 80.001 })],
])('malformed though signed: %s', (_name, value) => {
  expect(hear(form(value))).toMatchObject({ verdict: 'malformed' });
});

test('authentic and of no consequence', () => {
  expect(hear(form(operation({ method: 'purchase' })))).toMatchObject({ verdict: 'ignored' });
  expect(hear(form(operation({ pos_id: 'other' })))).toMatchObject({ verdict: 'ignored' });
});

test('no card number stays', () => {
  const notice = told(
    operation({ status_description: 'card 4111111111111111', cc_mask: '411111******1111' }),
  );
  expect(JSON.stringify(notice)).not.toMatch(/4111111111111111|411111\*/);
});
