/** What happens at the platform without a request of ours, the books, and options that change while it runs. */

import { expect, test } from 'vitest';
import { follow, hold, page, twinOf } from './support.ts';

test('a capture made in the portal carries no comment of ours', async () => {
  const twin = await twinOf();
  await hold(twin, 'o');
  await twin.admin('POST', 'observe', { orderId: 'o', kind: 'capture', amount: 3_000 });
  expect(await page(twin, 'o')).toMatchObject({
    captured: 3_000,
    operations: [{}, { origin: 'portal', method: 'capture', comment: 'Portal' }],
  });
  await expect(twin.admin('POST', 'observe', { orderId: 'o', kind: 'capture' })).rejects.toThrow('409');
  await expect(
    twin.admin('POST', 'observe', { orderId: 'o', kind: 'refund', amount: 3_001 }),
  ).rejects.toThrow('409');
  await twin.admin('POST', 'observe', { orderId: 'o', kind: 'refund' });
  expect(await page(twin, 'o')).toMatchObject({ refunded: 3_000 });
});

test('the agreed period runs out', async () => {
  const twin = await twinOf();
  await hold(twin, 'o');
  await twin.admin('POST', 'expire', { orderId: 'o' });
  expect(await page(twin, 'o')).toMatchObject({ voided: true, operations: [{}, { origin: 'platform' }] });
  await expect(twin.admin('POST', 'expire', { orderId: 'o' })).rejects.toThrow('409');
});

test('every request is in the books, with what became of it', async () => {
  const twin = await twinOf();
  await hold(twin, 'o');
  twin.fault({ fault: 'lost-before', match: { request: 'capture' } });
  await expect(follow(twin, 'capture', 'o')).rejects.toThrow('fetch failed');
  twin.fault({ fault: 'http-500', at: 'after', match: { amount: 8_000 } });
  await expect(follow(twin, 'capture', 'o', { charge_amount: 80 })).rejects.toThrow();
  await follow(twin, 'void', 'o');
  expect((await page(twin, 'o')).requests).toMatchObject([
    { request: 'capture', tookEffect: false, answer: null, delivered: 'fault lost-before' },
    { request: 'capture', tookEffect: true, delivered: 'fault http-500', parameters: { amount: '8000' } },
    { request: 'void', tookEffect: false, delivered: 'answer' },
  ]);
});

test('a caller who left has booked all the same', async () => {
  const twin = await twinOf();
  await hold(twin, 'o');
  twin.fault({ fault: 'delay', delayMs: 20, match: { request: 'capture' } });
  expect((await follow(twin, 'capture', 'o')).status).toBe(200);
});

test('wrong calls', async () => {
  const twin = await twinOf();
  await expect(twin.admin('GET', 'books/x')).rejects.toThrow('404');
  await expect(twin.admin('POST', 'x', {})).rejects.toThrow('404');
  await expect(twin.admin('POST', 'orders', { orderId: 'o', amount: 1, currency: 'KWD' })).rejects.toThrow(
    '400',
  );
  await expect(twin.admin('POST', 'faults', { fault: 'rain' })).rejects.toThrow('400');
  await expect(twin.admin('DELETE', 'books')).rejects.toThrow('405');
  await hold(twin, 'o');
  await expect(hold(twin, 'o')).rejects.toThrow('409');
  expect(await twin.admin('GET', 'health')).toEqual({ ok: true, orders: 1 });
  await twin.admin('POST', 'options', { comments: false });
  expect((await follow(twin, 'capture', 'o', { comment: 'x' })).body).toMatchObject({ comment: null });
});
