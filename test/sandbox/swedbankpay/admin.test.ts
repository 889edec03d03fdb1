/** Rule: the admin side opens, observes, settles and shows, and refuses what makes no sense as the books stand. */

import { expect, test } from 'vitest';
import { swedbankPayAdmin } from '../../../sandbox/swedbankpay/admin-client.ts';
import { book, call, capture, operate, payment, twinOf } from './support.ts';

test('a payment opened elsewhere can be adopted, authorised or not', async () => {
  const twin = await twinOf();
  const admin = swedbankPayAdmin(twin.url);
  const held = await payment(twin, { payeeReference: 'HELD', currency: 'NOK', instrument: 'vipps' });
  expect(held).toMatch(/^\/psp\/vipps\/payments\//);
  expect(await admin.page('HELD')).toMatchObject({ id: held, currency: 'NOK', remaining: 10_000 });
  const open = await payment(twin, { authorised: false });
  expect(await admin.page(open)).toMatchObject({ authorised: 0, state: 'Ready' });
  await expect(payment(twin, { payeeReference: 'HELD' })).rejects.toThrow('409');
});

test('a capture, a cancellation and a reversal made in the portal', async () => {
  const twin = await twinOf();
  const id = await payment(twin);
  await twin.admin('POST', 'observe', { payment: id, kind: 'capture', amount: 4_000 });
  await twin.admin('POST', 'observe', { payment: id, kind: 'reversal', amount: 1_000 });
  await twin.admin('POST', 'observe', { payment: id, kind: 'cancellation' });
  expect(await book(twin, id)).toMatchObject({
    captured: 4_000,
    reversed: 1_000,
    cancelled: 6_000,
    remaining: 0,
  });
  expect((await book(twin, id)).transactions.slice(1)).toMatchObject([
    { origin: 'portal' },
    { origin: 'portal' },
    { origin: 'portal' },
  ]);
  await expect(twin.admin('POST', 'observe', { payment: id, kind: 'capture', amount: 1 })).rejects.toThrow(
    '409',
  );
});

test('a hold that ended refuses captures and cancellations', async () => {
  const twin = await twinOf();
  const id = await payment(twin);
  await twin.admin('POST', 'expire', { payment: id, tail: 'creditaccount/AUTHORIZATIONEXPIRED' });
  expect(await capture(twin, id, 1)).toMatchObject({
    status: 403,
    body: { type: expect.stringMatching('AUTHORIZATIONEXPIRED$') },
  });
  expect((await operate(twin, id, 'create-cancellation')).status).toBe(403);
});

test('books over HTTP, by id, last part and reference', async () => {
  const twin = await twinOf();
  const admin = swedbankPayAdmin(twin.url);
  const id = await payment(twin, { payeeReference: 'BYREF' });
  await call(twin, 'GET', id);
  const page = await admin.page(id);
  expect(await admin.page('BYREF')).toEqual(page);
  expect(await admin.page(id.split('/').at(-1) ?? '')).toEqual(page);
  expect(page.requests).toMatchObject([{ request: 'payment', method: 'GET', delivered: '200' }]);
  expect((await admin.books()).payments).toHaveLength(1);
  await expect(admin.page('none')).rejects.toThrow('404');
});

test('faults and options over HTTP', async () => {
  const twin = await twinOf();
  const admin = swedbankPayAdmin(twin.url);
  await admin.fault({ fault: 'empty' });
  await admin.clearFaults();
  expect(await admin.call('GET', 'faults')).toEqual({ faults: [] });
  await admin.set({ lockAfter: 1, notifyUrl: null });
  await expect(admin.call('POST', 'options', { port: 1 })).rejects.toThrow('400');
  await expect(admin.call('POST', 'faults', { fault: 'other' })).rejects.toThrow('400');
  await expect(admin.call('POST', 'nothing')).rejects.toThrow('404');
  await expect(admin.call('GET', 'nothing')).rejects.toThrow('404');
  await expect(admin.call('DELETE', 'books')).rejects.toThrow('405');
  expect(await admin.call('GET', 'health')).toEqual({ ok: true, payments: 0 });
});

test('the oldest payment falls out at the cap, with its references', async () => {
  const twin = await twinOf({ maxPayments: 2 });
  const first = await payment(twin, { payeeReference: 'OLD' });
  await payment(twin);
  await payment(twin);
  expect(twin.books().payments).toHaveLength(2);
  expect((await call(twin, 'GET', first)).status).toBe(404);
  await payment(twin, { payeeReference: 'OLD' });
});

test('ids follow from the seed', async () => {
  const ids = [];
  for (let n = 0; n < 2; n += 1) {
    const twin = await twinOf({ seed: 7 });
    ids.push([await payment(twin, { payeeReference: 'A' }), await payment(twin, { payeeReference: 'B' })]);
  }
  expect(ids[0]).toEqual(ids[1]);
  expect(new Set(ids[0]).size).toBe(2);
});
