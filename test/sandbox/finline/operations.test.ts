/** The twin takes what the documents allow and refuses everything else, and a refusal books nothing. */

import { describe, expect, test } from 'vitest';
import { credentials, follow, hold, list, page, pos, post, twinOf } from './support.ts';

describe('credentials, paths and forms', () => {
  const capture = { pos_id: pos, order_id: 'o', order_currency: 'UAH' };
  test.each<[number, string, Record<string, string>, unknown]>([
    [401, 'capture', { ...credentials, 'x-api-auth': 'CPAY sandbox-api-key:other' }, capture],
    [401, 'capture', { ...credentials, 'x-api-auth': 'cpay sandbox-api-key:sandbox-api-secret' }, capture],
    [401, 'capture', { 'x-api-key': 'sandbox-endpoint-key' }, capture],
    [403, 'capture', { ...credentials, 'x-api-key': 'other' }, capture],
    [406, 'capture', { ...credentials, 'content-type': 'text/plain' }, capture],
    [404, 'captures', credentials, capture],
    [405, `pos/${pos}/orders/o`, credentials, capture],
    [400, 'capture', credentials, '{'],
    [400, 'capture', credentials, '[]'],
    [400, 'capture', credentials, { ...capture, pos_id: 'other' }],
    [400, 'capture', credentials, { ...capture, order_id: '' }],
    [400, 'capture', credentials, { ...capture, order_id: 'x'.repeat(33) }],
    [400, 'capture', credentials, { ...capture, order_id: 5 }],
    [400, 'capture', credentials, { ...capture, currency: 'UAH' }],
    [400, 'capture', credentials, { ...capture, order_currency: 'KWD' }],
    [400, 'capture', credentials, { ...capture, order_currency: 'uah' }],
    [400, 'capture', credentials, { ...capture, comment: 'x'.repeat(2_049) }],
    [400, 'capture', credentials, { ...capture, server_url: 'x' }],
    [400, 'capture', credentials, { ...capture, charge_amount: '80' }],
    [400, 'capture', credentials, { ...capture, charge_amount: 0 }],
    [400, 'capture', credentials, { ...capture, charge_amount: -1 }],
    [400, 'capture', credentials, { ...capture, charge_amount: 80.001 }],
    [400, 'void', credentials, { ...capture, charge_amount: 80 }],
    [404, 'capture', credentials, { ...capture, order_id: 'unknown' }],
  ])('%i %s %#', async (status, path, headers, fields) => {
    const twin = await twinOf();
    await hold(twin, 'o');
    const answer = await post(twin, path, fields, headers);
    expect(answer).toMatchObject({
      status,
      body: { message: expect.any(String), args: { code: expect.any(String) } },
    });
    expect(await page(twin, 'o')).toMatchObject({ captured: 0, voided: false, operations: [{}] });
  });
});

test('a capture without an amount takes everything, and answers as the seed', async () => {
  const twin = await twinOf();
  await hold(twin, 'o');
  const { status, body } = await follow(twin, 'capture', 'o', { comment: '10101' });
  expect(status).toBe(200);
  expect(Object.keys(body)).toEqual([
    'operation_id',
    'payment_id',
    'order_id',
    'transaction_id',
    'pos_id',
    'mode',
    'method',
    'amount',
    'currency',
    'status',
    'status_code',
    'status_description',
    'created_at',
    'processing_time',
    'fee',
    'comment',
  ]);
  expect(body).toMatchObject({
    method: 'capture',
    amount: 100,
    status: 'success',
    status_code: '1000',
    comment: '10101',
  });
  expect(body['created_at']).toMatch(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}$/);
});

test('one capture: a second and a void after a partial one are refused', async () => {
  const twin = await twinOf();
  await hold(twin, 'o');
  expect((await follow(twin, 'capture', 'o', { charge_amount: 100.01 })).status).toBe(400);
  expect((await follow(twin, 'capture', 'o', { charge_amount: 80 })).status).toBe(200);
  expect((await follow(twin, 'capture', 'o', { charge_amount: 1 })).status).toBe(400);
  expect((await follow(twin, 'void', 'o')).status).toBe(400);
  expect(await page(twin, 'o')).toMatchObject({ captured: 8_000, released: 2_000, capturable: 0 });
});

test('a void is of the whole, once, and ends everything', async () => {
  const twin = await twinOf();
  await hold(twin, 'o');
  expect((await follow(twin, 'void', 'o')).status).toBe(200);
  for (const kind of ['void', 'capture', 'refund'] as const)
    expect((await follow(twin, kind, 'o')).status).toBe(400);
  expect(await page(twin, 'o')).toMatchObject({ voided: true, released: 10_000, captured: 0 });
});

test('refunds up to what was captured, in parts, the last without an amount', async () => {
  const twin = await twinOf();
  await hold(twin, 'o');
  expect((await follow(twin, 'refund', 'o', { refund_amount: 1 })).status).toBe(400);
  await follow(twin, 'capture', 'o', { charge_amount: 80 });
  expect((await follow(twin, 'refund', 'o', { refund_amount: 30.5 })).status).toBe(200);
  expect((await follow(twin, 'refund', 'o', { refund_amount: 49.51 })).status).toBe(400);
  expect((await follow(twin, 'refund', 'o')).body).toMatchObject({ amount: 49.5 });
  expect((await follow(twin, 'refund', 'o')).status).toBe(400);
  expect(await page(twin, 'o')).toMatchObject({ captured: 8_000, refunded: 8_000 });
});

test('the currency is that of the order, and amounts have no more decimals than it', async () => {
  const twin = await twinOf();
  await hold(twin, 'y', 500, 'JPY');
  expect((await follow(twin, 'capture', 'y')).status).toBe(400);
  const yen = { order_currency: 'JPY' };
  expect((await follow(twin, 'capture', 'y', { ...yen, charge_amount: 100.5 })).status).toBe(400);
  expect((await follow(twin, 'capture', 'y', { ...yen, charge_amount: 500 })).status).toBe(200);
});

const payment = (change: Record<string, unknown> = {}) => ({
  pos_id: pos,
  mode: 'direct',
  method: 'auth',
  amount: 100,
  currency: 'UAH',
  description: 'Boots',
  order_id: 'o-1',
  order_3ds_bypass: 'supported',
  cc_token: 'token',
  ...change,
});

test('an order id is used once, whatever became of it', async () => {
  const twin = await twinOf();
  expect((await post(twin, 'payment', payment({ cc_token: 'failure' }))).body).toMatchObject({
    status: 'failure',
  });
  expect((await post(twin, 'payment', payment())).status).toBe(400);
  expect((await post(twin, 'payment', payment({ order_id: 'o-2' }))).body).toMatchObject({
    method: 'auth',
    status: 'success',
    status_code: '1002',
  });
  expect((await follow(twin, 'capture', 'o-1')).status).toBe(400);
});

test.each([
  { cc_number: '4111111111111111' },
  { card_cvv: '111' },
  { cc_token: undefined },
  { method: 'purchase' },
  { mode: 'other' },
  { description: undefined },
  { order_3ds_bypass: undefined },
  { amount: '100' },
])('a payment that is refused: %j', async (change) => {
  const twin = await twinOf();
  expect((await post(twin, 'payment', payment(change))).status).toBe(400);
  expect(twin.books().orders).toEqual([]);
});

test('the hosted page: init until the customer is back', async () => {
  const twin = await twinOf();
  const { cc_token: _token, ...hosted } = payment({ mode: 'hosted' });
  const answer = await post(twin, 'payment', hosted);
  expect(answer.status).toBe(302);
  const address = answer.headers.get('location') ?? '';
  expect(await (await fetch(address)).text()).toContain('/admin/checkout/o-1/complete');
  expect((await follow(twin, 'capture', 'o-1')).status).toBe(400);
  await twin.admin('POST', 'checkout/o-1/complete');
  expect((await follow(twin, 'capture', 'o-1')).status).toBe(200);
  await expect(twin.admin('POST', 'checkout/o-1/abandon')).rejects.toThrow('409');
});

test('while an operation is pending nothing else is taken', async () => {
  const twin = await twinOf();
  await hold(twin, 'o', 90_000);
  expect((await follow(twin, 'capture', 'o', { charge_amount: 760.03 })).body).toMatchObject({
    status: 'pending',
  });
  expect((await follow(twin, 'void', 'o')).status).toBe(400);
  await twin.admin('POST', 'settle', { orderId: 'o', outcome: 'failure' });
  expect((await follow(twin, 'void', 'o')).status).toBe(200);
});

test('the list has every operation, one by its method the last of it', async () => {
  const twin = await twinOf();
  await hold(twin, 'o');
  expect((await list(twin, 'unknown')).status).toBe(404);
  await follow(twin, 'capture', 'o');
  await follow(twin, 'refund', 'o', { refund_amount: 1 });
  await follow(twin, 'refund', 'o', { refund_amount: 2 });
  const all = (await (await list(twin, 'o')).json()) as { method: string }[];
  expect(all.map(({ method }) => method)).toEqual(['auth', 'capture', 'refund', 'refund']);
  expect(await (await list(twin, 'o', '/refund')).json()).toMatchObject({ amount: 2 });
  expect((await list(twin, 'o', '/void')).status).toBe(404);
  twin.fault({ fault: 'not-yet', match: { request: 'list' } });
  expect(await (await list(twin, 'o')).json()).toHaveLength(3);
  expect((await fetch(`${twin.apiUrl}pos/other/orders/o`, { headers: credentials })).status).toBe(404);
});

test.each([
  [770.01, { body: { status: 'failure' } }, 0],
  [774, { status: 400 }, 0],
  [750.01, { body: { amount: 900, status: 'success' } }, 75_001],
  [750.02, { body: { amount: 750.01 } }, 75_001],
  [750.03, { body: { status: 'registered' } }, 75_003],
])('scripted capture of %f', async (charge_amount, answer, captured) => {
  const twin = await twinOf();
  await hold(twin, 'o', 90_000);
  expect(await follow(twin, 'capture', 'o', { charge_amount })).toMatchObject(answer);
  expect(await page(twin, 'o')).toMatchObject({ captured });
});
