/** Rule: a payment holds nothing before the payer was there, and the payer ends it once. */

import { expect, test } from 'vitest';
import { book, call, fresh, rels, twinOf } from './support.ts';

const purchase = (change: Record<string, unknown> = {}, payee: Record<string, unknown> = {}): object => ({
  payment: {
    operation: 'Purchase',
    intent: 'Authorization',
    currency: 'SEK',
    prices: [{ type: 'CreditCard', amount: 5_000, vatAmount: 1_000 }],
    description: 'Test',
    userAgent: 'Test',
    language: 'sv-SE',
    urls: { completeUrl: 'http://127.0.0.1:9/done', cancelUrl: 'http://127.0.0.1:9/back' },
    payeeInfo: { payeeId: '5cabf558-5283-482f-b252-4d58e06f6f3b', payeeReference: fresh('S'), ...payee },
    ...change,
  },
});
const PAYMENTS = '/psp/creditcard/payments';

test('asked for, completed by the payer, held', async () => {
  const twin = await twinOf();
  const made = await call(twin, 'POST', PAYMENTS, purchase());
  expect(made.status).toBe(201);
  expect(rels(made)).toEqual(['update-payment-abort', 'redirect-authorization']);
  const { id } = made.body['payment'] as { id: string };
  const [, redirect] = made.body['operations'] as { href: string }[];
  expect(await (await fetch(redirect?.href ?? '')).text()).toContain('5000 SEK');
  const back = await fetch(`${redirect?.href}/complete`, { method: 'POST', redirect: 'manual' });
  expect([back.status, back.headers.get('location')]).toEqual([303, 'http://127.0.0.1:9/done']);
  expect((await fetch(`${redirect?.href}/complete`, { method: 'POST' })).status).toBe(409);
  expect(rels(await call(twin, 'GET', id))).toEqual(['create-capture', 'create-cancellation']);
  const list = await call(twin, 'GET', `${id}/authorizations`);
  expect(list.body).toMatchObject({
    authorizations: { authorizationList: [{ transaction: { state: 'Completed', amount: 5_000 } }] },
  });
});

test('a refused card leaves the page open; an abandoned payment is aborted', async () => {
  const twin = await twinOf();
  const made = await call(twin, 'POST', PAYMENTS, purchase());
  const { id } = made.body['payment'] as { id: string };
  await twin.admin('POST', `redirect/${id.split('/').at(-1)}/fail`);
  expect(rels(await call(twin, 'GET', id))).toContain('redirect-authorization');
  expect(await book(twin, id)).toMatchObject({ authorised: 0, state: 'Ready' });
  await twin.admin('POST', `redirect/${id.split('/').at(-1)}/abandon`);
  expect((await call(twin, 'GET', id)).body).toMatchObject({ payment: { state: 'Aborted' }, operations: [] });
  await expect(twin.admin('POST', `redirect/${id.split('/').at(-1)}/complete`)).rejects.toThrow('409');
});

test('the merchant can abort before the payer was there', async () => {
  const twin = await twinOf();
  const made = await call(twin, 'POST', PAYMENTS, purchase());
  const { id } = made.body['payment'] as { id: string };
  const body = { payment: { operation: 'Abort', abortReason: 'CancelledByConsumer' } };
  expect((await call(twin, 'PATCH', id, { payment: { operation: 'Abort' } })).status).toBe(400);
  expect((await call(twin, 'PATCH', id, body)).body).toMatchObject({ payment: { state: 'Aborted' } });
  expect((await call(twin, 'PATCH', id, body)).status).toBe(403);
});

test('a magic amount fails when the payer completes it', async () => {
  const twin = await twinOf();
  const prices = [{ type: 'CreditCard', amount: 900_351, vatAmount: 0 }];
  const made = await call(twin, 'POST', PAYMENTS, purchase({ prices }));
  const { id } = made.body['payment'] as { id: string };
  await twin.admin('POST', `redirect/${id.split('/').at(-1)}/complete`);
  expect((await book(twin, id)).transactions).toMatchObject([
    { state: 'Failed', problem: { type: expect.stringMatching('acquirerinsufficientfunds$') } },
  ]);
});

test.each([
  ['another currency', { currency: 'PLN' }, {}, 400],
  ['another intent', { intent: 'AutoCapture' }, {}, 400],
  ['no address to come back to', { urls: {} }, {}, 400],
  ['two prices', { prices: [] }, {}, 400],
  ['a card number field', { cardNumber: '4111111111111111' }, {}, 400],
  ['another payee', {}, { payeeId: 'nobody' }, 403],
  ['a reference with a hyphen', {}, { payeeReference: 'a-b' }, 400],
])('refused: %s', async (_name, change, payee, status) => {
  const twin = await twinOf();
  expect((await call(twin, 'POST', PAYMENTS, purchase(change, payee))).status).toBe(status);
  expect(twin.books().payments).toEqual([]);
});

test('the reference of a payment is used up too', async () => {
  const twin = await twinOf();
  const body = purchase({}, { payeeReference: 'ONCE' });
  expect((await call(twin, 'POST', PAYMENTS, body)).status).toBe(201);
  expect(await call(twin, 'POST', PAYMENTS, body)).toMatchObject({
    status: 400,
    body: { problems: [{ name: 'PayeeInfo.PayeeReference' }] },
  });
});
