/** Rule: magic amounts answer as the table says, and the books tell what really happened. */

import { describe, expect, test } from 'vitest';
import { REFUSALS } from '../../../sandbox/swedbankpay/script.ts';
import { book, call, capture, operate, payment, rels, twinOf, until } from './support.ts';

const big = { amount: 10_000_000 };

describe('open transactions', () => {
  test.each([
    [76_001, 'Initialized', 'Completed'],
    [76_002, 'Initialized', 'Failed'],
    [76_011, 'AwaitingActivity', 'Completed'],
    [76_012, 'AwaitingActivity', 'Failed'],
  ])('%i begins %s and ends %s', async (amount, begin, end) => {
    const twin = await twinOf();
    const id = await payment(twin, big);
    const made = await capture(twin, id, amount);
    expect(made.body).toMatchObject({ capture: { transaction: { state: begin, amount } } });
    await until(async () => (await book(twin, id)).state === 'Ready');
    expect((await book(twin, id)).transactions.at(-1)).toMatchObject({ state: end });
    expect(await book(twin, id)).toMatchObject({ captured: end === 'Completed' ? amount : 0, open: 0 });
  });

  test('while one is open the payment is Pending and offers nothing', async () => {
    const twin = await twinOf();
    const id = await payment(twin, big);
    await capture(twin, id, 76_003);
    const look = await call(twin, 'GET', id);
    expect(look.body).toMatchObject({ payment: { state: 'Pending', remainingCaptureAmount: 10_000_000 } });
    expect(rels(look)).toEqual([]);
    expect(await book(twin, id)).toMatchObject({ open: 76_003 });
    await twin.admin('POST', 'settle', { payment: id, outcome: 'Completed' });
    expect(await book(twin, id)).toMatchObject({ captured: 76_003, open: 0, state: 'Ready' });
    await expect(twin.admin('POST', 'settle', { payment: id, outcome: 'Failed' })).rejects.toThrow('409');
  });
});

test.each(Object.entries(REFUSALS))('77%s is refused as %s', async (digits, tail) => {
  const twin = await twinOf();
  const id = await payment(twin, big);
  const answer = await capture(twin, id, Number(`77${digits}`));
  expect(answer.body).toMatchObject({ type: expect.stringMatching(`/${tail}$`), status: answer.status });
  expect(answer.status).toBeGreaterThanOrEqual(400);
  expect(await book(twin, id)).toMatchObject({ captured: 0 });
});

test.each([
  [76_500, 500, true],
  [76_502, 502, true],
  [76_504, 504, true],
  [77_500, 500, false],
  [77_502, 502, false],
  [77_504, 504, false],
])('%i answers %i, booked: %s', async (amount, status, booked) => {
  const twin = await twinOf();
  const id = await payment(twin, big);
  expect((await capture(twin, id, amount)).status).toBe(status);
  expect(await book(twin, id)).toMatchObject({ captured: booked ? amount : 0 });
});

test('76200 is a 200 with a transaction that failed', async () => {
  const twin = await twinOf();
  const id = await payment(twin, big);
  expect(await capture(twin, id, 76_200)).toMatchObject({
    status: 200,
    body: { capture: { transaction: { state: 'Failed', problem: expect.any(Object) } } },
  });
});

test('a cancellation follows what it gives back, and nothing is scripted where that is off', async () => {
  const twin = await twinOf();
  const id = await payment(twin, { amount: 77_001 });
  expect((await operate(twin, id, 'create-cancellation')).status).toBe(403);
  await twin.admin('POST', 'options', { scripted: false });
  expect((await operate(twin, id, 'create-cancellation')).status).toBe(200);
});
