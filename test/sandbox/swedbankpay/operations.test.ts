/** Rule: money moves only as the documents say: what remains is the ceiling, and what is not possible is not offered. */

import { describe, expect, test } from 'vitest';
import { book, call, capture, fresh, operate, payment, rels, twinOf, until } from './support.ts';

test('three partial captures, the rest cancelled, one reversal: the books add up', async () => {
  const twin = await twinOf();
  const id = await payment(twin);
  const first = await capture(twin, id, 3_000, 'FIRST');
  expect(first).toMatchObject({
    status: 200,
    body: {
      payment: id,
      capture: {
        id: expect.stringMatching(`^${id}/captures/[0-9a-f-]{36}$`),
        transaction: {
          type: 'Capture',
          state: 'Completed',
          amount: 3_000,
          vatAmount: 0,
          description: 'A part',
          payeeReference: 'FIRST',
          isOperational: false,
          operations: [],
        },
      },
    },
  });
  await capture(twin, id, 2_500);
  await capture(twin, id, 1);
  const cancelled = await operate(twin, id, 'create-cancellation');
  expect(cancelled.body).toMatchObject({
    cancellation: { transaction: { type: 'Cancellation', amount: 4_499 } },
  });
  await operate(twin, id, 'create-reversal', 500);
  expect(await book(twin, id)).toMatchObject({
    authorised: 10_000,
    captured: 5_501,
    cancelled: 4_499,
    reversed: 500,
    remaining: 0,
  });
});

test('amounts of zero are left out, and what cannot be done is not offered', async () => {
  const twin = await twinOf();
  const id = await payment(twin);
  const before = await call(twin, 'GET', id);
  expect(before.body['payment']).toMatchObject({
    id,
    state: 'Ready',
    remainingCaptureAmount: 10_000,
    remainingCancellationAmount: 10_000,
  });
  expect(before.body['payment']).not.toHaveProperty('remainingReversalAmount');
  expect(rels(before)).toEqual(['create-capture', 'create-cancellation']);
  await capture(twin, id, 10_000);
  const after = await call(twin, 'GET', id);
  expect(after.body['payment']).not.toHaveProperty('remainingCaptureAmount');
  expect(after.body['payment']).not.toHaveProperty('remainingCancellationAmount');
  expect(after.body['payment']).toMatchObject({ remainingReversalAmount: 10_000 });
  expect(rels(after)).toEqual(['create-reversal']);
});

test('a void before any capture ends the hold', async () => {
  const twin = await twinOf();
  const id = await payment(twin);
  await operate(twin, id, 'create-cancellation');
  expect(rels(await call(twin, 'GET', id))).toEqual([]);
  expect(await book(twin, id)).toMatchObject({ captured: 0, cancelled: 10_000, remaining: 0 });
});

test('lists and single pages show what was done', async () => {
  const twin = await twinOf();
  const id = await payment(twin);
  const made = await capture(twin, id, 100, 'ONE');
  const list = await call(twin, 'GET', `${id}/captures`);
  expect(list.body).toEqual({
    payment: id,
    captures: { id: `${id}/captures`, captureList: [made.body['capture']] },
  });
  const { id: single } = made.body['capture'] as { id: string };
  expect((await call(twin, 'GET', single)).body).toEqual(made.body);
  const all = await call(twin, 'GET', `${id}/transactions`);
  expect(all.body).toMatchObject({
    transactions: {
      transactionList: [{ type: 'Authorization' }, { type: 'Capture', payeeReference: 'ONE' }],
    },
  });
  expect((await call(twin, 'GET', `${id}/captures/none`)).status).toBe(404);
  expect((await call(twin, 'GET', `${id}/nothings`)).status).toBe(404);
});

describe('refused for the form', () => {
  const good = { amount: 100, vatAmount: 20, description: 'A part' };
  const rows: [string, Record<string, unknown>][] = [
    ['amount 0', { ...good, amount: 0 }],
    ['a fraction', { ...good, amount: 1.5 }],
    ['a text', { ...good, amount: '100' }],
    ['no vatAmount', { amount: 100, description: 'x' }],
    ['vatAmount above the amount', { ...good, vatAmount: 101 }],
    ['no description', { amount: 100, vatAmount: 0 }],
    ['41 characters', { ...good, description: 'x'.repeat(41) }],
    ['a reference with a hyphen', { ...good, payeeReference: 'a-1' }],
    ['31 characters of reference', { ...good, payeeReference: 'a'.repeat(31) }],
    ['an unknown field', { ...good, final: true }],
    ['more than remains', { ...good, amount: 10_001 }],
  ];
  test.each(rows)('%s', async (_name, fields) => {
    const twin = await twinOf();
    const id = await payment(twin);
    const answer = await call(twin, 'POST', `${id}/captures`, {
      transaction: { payeeReference: fresh(), ...fields },
    });
    expect(answer).toMatchObject({
      status: 400,
      body: { type: 'https://api.payex.com/psp/errordetail/inputerror', status: 400 },
    });
    expect(await book(twin, id)).toMatchObject({ captured: 0, failures: { Capture: 0 } });
  });
});

test('40 characters are code points, and a cancellation takes no amount', async () => {
  const twin = await twinOf();
  const id = await payment(twin);
  const body = (transaction: object): object => ({
    transaction: { payeeReference: fresh(), ...transaction },
  });
  const wide = body({ amount: 1, vatAmount: 0, description: '🙂'.repeat(40) });
  expect((await call(twin, 'POST', `${id}/captures`, wide)).status).toBe(200);
  const amount = body({ description: 'x', amount: 1 });
  expect((await call(twin, 'POST', `${id}/cancellations`, amount)).status).toBe(400);
});

test('where the merchant settles, references are up to 12 digits', async () => {
  const twin = await twinOf({ settlement: 'merchant' });
  const id = await payment(twin);
  expect((await capture(twin, id, 1, 'ABC')).status).toBe(400);
  expect((await capture(twin, id, 1, '1234567890123')).status).toBe(400);
  expect((await capture(twin, id, 1, '123456789012')).status).toBe(200);
});

test('a reference takes effect once, whatever it was used for', async () => {
  const twin = await twinOf();
  const id = await payment(twin);
  await capture(twin, id, 100, 'TWICE');
  for (const rel of ['create-capture', 'create-reversal', 'create-cancellation']) {
    const again = await operate(twin, id, rel, 100, 'TWICE');
    expect(again).toMatchObject({
      status: 400,
      body: { problems: [{ name: 'Transaction.PayeeReference' }] },
    });
  }
  expect(await book(twin, id)).toMatchObject({ captured: 100, cancelled: 0, reversed: 0 });
});

test('with replay, the same request gets its first answer and another one is refused', async () => {
  const twin = await twinOf({ duplicate: 'replay' });
  const id = await payment(twin);
  const first = await capture(twin, id, 100, 'AGAIN');
  expect(await capture(twin, id, 100, 'AGAIN')).toEqual(first);
  expect((await capture(twin, id, 101, 'AGAIN')).status).toBe(400);
  expect(await book(twin, id)).toMatchObject({ captured: 100 });
});

test('the token is needed, and its absence books nothing', async () => {
  const twin = await twinOf();
  const id = await payment(twin);
  for (const authorization of ['', 'Bearer wrong', 'sandbox-access-token']) {
    expect((await call(twin, 'GET', id, undefined, { authorization })).status).toBe(401);
    expect((await call(twin, 'POST', `${id}/captures`, {}, { authorization })).status).toBe(401);
  }
});

test('strange requests are refused', async () => {
  const twin = await twinOf();
  const id = await payment(twin);
  const missing = '/psp/creditcard/payments/7e6cdfc3-1276-44e9-9992-7cf4419750e1';
  expect((await call(twin, 'GET', missing)).body).toMatchObject({
    type: expect.stringMatching('/notfound$'),
  });
  expect((await call(twin, 'GET', id.replace('creditcard', 'vipps'))).status).toBe(404);
  expect((await call(twin, 'POST', `${id}/captures`, '{')).status).toBe(400);
  expect((await call(twin, 'POST', `${id}/captures`, 'a=1', { 'content-type': 'text/plain' })).status).toBe(
    400,
  );
  expect((await call(twin, 'POST', `${id}/authorizations`, {})).status).toBe(405);
  expect((await call(twin, 'GET', '/other')).status).toBe(404);
});

test('with tickets, an address of an operation is good once and until the next look', async () => {
  const twin = await twinOf({ tickets: true });
  const id = await payment(twin);
  const body = (): object => ({
    transaction: { amount: 1, vatAmount: 0, description: 'x', payeeReference: fresh() },
  });
  expect((await call(twin, 'POST', `${id}/captures`, body())).status).toBe(404);
  const look = await call(twin, 'GET', id);
  const [{ href = '' } = {}] = look.body['operations'] as { href?: string }[];
  expect((await call(twin, 'POST', href, body())).status).toBe(200);
  expect((await call(twin, 'POST', href, body())).status).toBe(404);
  await call(twin, 'GET', id);
  expect((await call(twin, 'POST', href, body())).status).toBe(404);
});

test('operations stay away while the platform is busy', async () => {
  const twin = await twinOf({ busyMs: 20 });
  const id = await payment(twin);
  await until(async () => rels(await call(twin, 'GET', id)).includes('create-capture'));
  await capture(twin, id, 100);
  await twin.admin('POST', 'options', { busyMs: 3_600_000 });
  await until(async () => rels(await call(twin, 'GET', id)).includes('create-capture'));
  await capture(twin, id, 100);
  const look = await call(twin, 'GET', id);
  expect(look.body).toMatchObject({ payment: { state: 'Ready' }, operations: [] });
  const body = { transaction: { amount: 1, vatAmount: 0, description: 'x', payeeReference: fresh() } };
  expect(await call(twin, 'POST', `${id}/captures`, body)).toMatchObject({
    status: 403,
    body: { type: expect.stringMatching('/forbidden$') },
  });
});

test('the seed’s AwaitingActivity: done, and more can follow', async () => {
  const twin = await twinOf({ partialState: 'AwaitingActivity' });
  const id = await payment(twin);
  const partial = await capture(twin, id, 4_000);
  expect(partial.body).toMatchObject({ capture: { transaction: { state: 'AwaitingActivity' } } });
  const rest = await capture(twin, id, 6_000);
  expect(rest.body).toMatchObject({ capture: { transaction: { state: 'Completed' } } });
  expect(await book(twin, id)).toMatchObject({ captured: 10_000, state: 'Ready' });
});
