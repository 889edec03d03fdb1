/** Every member of a request is checked, and a hold ends once: by a capture that frees the rest, or by a cancellation. */

import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { capture, encode, fields, hold, page, post, send, status, twinOf, until, why } from './support.ts';

test('an authorisation is answered as a SALE is, with the pair of its reference', async () => {
  const twin = await twinOf();
  const answer = await send(twin, { requestId: '123456' });
  expect(answer).toMatchObject({
    status: 'SUCCESS',
    amount: '50.00',
    currency: 'EUR',
    card: 'ECMC',
    requestId: '123456',
    stan: '1001',
    timestamp: expect.stringMatching(/\+00:00$/),
    authReferenceVersion: '1',
  });
  const plain = gunzipSync(Buffer.from(answer['authReference'] ?? '', 'base64')).toString();
  expect(plain).toMatch(/^\{"CompletedPreAu/);
  expect(answer['authReference']).toMatch(/^H4sIAAAAAAAAA/);
  expect(JSON.parse(answer['customerReceipt'] ?? '')).toContain('******* PAS OP: TEST SYSTEEM *******');
  expect(await page(twin, '123456')).toMatchObject({ state: 'open', asked: 5_000, authorised: 5_000 });
});

test('a capture is answered by its documents alone and frees the rest', async () => {
  const twin = await twinOf();
  const { id, pair } = await hold(twin);
  const answer = await capture(twin, pair);
  expect(Object.keys(answer)).toEqual(['status', 'customerReceipt', 'journalReceipt', 'eJournal']);
  expect(answer['eJournal']).toMatch(/^<\?xml version="1\.0"\?>\n<E-Journal>\n[^]*<\/E-Journal>$/);
  expect(await page(twin, id)).toMatchObject({
    state: 'captured',
    captured: 2_500,
    released: 2_500,
    reason: null,
    bookings: [{ kind: 'authorisation' }, { kind: 'capture', amount: 2_500, origin: 'api' }],
  });
});

test('a second capture is refused, and so is a cancellation after one', async () => {
  const twin = await twinOf();
  const { pair } = await hold(twin);
  await capture(twin, pair);
  expect(await capture(twin, pair, { amount: '1.00' })).toEqual({ status: 'FAILURE' });
  expect(why(twin)).toBe('the hold is captured');
  const reason = { amount: '0.00', captureCancellationReasonCode: 'WRONG_PRODUCT' };
  expect(await capture(twin, pair, reason)).toEqual({ status: 'FAILURE' });
});

test('a cancellation is a capture of nothing with a reason', async () => {
  const twin = await twinOf();
  const { id, pair } = await hold(twin);
  for (const captureCancellationReasonCode of [undefined, 'NO_ERROR'])
    expect(await capture(twin, pair, { amount: '0', captureCancellationReasonCode })).toEqual({
      status: 'VALIDATION_ERROR',
    });
  const reason = { captureCancellationReasonCode: 'CLIENT_DID_NOT_TAKE_PRODUCT_IN_TIME' };
  expect(await capture(twin, pair, reason)).toEqual({ status: 'VALIDATION_ERROR' });
  expect(await capture(twin, pair, { ...reason, amount: '0.00' })).toMatchObject({ status: 'SUCCESS' });
  expect(await page(twin, id)).toMatchObject({
    state: 'cancelled',
    captured: 0,
    released: 5_000,
    reason: 'CLIENT_DID_NOT_TAKE_PRODUCT_IN_TIME',
    bookings: [{}, { kind: 'cancellation', amount: 5_000 }],
  });
});

test('not more than was authorised, in no other currency, by no other reference', async () => {
  const twin = await twinOf();
  const { id, pair } = await hold(twin);
  const other = await hold(twin);
  for (const [change, reason] of [
    [{ amount: '50.01' }, 'more than was authorised'],
    [{ currency: 'SEK' }, 'not the currency of the hold'],
    [{ authReferenceVersion: '2' }, 'not the version of this reference'],
    [{ authReference: `${pair.authReference} ` }, 'the reference is not known'],
    [{ authReference: pair.authReference.slice(0, -1) }, 'the reference is not known'],
  ] as const) {
    expect(await capture(twin, pair, change)).toEqual({ status: 'FAILURE' });
    expect(why(twin)).toBe(reason);
  }
  expect(await page(twin, id)).toMatchObject({ state: 'open', captured: 0 });
  expect(await capture(twin, other.pair, { amount: '50.00' })).toMatchObject({ status: 'SUCCESS' });
  expect(await page(twin, id)).toMatchObject({ state: 'open' });
});

test.each<[string, string, Record<string, unknown>]>([
  ['MISSING_MANDATORY_DATA', 'paymentType', { paymentType: undefined }],
  ['VALIDATION_ERROR', 'paymentType', { paymentType: 'SALE' }],
  ['VALIDATION_ERROR', 'paymentType', { paymentType: 'authorise' }],
  ['MISSING_MANDATORY_DATA', 'requestId', { requestId: undefined }],
  ['FORMAT_ERROR', 'requestId is no text', { requestId: 123 }],
  ['VALIDATION_ERROR', 'requestId', { requestId: '0' }],
  ['VALIDATION_ERROR', 'requestId', { requestId: '1000000000' }],
  ['VALIDATION_ERROR', 'requestId', { requestId: '1 ' }],
  ['MISSING_MANDATORY_DATA', 'amount', { amount: undefined }],
  ['FORMAT_ERROR', 'amount is no text', { amount: '"50.00"' }],
  ['VALIDATION_ERROR', 'amount', { amount: '50.000' }],
  ['VALIDATION_ERROR', 'amount', { amount: '5e1' }],
  ['VALIDATION_ERROR', 'amount', { amount: '-50.00' }],
  ['VALIDATION_ERROR', 'amount', { amount: '0.00' }],
  ['VALIDATION_ERROR', 'amount', { amount: '50.00', currency: 'JPY' }],
  ['VALIDATION_ERROR', 'currency', { currency: 'eur' }],
  ['MISSING_MANDATORY_DATA', 'terminalLanguage', { terminalLanguage: undefined }],
  ['VALIDATION_ERROR', 'terminalLanguage', { terminalLanguage: 'en' }],
  ['VALIDATION_ERROR', 'terminalOperatingEnvironment', { terminalOperatingEnvironment: 'ALONE' }],
  ['VALIDATION_ERROR', 'terminalAccessProtocol', { terminalAccessProtocol: 'ZVT' }],
  ['VALIDATION_ERROR', 'terminalEnvironment', { terminalEnvironment: 'VENDING' }],
  ['FORMAT_ERROR', 'authReference is no member of AUTHORISE', { authReference: 'x' }],
  ['FORMAT_ERROR', 'colour is no member of AUTHORISE', { colour: 'red' }],
  ['MISSING_MANDATORY_DATA', 'authReference', { paymentType: 'CAPTURE', authReferenceVersion: '1' }],
  ['MISSING_MANDATORY_DATA', 'authReferenceVersion', { paymentType: 'CAPTURE', authReference: 'x' }],
  [
    'VALIDATION_ERROR',
    'captureCancellationReasonCode',
    {
      paymentType: 'CAPTURE',
      authReference: 'x',
      authReferenceVersion: '1',
      captureCancellationReasonCode: 'WHIM',
    },
  ],
])('%s: %s (%#)', async (expected, reason, change) => {
  const twin = await twinOf();
  expect(await send(twin, change)).toEqual({ status: expected });
  expect(why(twin)).toBe(reason.replace('amount is no text', 'amount is no number'));
  expect(twin.books().holds).toEqual([]);
});

test('a terminal that is set up takes nothing else', async () => {
  const twin = await twinOf({ terminal: { environment: 'PETROL', language: 'NLD' } });
  expect(await send(twin)).toEqual({ status: 'VALIDATION_ERROR' });
  expect(await send(twin, { terminalEnvironment: 'PETROL', terminalLanguage: 'NLD' })).toMatchObject({
    status: 'SUCCESS',
  });
});

test('what is no JSON object, or says that it is something else', async () => {
  const twin = await twinOf();
  for (const body of ['', '[]', '7', '{"a":1', '{"a":"\u0001"}'])
    expect(await (await post(twin, body)).json()).toEqual({ status: 'PARSING_ERROR' });
  expect(await (await post(twin, encode(fields()), 'text/plain')).json()).toEqual({ status: 'FORMAT_ERROR' });
  expect((await post(twin, ' '.repeat(1_048_577))).status).toBe(413);
  expect((await fetch(`${twin.url}/terminal/payment`)).status).toBe(405);
  expect((await fetch(`${twin.url}/terminal`, { method: 'POST' })).status).toBe(404);
});

test('a requestId is taken once; one that was refused is not used up', async () => {
  const twin = await twinOf();
  expect(await send(twin, { requestId: '900', currency: 'eur' })).toEqual({ status: 'VALIDATION_ERROR' });
  const { pair } = await hold(twin, { requestId: '900' });
  expect(await capture(twin, pair, { requestId: '900' })).toEqual({ status: 'VALIDATION_ERROR' });
  expect(why(twin)).toBe('the requestId was used before');
  expect(await capture(twin, pair, { requestId: '901', amount: '50.01' })).toEqual({ status: 'FAILURE' });
  expect(await capture(twin, pair, { requestId: '901' })).toEqual({ status: 'VALIDATION_ERROR' });
});

test('one operation at a time, and the next one when it is done, whoever has left', async () => {
  // Long enough for a busy machine to see that the caller has left before the answer is there.
  const twin = await twinOf({ authoriseMs: 3_000 });
  const leaver = new AbortController();
  const first = fetch(`${twin.url}/terminal/payment`, {
    method: 'POST',
    body: encode(fields()),
    headers: { 'content-type': 'application/json' },
    signal: leaver.signal,
  }).catch(() => 'left');
  await until(async () => (await status(twin))['terminalState'] === 'BUSY');
  expect(await status(twin)).toEqual({
    status: 'SUCCESS',
    terminalAction: 'WAIT',
    terminalId: 'T0000001',
    terminalState: 'BUSY',
  });
  expect(await send(twin)).toEqual({ status: 'BUSY' });
  leaver.abort();
  expect(await first).toBe('left');
  await until(async () => (await status(twin))['terminalState'] !== 'BUSY');
  expect(await status(twin)).toMatchObject({ terminalAction: 'OK', terminalState: 'REPRINT_TICKET' });
  const { holds, requests } = twin.books();
  expect(holds).toMatchObject([{ state: 'open', authorised: 5_000 }]);
  expect(requests).toMatchObject([
    { status: 'SUCCESS', tookEffect: true, delivered: 'caller had gone' },
    { status: 'BUSY', tookEffect: false },
  ]);
  expect(await send(twin)).toMatchObject({ status: 'SUCCESS' });
  expect(await status(twin)).toMatchObject({ terminalState: 'IDLE' });
});

test.each([
  ['LOGGED_OUT', 'LOGGED_OUT'],
  ['INOPERABLE', 'DEVICE_UNAVAILABLE'],
  ['LOCKED', 'DEVICE_UNAVAILABLE'],
] as const)('%s: %s', async (state, answered) => {
  const twin = await twinOf({ state });
  expect(await send(twin)).toEqual({ status: answered });
  expect(await status(twin)).toMatchObject({ terminalAction: 'WAIT', terminalState: state });
});

test.each([
  ['JPY', '2501', 2_501],
  ['KWD', '2.501', 2_501],
  ['CLF', '0.0001', 1],
  ['HUF', '0.07', 7],
  ['EUR', '90071992547409.91', Number.MAX_SAFE_INTEGER],
  ['EUR', '7', 700],
])('%s %s is %i', async (currency, amount, minor) => {
  const twin = await twinOf();
  const { id } = await hold(twin, { currency, amount });
  expect(await page(twin, id)).toMatchObject({ authorised: minor });
});
