/** Rule: adapter and twin, written apart from the same sources, agree on requests, answers and records. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ProviderCall } from '../../../payment/call.ts';
import type { CallResult } from '../../../payment/outcome.ts';
import type { ReadCall, ReadResult } from '../../../payment/read.ts';
import { paymentOptions } from '../../../providers/paymentoptions/provider.ts';
import type { ProviderAccount } from '../../../providers/provider.ts';
import {
  type SpawnedPaymentOptionsTwin,
  spawnPaymentOptionsTwin,
} from '../../../sandbox/paymentoptions/spawn.ts';
import { capture, options, read, refund, release } from './calls.ts';

let twin: SpawnedPaymentOptionsTwin;
let account: ProviderAccount;

beforeAll(async () => {
  twin = await spawnPaymentOptionsTwin({ path: '/api/v1/api/v1/' });
  account = paymentOptions.configure('po-jp', { ...options({ url: twin.apiUrl }) });
});
afterAll(async () => {
  await account.close();
  await twin.stop();
});

const signal = new AbortController().signal;
const send = (call: ProviderCall): Promise<CallResult> =>
  account.send(call, { signal, sendBefore: performance.now() + 5_000 });
const ask = (call: ReadCall): Promise<ReadResult> =>
  account.read?.(call, { signal }) ?? Promise.reject(new Error('no read'));

const held = async (amount = 10_000, currency = 'JPY') => {
  const page = (await twin.admin.call('POST', 'holds', { amount, currency })) as { transactionId: string };
  return { id: page.transactionId, one: { hold: { transactionId: page.transactionId }, currency } };
};

test('a partial capture under an id of its own, refunds by that id, books', async () => {
  const { id, one } = await held();
  expect(await ask(read('authorization', 'authorization', 10_000, one))).toMatchObject({ booked: 10_000 });
  const taken = await send(capture({ description: 'Boots' }, { ...one, amount: 8_000 }));
  expect(taken).toMatchObject({ outcome: 'approved', booked: 8_000 });
  const anchor = taken.providerReference ?? '';
  expect(anchor).not.toBe(id);
  for (const operation of ['f-1', 'f-2'])
    expect(await send(refund({}, { ...one, anchor, operation, amount: 1_500 }))).toMatchObject({
      booked: 1_500,
    });
  expect(await send(refund({}, { ...one, anchor, amount: 5_001 }))).toMatchObject({ outcome: 'declined' });
  expect(await send(refund({}, { ...one, anchor: id, amount: 1 }))).toMatchObject({ outcome: 'declined' });
  expect(await twin.admin.page(id)).toMatchObject({
    authorised: 10_000,
    captured: 8_000,
    released: 2_000,
    refunded: 3_000,
  });
  expect(JSON.stringify(await twin.admin.books())).not.toContain('5200000000001005');
});

test('a second capture and a void after one are refused, a void of the whole is not', async () => {
  const { one } = await held();
  expect((await send(capture({}, { ...one, amount: 1 }))).outcome).toBe('approved');
  expect(await send(capture({}, { ...one, amount: 1 }))).toMatchObject({
    outcome: 'declined',
    firstOnly: true,
  });
  expect(await send(release(one))).toMatchObject({ outcome: 'declined', decline: { again: 'later' } });
  const other = await held();
  expect(await send(release(other.one))).toMatchObject({ outcome: 'approved' });
  expect(await ask(read('release', 'r-1', 0, other.one))).toMatchObject({ read: 'approved' });
  expect(await send(capture({}, { ...other.one, amount: 1 }))).toMatchObject({ outcome: 'declined' });
});

test.each([
  ['JPY', 777],
  ['EUR', 9_999],
  ['KWD', 1],
  ['ISK', 10_000],
  ['HUF', 50],
  ['CLF', 9_999],
])('%s to the unit', async (currency, amount) => {
  const { id, one } = await held(10_000, currency);
  const taken = await send(capture({}, { ...one, amount }));
  expect(taken).toMatchObject({ outcome: 'approved', booked: amount });
  const anchor = taken.providerReference ?? '';
  expect(await send(refund({}, { ...one, anchor, amount: 1 }))).toMatchObject({
    outcome: 'approved',
    booked: 1,
  });
  expect(await twin.admin.page(id)).toMatchObject({
    captured: amount,
    released: 10_000 - amount,
    refunded: 1,
  });
});

describe('scripted answers', () => {
  test.each([
    [77_001, { outcome: 'declined', decline: { again: 'later' } }, 0],
    [77_002, { outcome: 'unknown', reason: 'signals-disagree' }, 0],
    [75_001, { outcome: 'unknown', reason: 'amount-differs', answered: 90_000 }, 75_001],
    [75_002, { outcome: 'unknown', reason: 'amount-differs', answered: 75_001 }, 75_001],
    [75_003, { outcome: 'unknown', reason: 'signals-disagree' }, 75_003],
    [75_004, { outcome: 'unknown', reason: 'signals-disagree' }, 75_004],
    [75_005, { outcome: 'approved', booked: 75_005 }, 75_005],
  ])('%i', async (amount, result, captured) => {
    const { id, one } = await held(90_000);
    expect(await send(capture({}, { ...one, amount }))).toMatchObject(result);
    expect(await twin.admin.page(id)).toMatchObject({ captured });
  });
});

const LOST = [
  'lost-after',
  'reset-mid-body',
  'garbage',
  'empty',
  'html',
  'truncated',
  'invalid-utf8',
  'huge',
] as const;

test.each(LOST)('%s: unknown, and the record shows that it was booked', async (fault) => {
  const { id, one } = await held();
  await twin.admin.fault({ match: { request: 'capture', transactionId: id }, fault });
  expect(await send(capture({}, { ...one, amount: 8_000 }))).toMatchObject({ outcome: 'unknown' });
  expect(await ask(read('capture', 'c-1', 8_000, one))).toMatchObject({ read: 'approved', booked: 8_000 });
});

test.each(['lost-before', 'http-500'] as const)(
  '%s: unknown, and the record proves nothing',
  async (fault) => {
    const { id, one } = await held();
    await twin.admin.fault({ match: { request: 'capture', transactionId: id }, fault });
    expect(await send(capture({}, { ...one, amount: 8_000 }))).toMatchObject({ outcome: 'unknown' });
    const look = await ask(read('capture', 'c-1', 8_000, one));
    expect(look).toMatchObject({ read: 'failed', reason: 'record-proves-nothing' });
    expect(await twin.admin.page(id)).toMatchObject({ captured: 0 });
  },
);

test('where records do not follow, a booked capture is not seen either', async () => {
  const still = await spawnPaymentOptionsTwin({ recordFollows: false });
  const other = paymentOptions.configure('po', { ...options({ url: still.apiUrl }) });
  const page = (await still.admin.call('POST', 'holds', { amount: 500 })) as { transactionId: string };
  const hold = { transactionId: page.transactionId };
  const context = { signal, sendBefore: performance.now() + 5_000 };
  expect(await other.send(capture({}, { hold, amount: 500 }), context)).toMatchObject({
    outcome: 'approved',
  });
  expect(await other.read?.(read('capture', 'c-1', 500, { hold }), context)).toMatchObject({
    read: 'failed',
  });
  await other.close();
  await still.stop();
});

test('minor units, wrong credentials, a hold that ran out', async () => {
  const own = await spawnPaymentOptionsTwin({ amountUnit: 'minor' });
  const made = (change: Parameters<typeof options>[0]) =>
    paymentOptions.configure('po', { ...options({ url: own.apiUrl, ...change }) });
  const page = (await own.admin.call('POST', 'holds', { amount: 500, currency: 'EUR' })) as {
    transactionId: string;
  };
  const call = capture({}, { hold: { transactionId: page.transactionId }, currency: 'EUR', amount: 123 });
  const context = { signal, sendBefore: performance.now() + 5_000 };
  const stranger = made({ apiKey: 'guessed-wrong' });
  expect(await stranger.send(call, context)).toMatchObject({
    outcome: 'declined',
    decline: { code: 'ERR0403' },
  });
  const minor = made({ amountUnit: 'minor' });
  expect(await minor.send(call, context)).toMatchObject({ outcome: 'approved', booked: 123 });
  const { id, one } = await held();
  await twin.admin.call('POST', 'expire', { transactionId: id });
  expect(await send(capture({}, { ...one, amount: 1 }))).toMatchObject({ outcome: 'declined' });
  await Promise.all([stranger.close(), minor.close()]);
  await own.stop();
});
