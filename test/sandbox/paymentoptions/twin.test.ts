/** The twin takes what the documents allow and refuses everything else; ids chain, and a refusal books nothing. */

import { describe, expect, onTestFinished, test } from 'vitest';
import type { HoldPage } from '../../../sandbox/paymentoptions/book-page.ts';
import type { PaymentOptionsTwinOptions } from '../../../sandbox/paymentoptions/options.ts';
import { spawnPaymentOptionsTwin } from '../../../sandbox/paymentoptions/spawn.ts';
import { type PaymentOptionsTwin, startPaymentOptionsTwin } from '../../../sandbox/paymentoptions/twin.ts';

const credentials = {
  authorization: 'Basic sandbox-basic-key',
  'x-api-key': 'sandbox-x-api-key',
  'content-type': 'application/json',
};
const merchant_id = 'sandbox-merchant';

async function twinOf(options: PaymentOptionsTwinOptions = {}): Promise<PaymentOptionsTwin> {
  const twin = await startPaymentOptionsTwin(options);
  onTestFinished(() => twin.close());
  return twin;
}

interface Answer {
  status: number;
  body: Record<string, Record<string, unknown>>;
}

async function call(
  twin: PaymentOptionsTwin,
  path: string,
  fields?: unknown,
  headers: Record<string, string> = credentials,
): Promise<Answer> {
  const response = await fetch(`${twin.apiUrl}server-to-server-interface/${path}`, {
    headers,
    ...(fields === undefined
      ? {}
      : { method: 'POST', body: typeof fields === 'string' ? fields : JSON.stringify(fields) }),
  });
  return { status: response.status, body: (await response.json()) as Answer['body'] };
}

const hold = async (twin: PaymentOptionsTwin, amount = 1_000, currency = 'JPY'): Promise<string> =>
  ((await twin.admin('POST', 'holds', { amount, currency })) as HoldPage).transactionId;
const page = async (twin: PaymentOptionsTwin, id: string): Promise<HoldPage> =>
  (await twin.admin('GET', `books/${id}`)) as HoldPage;
const idOf = ({ body }: Answer): string => String(body['transaction_details']?.['id']);

test('a capture answers as the seed, its card number in full; the books have no card', async () => {
  const twin = await twinOf();
  const transactionId = await hold(twin);
  const answer = await call(twin, 'capture', { transactionId, amount: 1_000, merchant_id, notes: 'x' });
  expect(answer).toMatchObject({
    status: 201,
    body: {
      success: true,
      status_code: 201,
      transaction_type: 'CAPTURE',
      gateway_response: { type: 'INFO', code: 'INFO0001' },
      merchant_details: { mid: merchant_id },
      payment_details: {
        amount: 1_000,
        response_code: 0,
        currency: 'JPY',
        card: { number: '5200000000001005' },
      },
    },
  });
  expect(idOf(answer)).not.toBe(transactionId);
  expect(JSON.stringify(twin.books())).not.toContain('5200000000001005');
});

describe('refused, and nothing is booked', () => {
  test.each<[number, string, unknown, Record<string, string>]>([
    [401, 'capture', {}, { ...credentials, authorization: 'Basic other' }],
    [403, 'capture', {}, { ...credentials, 'x-api-key': 'other' }],
    [415, 'capture', {}, { ...credentials, 'content-type': 'text/plain' }],
    [404, 'captures', {}, credentials],
    [405, 'capture', undefined, credentials],
    [400, 'capture', '[]', credentials],
    [400, 'capture', { amount: 1, merchant_id }, credentials],
    [400, 'capture', { transactionId: 'HOLD', amount: 1, merchant_id: 'other' }, credentials],
    [400, 'capture', { transactionId: 'HOLD', merchant_id }, credentials],
    [400, 'capture', { transactionId: 'HOLD', amount: '1', merchant_id }, credentials],
    [400, 'capture', { transactionId: 'HOLD', amount: 0, merchant_id }, credentials],
    [400, 'capture', { transactionId: 'HOLD', amount: 1.5, merchant_id }, credentials],
    [400, 'capture', { transactionId: 'HOLD', amount: 1_001, merchant_id }, credentials],
    [400, 'capture', { transactionId: 'HOLD', amount: 1, merchant_id, currency: 'JPY' }, credentials],
    [400, 'void', { transactionId: 'HOLD', merchant_id, amount: 1 }, credentials],
    [400, 'refund', { transactionId: 'HOLD', amount: 1, merchant_id }, credentials],
    [404, 'capture', { transactionId: 'nobody', amount: 1, merchant_id }, credentials],
    [404, 'transaction/status/nobody', undefined, credentials],
  ])('%i %s %#', async (status, path, fields, headers) => {
    const twin = await twinOf();
    const id = await hold(twin);
    const sent =
      typeof fields === 'object' &&
      fields !== null &&
      'transactionId' in fields &&
      fields.transactionId === 'HOLD'
        ? { ...fields, transactionId: id }
        : fields;
    const answer = await call(twin, path, sent, headers);
    expect(answer).toMatchObject({ status, body: { success: false, gateway_response: { type: 'ERROR' } } });
    expect(await page(twin, id)).toMatchObject({ captured: 0, voided: false, transactions: [{}] });
  });
});

test('one capture; a void after a partial one is refused; refunds by the id of the capture', async () => {
  const twin = await twinOf();
  const transactionId = await hold(twin, 10_000, 'EUR');
  const capture = await call(twin, 'capture', { transactionId, amount: 80.5, merchant_id });
  expect(capture.status).toBe(201);
  expect((await call(twin, 'capture', { transactionId, amount: 1, merchant_id })).status).toBe(400);
  expect((await call(twin, 'void', { transactionId, merchant_id })).status).toBe(400);
  const back = (amount: number) =>
    call(twin, 'refund', { transactionId: idOf(capture), amount, merchant_id });
  expect((await back(80)).body).toMatchObject({
    transaction_type: 'REFUND',
    payment_details: { amount: 80 },
  });
  expect((await back(0.51)).status).toBe(400);
  expect((await back(0.5)).status).toBe(201);
  expect((await back(0.01)).status).toBe(400);
  expect(await page(twin, transactionId)).toMatchObject({
    captured: 8_050,
    released: 1_950,
    refunded: 8_050,
  });
});

test('a void names no amount and is final', async () => {
  const twin = await twinOf();
  const transactionId = await hold(twin);
  expect((await call(twin, 'void', { transactionId, merchant_id })).body).toMatchObject({
    transaction_type: 'VOID',
    gateway_response: { code: 'INFO0003' },
  });
  expect((await call(twin, 'void', { transactionId, merchant_id })).status).toBe(400);
  expect(await page(twin, transactionId)).toMatchObject({ voided: true, released: 1_000 });
});

test('the record of a hold follows its capture, or does not', async () => {
  const twin = await twinOf();
  const transactionId = await hold(twin);
  const look = async () => (await call(twin, `transaction/status/${transactionId}`)).body;
  expect(await look()).toMatchObject({ transaction_type: 'PRE_AUTH', payment_details: { amount: 1_000 } });
  const capture = await call(twin, 'capture', { transactionId, amount: 400, merchant_id });
  expect(await look()).toMatchObject({
    transaction_type: 'CAPTURE',
    payment_details: { amount: 400 },
    transaction_details: { id: transactionId },
  });
  twin.fault({ fault: 'not-yet', match: { request: 'status' } });
  expect(await look()).toMatchObject({ transaction_type: 'PRE_AUTH' });
  await twin.admin('POST', 'options', { recordFollows: false });
  expect(await look()).toMatchObject({ transaction_type: 'PRE_AUTH', payment_details: { amount: 1_000 } });
  expect((await call(twin, `transaction/status/${idOf(capture)}`)).body).toMatchObject({
    transaction_type: 'CAPTURE',
  });
});

test('what happens without a request of ours', async () => {
  const twin = await twinOf();
  const transactionId = await hold(twin);
  await twin.admin('POST', 'observe', { transactionId, kind: 'capture', amount: 400 });
  await expect(twin.admin('POST', 'observe', { transactionId, kind: 'void' })).rejects.toThrow('409');
  await twin.admin('POST', 'observe', { transactionId, kind: 'refund' });
  expect(await page(twin, transactionId)).toMatchObject({ captured: 400, refunded: 400 });
  const other = await hold(twin);
  await twin.admin('POST', 'expire', { transactionId: other });
  expect((await call(twin, 'capture', { transactionId: other, amount: 1, merchant_id })).status).toBe(400);
  await expect(twin.admin('POST', 'nothing', {})).rejects.toThrow('404');
  await expect(twin.admin('POST', 'holds', { amount: 0 })).rejects.toThrow('400');
  expect(await twin.admin('GET', 'health')).toEqual({ ok: true, holds: 2 });
});

test('in a process of its own', async () => {
  const twin = await spawnPaymentOptionsTwin();
  onTestFinished(() => twin.stop());
  await twin.admin.call('POST', 'holds', { transactionId: 'child', amount: 100 });
  await twin.admin.fault({ fault: 'http-429' });
  const address = `${twin.apiUrl}server-to-server-interface/capture`;
  expect((await fetch(address, { method: 'POST' })).status).toBe(429);
  expect(await twin.admin.page('child')).toMatchObject({ authorised: 100, captured: 0 });
  await twin.stop();
  await expect(fetch(`${twin.url}/admin/health`)).rejects.toThrow('fetch failed');
  await expect(spawnPaymentOptionsTwin({ card: 'x' })).rejects.toThrow('card');
});
