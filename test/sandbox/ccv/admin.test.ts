/** The admin side: holds made elsewhere, what happens without us, books without secrets, refusals. */

import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { capture, hold, page, twinOf } from './support.ts';

test('a hold that was made elsewhere can be captured', async () => {
  const twin = await twinOf();
  const made = (await twin.admin('POST', 'holds', { amount: 7_000, currency: 'JPY' })) as Record<
    string,
    string
  >;
  const { id = '', authReference = '', authReferenceVersion = '' } = made;
  expect(made).toMatchObject({ state: 'open', authorised: 7_000, requestId: null, currency: 'JPY' });
  const pair = { authReference, authReferenceVersion };
  expect(await twin.admin('GET', `references/${id}`)).toEqual(pair);
  expect(await capture(twin, pair, { amount: '7000', currency: 'JPY' })).toMatchObject({ status: 'SUCCESS' });
});

test.each([
  [0, { state: 'cancelled', released: 5_000, reason: 'UNEXPECTED_OPERATION_RESULT' }],
  [4_000, { state: 'captured', captured: 4_000, released: 1_000, reason: null }],
])('%i taken elsewhere', async (amount, expected) => {
  const twin = await twinOf();
  const { id, pair } = await hold(twin);
  expect(await twin.admin('POST', 'observe', { hold: id, amount })).toMatchObject(expected);
  expect((await page(twin, id)).bookings.at(-1)).toMatchObject({ origin: 'elsewhere', requestId: null });
  expect(await capture(twin, pair)).toEqual({ status: 'FAILURE' });
  await expect(twin.admin('POST', 'observe', { hold: id, amount })).rejects.toThrow('409');
});

test('a hold that expired', async () => {
  const twin = await twinOf();
  const { id, pair } = await hold(twin);
  expect(await twin.admin('POST', 'expire', { hold: id })).toMatchObject({ state: 'expired' });
  expect(await capture(twin, pair)).toEqual({ status: 'FAILURE' });
});

test('books show no reference, and a hold is found by three names', async () => {
  const twin = await twinOf();
  const { id, pair } = await hold(twin, { requestId: '31' });
  await capture(twin, pair);
  const books = twin.books();
  expect(JSON.stringify(books)).not.toContain(pair.authReference);
  expect(books.requests.at(-1)).toMatchObject({
    paymentType: 'CAPTURE',
    hold: id,
    parameters: { authReference: '***', amount: '25.00' },
  });
  const sha256 = createHash('sha256').update(pair.authReference).digest('hex');
  for (const key of [id, '31', sha256])
    expect(await page(twin, key)).toMatchObject({ id, referenceSha256: sha256 });
});

test('caps: the oldest falls out', async () => {
  const twin = await twinOf({ maxHolds: 2, maxRequests: 2, maxFaults: 1 });
  for (const requestId of ['41', '42', '43']) await hold(twin, { requestId });
  expect(twin.books()).toMatchObject({
    holds: [{ requestId: '42' }, { requestId: '43' }],
    requests: [{ n: 2 }, { n: 3 }],
  });
  twin.fault({ fault: 'empty' });
  expect(() => twin.fault({ fault: 'empty' })).toThrow('too many');
});

test('refusals', async () => {
  const twin = await twinOf();
  const over = async (method: string, path: string, body?: string): Promise<number> =>
    (await fetch(`${twin.url}/admin/${path}`, { method, ...(body === undefined ? {} : { body }) })).status;
  expect(await over('GET', 'health')).toBe(200);
  expect(await over('GET', 'books/x')).toBe(404);
  expect(await over('GET', 'else')).toBe(404);
  expect(await over('POST', 'else', '{}')).toBe(404);
  expect(await over('POST', 'holds', '{')).toBe(400);
  expect(await over('POST', 'holds', '{"amount":0}')).toBe(400);
  expect(await over('POST', 'faults', '{"fault":"fire"}')).toBe(400);
  expect(await over('POST', 'options', '{"port":1}')).toBe(400);
  expect(await over('PUT', 'faults')).toBe(405);
});
