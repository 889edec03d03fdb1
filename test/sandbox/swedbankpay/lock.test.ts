/** Rule: five failures of one kind in a row lock a payment; captures and reversals are counted apart, a success resets. */

import { expect, test } from 'vitest';
import { book, call, capture, fresh, operate, payment, rels, twinOf } from './support.ts';

const REFUSED = 77_001;

test('the fifth failed capture locks, and only people lift it', async () => {
  const twin = await twinOf();
  const id = await payment(twin, { amount: 1_000_000 });
  for (let n = 1; n <= 5; n += 1) {
    const answer = await capture(twin, id, REFUSED);
    expect(answer).toMatchObject({
      status: 403,
      body: { type: 'https://api.payex.com/psp/errordetail/creditcard/acquirererror' },
    });
    expect(await book(twin, id)).toMatchObject({ failures: { Capture: n }, locked: n === 5 });
  }
  const look = await call(twin, 'GET', id);
  expect(look.body).toMatchObject({ payment: { remainingCaptureAmount: 1_000_000 }, operations: [] });
  const transaction = { amount: 1, vatAmount: 0, description: 'x', payeeReference: fresh() };
  expect((await call(twin, 'POST', `${id}/captures`, { transaction })).status).toBe(403);
  await twin.admin('POST', 'unlock', { payment: id });
  expect((await capture(twin, id, 100)).status).toBe(200);
});

test('an approved capture resets the count', async () => {
  const twin = await twinOf();
  const id = await payment(twin, { amount: 1_000_000 });
  for (let n = 0; n < 4; n += 1) await capture(twin, id, REFUSED);
  await capture(twin, id, 100);
  for (let n = 0; n < 4; n += 1) await capture(twin, id, REFUSED);
  expect(await book(twin, id)).toMatchObject({ failures: { Capture: 4 }, locked: false });
});

test('reversals are counted apart', async () => {
  const twin = await twinOf();
  const id = await payment(twin, { amount: 1_000_000 });
  await capture(twin, id, 500_000);
  for (let n = 0; n < 4; n += 1) await capture(twin, id, REFUSED);
  for (let n = 0; n < 4; n += 1) await operate(twin, id, 'create-reversal', REFUSED);
  expect(await book(twin, id)).toMatchObject({ failures: { Capture: 4, Reversal: 4 }, locked: false });
  await operate(twin, id, 'create-reversal', REFUSED);
  expect(await book(twin, id)).toMatchObject({ locked: true });
  expect(rels(await call(twin, 'GET', id))).toEqual([]);
});

test('refusals for the form count only where the option says so', async () => {
  const twin = await twinOf();
  const id = await payment(twin);
  for (let n = 0; n < 6; n += 1) await capture(twin, id, 10_001);
  expect(await book(twin, id)).toMatchObject({ locked: false });
  await twin.admin('POST', 'options', { inputErrorsCount: true });
  for (let n = 0; n < 5; n += 1) await capture(twin, id, 10_001);
  expect(await book(twin, id)).toMatchObject({ locked: true, captured: 0 });
});

test('failed attempts stand in the list with their problem', async () => {
  const twin = await twinOf();
  const id = await payment(twin, { amount: 1_000_000 });
  await capture(twin, id, REFUSED, 'FAILED');
  const list = await call(twin, 'GET', `${id}/captures`);
  expect(list.body).toMatchObject({
    captures: {
      captureList: [
        {
          transaction: {
            state: 'Failed',
            payeeReference: 'FAILED',
            failedReason: expect.any(String),
            problem: { status: 403 },
          },
        },
      ],
    },
  });
});
