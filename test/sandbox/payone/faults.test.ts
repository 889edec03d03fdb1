/** Each fault works on the requests that it matches, as often as it was told, and the books say what took effect. */

import { expect, test } from 'vitest';
import { capture, encode, hold, page, preauthorize, sendBody, twinOf, until } from './support.ts';
import { md5Key } from './support.ts';

const request = (txid: string): string =>
  encode({
    mid: '14648',
    aid: '17321',
    portalid: '2040559',
    key: md5Key,
    mode: 'test',
    encoding: 'UTF-8',
    request: 'capture',
    txid,
    amount: 4_000,
    currency: 'EUR',
    sequencenumber: 1,
  });

test('lost-before: no answer, nothing booked, the repeat books', async () => {
  const twin = await twinOf();
  const txid = await hold(twin);
  twin.fault({ fault: 'lost-before', match: { request: 'capture', txid } });
  await expect(sendBody(twin, request(txid))).rejects.toThrow('fetch failed');
  expect(await page(twin, txid)).toMatchObject({
    captured: 0,
    requests: [{}, { tookEffect: false, answer: null, delivered: 'fault lost-before' }],
  });
  expect(await (await sendBody(twin, request(txid))).text()).toContain('APPROVED');
});

test('lost-after: no answer, booked, the repeat is 907', async () => {
  const twin = await twinOf();
  const txid = await hold(twin);
  twin.fault({ fault: 'lost-after', match: { sequencenumber: 1 } });
  await expect(sendBody(twin, request(txid))).rejects.toThrow('fetch failed');
  expect(await page(twin, txid)).toMatchObject({
    captured: 4_000,
    requests: [
      {},
      { tookEffect: true, answer: expect.stringContaining('APPROVED'), delivered: 'fault lost-after' },
    ],
  });
  expect(await (await sendBody(twin, request(txid))).text()).toContain('errorcode=907');
});

test('reset-mid-body: the head arrives, the body does not', async () => {
  const twin = await twinOf();
  const txid = await hold(twin);
  twin.fault({ fault: 'reset-mid-body', match: { request: 'capture' } });
  await expect(sendBody(twin, request(txid)).then((response) => response.text())).rejects.toThrow(
    'terminated',
  );
  expect(await page(twin, txid)).toMatchObject({ captured: 4_000 });
});

test.each([
  ['before', 0],
  ['after', 4_000],
] as const)('http-500 %s the booking', async (at, captured) => {
  const twin = await twinOf();
  const txid = await hold(twin);
  twin.fault({ fault: 'http-500', at });
  expect((await sendBody(twin, request(txid))).status).toBe(500);
  expect(await page(twin, txid)).toMatchObject({ captured });
});

test.each(['garbage', 'empty', 'html', 'truncated', 'invalid-utf8', 'huge'] as const)(
  '%s: booked, but the answer is spoilt',
  async (fault) => {
    const twin = await twinOf();
    const txid = await hold(twin);
    twin.fault({ fault, match: { amount: 4_000 } });
    const response = await sendBody(twin, request(txid));
    const bytes = Buffer.from(await response.arrayBuffer());
    const text = bytes.toString('utf8');
    expect(response.status).toBe(200);
    expect(
      {
        garbage: !text.startsWith('status='),
        empty: bytes.length === 0,
        html: text.startsWith('<html>'),
        truncated: text.startsWith('status=APPR') && !text.includes('settleaccount'),
        'invalid-utf8': text.includes('\ufffd'),
        huge: bytes.length > 10 * 1_048_576,
      }[fault],
    ).toBe(true);
    expect(await page(twin, txid)).toMatchObject({ captured: 4_000 });
  },
);

test('truncated to so many bytes', async () => {
  const twin = await twinOf();
  const txid = await hold(twin);
  twin.fault({ fault: 'truncated', keepBytes: 9 });
  expect(await (await sendBody(twin, request(txid))).text()).toBe('status=AP');
});

test('busy-907: refused without a booking, as often as it was told', async () => {
  const twin = await twinOf();
  const txid = await hold(twin);
  twin.fault({ fault: 'busy-907', times: 2 });
  for (const code of ['907', '907', undefined])
    expect((await capture(twin, txid, { sequencenumber: 1 }))['errorcode']).toBe(code);
});

test.each([
  ['before', 500],
  ['after', 60_000],
] as const)(
  'delay %s the booking: a caller who left gets nothing, the booking stands',
  async (at, delayMs) => {
    const twin = await twinOf();
    const txid = await hold(twin);
    twin.fault({ fault: 'delay', delayMs, at });
    const leaving = new AbortController();
    const gone = fetch(twin.gatewayUrl, {
      method: 'POST',
      body: request(txid),
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      signal: leaving.signal,
    });
    await until(() => twin.books().requests.length === 2);
    leaving.abort();
    await expect(gone).rejects.toThrow('aborted');
    await until(() => twin.books().requests[1]?.delivered === 'caller had gone');
    expect(await page(twin, txid)).toMatchObject({ captured: 4_000 });
  },
);

test('a fault waits for its request, and can be read and cleared', async () => {
  const twin = await twinOf();
  twin.fault({ fault: 'empty', match: { reference: 'special', request: 'preauthorization' } });
  expect(await preauthorize(twin)).toMatchObject({ status: 'APPROVED' });
  expect(await twin.admin('GET', 'faults')).toMatchObject({ faults: [{ fault: 'empty', times: 1 }] });
  expect(await preauthorize(twin, { reference: 'special' })).toEqual({});
  expect(await twin.admin('GET', 'faults')).toEqual({ faults: [] });
  twin.fault({ fault: 'empty' });
  await twin.admin('DELETE', 'faults');
  expect(await preauthorize(twin)).toMatchObject({ status: 'APPROVED' });
});

test('faults are bounded and checked', async () => {
  const twin = await twinOf({ maxFaults: 1 });
  twin.fault({ fault: 'empty' });
  expect(() => twin.fault({ fault: 'empty' })).toThrow('too many');
  await expect(twin.admin('POST', 'faults', { fault: 'unheard-of' })).rejects.toThrow('400');
});
