/** Each fault works on the requests that it matches, as often as it was told, and the books say what took effect. */

import { expect, test } from 'vitest';
import type { CcvTwin } from '../../../sandbox/ccv/twin.ts';
import { capture, encode, fields, hold, page, post, send, status, twinOf, until } from './support.ts';

const request = (pair: object, change: object = {}): string =>
  encode(fields({ paymentType: 'CAPTURE', amount: '25.00', ...pair, ...change }));

const last = (twin: CcvTwin) => twin.books().requests.at(-1);

test('lost-before: no answer, nothing booked, and the requestId is not used up', async () => {
  const twin = await twinOf();
  const { id, pair } = await hold(twin);
  const body = request(pair);
  twin.fault({ fault: 'lost-before', match: { paymentType: 'CAPTURE', authReference: pair.authReference } });
  await expect(post(twin, body)).rejects.toThrow('fetch failed');
  expect(last(twin)).toMatchObject({ tookEffect: false, status: null, delivered: 'fault lost-before' });
  expect(await page(twin, id)).toMatchObject({ captured: 0 });
  expect(await (await post(twin, body)).json()).toMatchObject({ status: 'SUCCESS' });
});

test('lost-after: no answer, booked, a ticket waits, and the repeat is refused', async () => {
  const twin = await twinOf();
  const { id, pair } = await hold(twin);
  const body = request(pair);
  twin.fault({ fault: 'lost-after', match: { amount: 2_500, currency: 'EUR' } });
  await expect(post(twin, body)).rejects.toThrow('fetch failed');
  expect(last(twin)).toMatchObject({ tookEffect: true, status: 'SUCCESS', delivered: 'fault lost-after' });
  expect(await page(twin, id)).toMatchObject({ captured: 2_500 });
  expect(await status(twin)).toMatchObject({ terminalState: 'REPRINT_TICKET' });
  expect(await (await post(twin, body)).json()).toEqual({ status: 'VALIDATION_ERROR' });
});

test('reset-mid-body: the head arrives, the body does not', async () => {
  const twin = await twinOf();
  const { id, pair } = await hold(twin);
  twin.fault({ fault: 'reset-mid-body' });
  await expect(post(twin, request(pair)).then((response) => response.text())).rejects.toThrow('terminated');
  expect(await page(twin, id)).toMatchObject({ captured: 2_500 });
});

test.each([
  ['before', 0],
  ['after', 2_500],
] as const)('http-500 %s the booking', async (at, captured) => {
  const twin = await twinOf();
  const { id, pair } = await hold(twin);
  twin.fault({ fault: 'http-500', at });
  expect((await post(twin, request(pair))).status).toBe(500);
  expect(await page(twin, id)).toMatchObject({ captured });
});

test.each([
  ['before', 0],
  ['after', 2_500],
] as const)('status %s the booking', async (at, captured) => {
  const twin = await twinOf();
  const { id, pair } = await hold(twin);
  twin.fault({ fault: 'status', at, status: 'COMMUNICATION_ERROR' });
  expect(await capture(twin, pair)).toEqual({ status: 'COMMUNICATION_ERROR' });
  expect(await page(twin, id)).toMatchObject({ captured });
});

test.each(['garbage', 'empty', 'html', 'truncated', 'invalid-utf8', 'huge'] as const)(
  '%s: booked, but the answer is spoilt',
  async (fault) => {
    const twin = await twinOf();
    const { id, pair } = await hold(twin);
    twin.fault({ fault });
    const response = await post(twin, request(pair));
    const bytes = Buffer.from(await response.arrayBuffer());
    expect(response.status).toBe(200);
    if (fault === 'huge') expect(bytes.length).toBeGreaterThan(10 * 1_048_576);
    else
      expect(() => void JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))).toThrow(
        /JSON|encoded/,
      );
    expect(await page(twin, id)).toMatchObject({ captured: 2_500 });
    expect(last(twin)).toMatchObject({ delivered: `fault ${fault}` });
  },
);

test('busy: refused, and the requestId is not used up', async () => {
  const twin = await twinOf();
  const { pair } = await hold(twin);
  const body = request(pair);
  twin.fault({ fault: 'busy', times: 2 });
  for (const expected of ['BUSY', 'BUSY', 'SUCCESS'])
    expect(await (await post(twin, body)).json()).toMatchObject({ status: expected });
});

test('delay: booked at once, answered later, and kept when the caller leaves', async () => {
  const twin = await twinOf();
  const { id, pair } = await hold(twin);
  twin.fault({ fault: 'delay', delayMs: 60_000 });
  const leaver = new AbortController();
  const gone = fetch(`${twin.url}/terminal/payment`, {
    method: 'POST',
    body: request(pair),
    headers: { 'content-type': 'application/json' },
    signal: leaver.signal,
  }).catch(() => 'left');
  await until(
    async () => (await status(twin))['status'] === 'SUCCESS' && (await page(twin, id)).captured > 0,
  );
  leaver.abort();
  expect(await gone).toBe('left');
  await until(async () => (await status(twin))['terminalState'] === 'REPRINT_TICKET');
  expect(last(twin)).toMatchObject({ delivered: 'caller had gone' });
  expect(await page(twin, id)).toMatchObject({ captured: 2_500 });
});

test('what does not match waits, and can be cleared', async () => {
  const twin = await twinOf();
  twin.fault({ fault: 'empty', match: { requestId: '1' } });
  expect(await send(twin)).toMatchObject({ status: 'SUCCESS' });
  expect(await twin.admin('GET', 'faults')).toMatchObject({ faults: [{ fault: 'empty', times: 1 }] });
  await twin.admin('DELETE', 'faults');
  expect(await twin.admin('GET', 'faults')).toEqual({ faults: [] });
});
