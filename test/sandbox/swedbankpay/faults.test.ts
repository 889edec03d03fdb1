/** Rule: a fault changes what the caller gets, and the books tell whether the request took effect. */

import { describe, expect, test } from 'vitest';
import { book, call, capture, fresh, payment, rels, TOKEN, twinOf } from './support.ts';

type Twin = Awaited<ReturnType<typeof twinOf>>;
const post = (twin: Twin, id: string): Promise<Response> =>
  fetch(`${twin.url}${id}/captures`, {
    method: 'POST',
    headers: { authorization: TOKEN, 'content-type': 'application/json' },
    body: JSON.stringify({
      transaction: { amount: 100, vatAmount: 0, description: 'x', payeeReference: fresh() },
    }),
  });

describe('connections that break', () => {
  test.each([
    ['lost-before', 0],
    ['lost-after', 100],
    ['reset-mid-body', 100],
  ] as const)('%s books %i', async (fault, captured) => {
    const twin = await twinOf();
    const id = await payment(twin);
    twin.fault({ match: { request: 'create-capture' }, fault });
    await expect(post(twin, id).then((response) => response.text())).rejects.toThrow(
      /fetch failed|terminated/,
    );
    expect(await book(twin, id)).toMatchObject({ captured });
    expect((await book(twin, id)).requests.at(-1)).toMatchObject({
      request: 'create-capture',
      tookEffect: captured > 0,
      delivered: `fault ${fault}`,
    });
  });
});

describe('answers that are none', () => {
  test.each([
    ['garbage', 200, /PDF/],
    ['empty', 200, /^$/],
    ['html', 200, /<html>/],
    ['truncated', 200, /^\{"payment"[^}]*$/],
    ['huge', 200, /x{1000}/],
  ] as const)('%s', async (fault, status, text) => {
    const twin = await twinOf();
    const id = await payment(twin);
    twin.fault({ match: { payment: id }, fault });
    const response = await post(twin, id);
    expect(response.status).toBe(status);
    expect(await response.text()).toMatch(text);
    expect(await book(twin, id)).toMatchObject({ captured: 100 });
  });

  test('invalid-utf8', async () => {
    const twin = await twinOf();
    const id = await payment(twin);
    twin.fault({ fault: 'invalid-utf8' });
    const bytes = Buffer.from(await (await post(twin, id)).arrayBuffer());
    expect(() => new TextDecoder('utf-8', { fatal: true }).decode(bytes)).toThrow(TypeError);
  });

  test('http-500 before and after', async () => {
    const twin = await twinOf();
    const id = await payment(twin);
    twin.fault({ fault: 'http-500' });
    expect((await post(twin, id)).status).toBe(500);
    expect(await book(twin, id)).toMatchObject({ captured: 0 });
    twin.fault({ fault: 'http-500', at: 'after' });
    expect((await post(twin, id)).status).toBe(500);
    expect(await book(twin, id)).toMatchObject({ captured: 100 });
  });
});

test('a problem of a given type; one of an acquirer counts as a failed attempt', async () => {
  const twin = await twinOf();
  const id = await payment(twin);
  twin.fault({
    match: { request: 'create-capture' },
    fault: 'problem',
    tail: 'creditcard/carddeclined',
    times: 2,
  });
  expect((await post(twin, id)).status).toBe(403);
  expect((await post(twin, id)).status).toBe(403);
  twin.fault({ match: { request: 'create-capture' }, fault: 'problem', tail: 'configurationerror' });
  expect((await post(twin, id)).status).toBe(403);
  expect(await book(twin, id)).toMatchObject({ captured: 0, failures: { Capture: 2 } });
  expect((await post(twin, id)).status).toBe(200);
});

test('busy hides the operations from a look and refuses a request', async () => {
  const twin = await twinOf();
  const id = await payment(twin);
  twin.fault({ match: { request: 'payment' }, fault: 'busy' });
  expect(rels(await call(twin, 'GET', id))).toEqual([]);
  expect(rels(await call(twin, 'GET', id))).toContain('create-capture');
  twin.fault({ match: { request: 'create-capture' }, fault: 'busy' });
  expect((await post(twin, id)).status).toBe(403);
});

test('not-yet shows the books before the newest transaction', async () => {
  const twin = await twinOf();
  const id = await payment(twin);
  await capture(twin, id, 100, 'NEW');
  twin.fault({ match: { payment: id }, fault: 'not-yet', times: 2 });
  expect((await call(twin, 'GET', `${id}/captures`)).body).toMatchObject({ captures: { captureList: [] } });
  expect((await call(twin, 'GET', id)).body).toMatchObject({ payment: { remainingCaptureAmount: 10_000 } });
  expect((await call(twin, 'GET', id)).body).toMatchObject({ payment: { remainingCaptureAmount: 9_900 } });
});

test('http-429 books nothing', async () => {
  const twin = await twinOf();
  const id = await payment(twin);
  twin.fault({ match: { request: 'create-capture' }, fault: 'http-429' });
  expect((await post(twin, id)).status).toBe(429);
  expect(await book(twin, id)).toMatchObject({ captured: 0 });
});

test('delay, and a match on everything', async () => {
  const twin = await twinOf();
  const id = await payment(twin);
  const uuid = id.split('/').at(-1) ?? '';
  const match = { request: 'create-capture', payment: uuid, payeeReference: 'THIS', amount: 7 };
  twin.fault({ match, fault: 'delay', delayMs: 1 });
  await capture(twin, id, 7, 'OTHER');
  expect(await twin.admin('GET', 'faults')).toMatchObject({ faults: [{ match }] });
  await capture(twin, id, 7, 'THIS');
  expect(await twin.admin('GET', 'faults')).toEqual({ faults: [] });
  expect(await book(twin, id)).toMatchObject({ captured: 14 });
});

test('a caller who leaves a delayed answer has booked', async () => {
  const twin = await twinOf();
  const id = await payment(twin);
  twin.fault({ match: { request: 'create-capture' }, fault: 'delay', delayMs: 600_000 });
  const leave = new AbortController();
  const gone = fetch(`${twin.url}${id}/captures`, {
    method: 'POST',
    signal: leave.signal,
    headers: { authorization: TOKEN, 'content-type': 'application/json' },
    body: JSON.stringify({
      transaction: { amount: 9, vatAmount: 0, description: 'x', payeeReference: fresh() },
    }),
  });
  while ((await book(twin, id)).captured === 0) await new Promise((resume) => setTimeout(resume, 2));
  leave.abort();
  await expect(gone).rejects.toThrow(/abort/i);
  expect(await book(twin, id)).toMatchObject({ captured: 9 });
});
