/** Rule: adapter and twin, written apart from the same sources, agree on requests, answers, lists and notices. */
import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ProviderCall } from '../../../payment/call.ts';
import type { Notice } from '../../../payment/notice.ts';
import type { CallResult } from '../../../payment/outcome.ts';
import type { ReadCall, ReadResult } from '../../../payment/read.ts';
import { finline } from '../../../providers/finline/provider.ts';
import type { NoticeVerdict, ProviderAccount } from '../../../providers/provider.ts';
import { type SpawnedFinlineTwin, spawnFinlineTwin } from '../../../sandbox/finline/spawn.ts';
import { authorise, capture, options, read, refund, release } from './calls.ts';

let twin: SpawnedFinlineTwin;
let account: ProviderAccount;
let receiver: Server;
const verdicts: NoticeVerdict[] = [];
let told = (): void => {};

beforeAll(async () => {
  receiver = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request
      .on('data', (chunk: Buffer) => chunks.push(chunk))
      .on('end', () => {
        verdicts.push(
          account.readNotice({
            headers: request.headers,
            body: Buffer.concat(chunks),
            remoteAddress: request.socket.remoteAddress ?? '',
          }),
        );
        response.end(account.acknowledgement);
        told();
      });
  });
  await new Promise<void>((done) => receiver.listen(0, '127.0.0.1', done));
  const address = receiver.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  twin = await spawnFinlineTwin({ notifyDelayMs: 1, settleMs: 20 });
  const serverUrl = `http://127.0.0.1:${address.port}/n`;
  account = finline.configure('finline-ua', {
    ...options({ url: twin.apiUrl, serverUrl, exponents: { XTS: 2 } }),
  });
});

afterAll(async () => {
  await account.close();
  await twin.stop();
  receiver.closeAllConnections();
  await new Promise((done) => receiver.close(done));
});

const signal = new AbortController().signal;
const send = (call: ProviderCall): Promise<CallResult> =>
  account.send(call, { signal, sendBefore: performance.now() + 5_000 });
const ask = (call: ReadCall): Promise<ReadResult> =>
  account.read?.(call, { signal }) ?? Promise.reject(new Error('no read'));

/** Waits for a notice of an order; the test's own time limit ends a wait that is in vain. */
async function notice(orderId: string, fits: (one: Notice) => boolean): Promise<Notice> {
  for (;;) {
    for (const one of verdicts) {
      if (one.verdict === 'notice' && one.notice.providerReference === orderId && fits(one.notice))
        return one.notice;
    }
    await new Promise<void>((resolve) => (told = resolve));
  }
}

const held = async (payment: string, amount = 10_000, currency = 'UAH') => {
  const result = await send(authorise({}, { payment, amount, currency }));
  expect(result).toMatchObject({ outcome: 'approved', booked: amount });
  const hold = result.hold;
  if (hold === undefined) throw new Error('no hold');
  return { payment, hold, orderId: String(hold['orderId']), currency };
};

test('a hold by token, a partial capture, two refunds, with notices, list and books', async () => {
  const { payment, hold, orderId } = await held('round-1');
  expect(await notice(orderId, ({ about }) => about === 'authorization')).toMatchObject({
    state: 'approved',
    price: 10_000,
    reference: account.referenceOf('round-1', 'authorization'),
  });
  const taken = await send(capture({ description: 'Boots' }, { payment, hold }));
  expect(taken).toMatchObject({ outcome: 'approved', booked: 8_000 });
  expect(await notice(orderId, ({ facts }) => facts['method'] === 'capture')).toMatchObject({
    about: 'hint',
  });
  for (const operation of ['f-1', 'f-2']) {
    expect(await send(refund({}, { payment, hold, operation, amount: 1_500 }))).toMatchObject({
      outcome: 'approved',
    });
  }
  expect(await ask(read('refund', 'f-2', 1_500, { payment, hold }))).toMatchObject({
    read: 'approved',
    booked: 1_500,
  });
  expect(await ask(read('capture', 'c-1', 8_000, { payment, hold }))).toMatchObject({
    read: 'approved',
    booked: 8_000,
    remaining: 0,
    providerReference: taken.providerReference,
  });
  expect(await twin.admin.page(orderId)).toMatchObject({
    authorised: 10_000,
    captured: 8_000,
    released: 2_000,
    refunded: 3_000,
    capturable: 0,
  });
  expect(await send(refund({}, { payment, hold, operation: 'f-3', amount: 5_001 }))).toMatchObject({
    outcome: 'declined',
    firstOnly: true,
  });
});

test('a second capture and a void after one are refused, a void of the whole is not', async () => {
  const one = await held('round-2');
  expect((await send(capture({}, { ...one, amount: 1 }))).outcome).toBe('approved');
  expect(await send(capture({}, { ...one, operation: 'c-2', amount: 1 }))).toMatchObject({
    outcome: 'declined',
  });
  expect(await send(release(one))).toMatchObject({ outcome: 'declined', decline: { hold: 'stands' } });
  const other = await held('round-3');
  expect(await send(release(other))).toMatchObject({ outcome: 'approved' });
  expect(await ask(read('release', 'r-1', 0, other))).toMatchObject({ read: 'approved', remaining: 0 });
  expect(await notice(other.orderId, ({ facts }) => facts['method'] === 'void')).toMatchObject({
    about: 'hint',
  });
});

test('the same authorisation again makes no second hold', async () => {
  const { payment } = await held('round-4');
  expect(await send(authorise({}, { payment, attempt: 2 }))).toMatchObject({
    outcome: 'declined',
    firstOnly: true,
  });
  expect(await ask(read('authorization', 'authorization', 10_000, { payment, hold: null }))).toMatchObject({
    read: 'approved',
    booked: 10_000,
    remaining: 10_000,
  });
});

test('the hosted page, a confirmation, a failure', async () => {
  const hosted = await send(authorise({ method: 'hosted', options: {} }, { payment: 'round-5' }));
  expect(hosted).toMatchObject({ outcome: 'pending', redirectUrl: expect.stringMatching(/^http.*checkout/) });
  const hold = hosted.hold ?? {};
  expect(await ask(read('authorization', 'authorization', 10_000, { payment: 'round-5', hold }))).toEqual(
    expect.objectContaining({ read: 'pending' }),
  );
  await twin.admin.call('POST', `checkout/${String(hold['orderId'])}/complete`);
  expect(await notice(String(hold['orderId']), ({ state }) => state === 'approved')).toMatchObject({
    about: 'authorization',
    price: 10_000,
  });
  const token = (payment: string, cc_token: string) =>
    send(authorise({ options: { cc_token } }, { payment }));
  expect(await token('round-6', 'confirm-1')).toMatchObject({
    outcome: 'pending',
    redirectUrl: expect.stringMatching(/^http/),
  });
  expect(await token('round-7', 'failure-1')).toMatchObject({
    outcome: 'declined',
    decline: { again: 'customer' },
  });
});

test.each([
  ['UAH', 10_001, 9_999],
  ['JPY', 10_001, 777],
  ['ISK', 10_001, 1],
  ['HUF', 10_001, 50],
  ['XTS', 10_001, 10_001],
])('%s to the unit', async (currency, amount, part) => {
  const one = await held(`unit-${currency}`, amount, currency);
  expect(await send(capture({}, { ...one, amount: part }))).toMatchObject({
    outcome: 'approved',
    booked: part,
  });
  expect(await twin.admin.page(one.orderId)).toMatchObject({ captured: part, released: amount - part });
});

test('another amount in the answer is unknown until the list tells what was booked', async () => {
  const one = await held('differs-1', 90_000);
  expect(await send(capture({}, { ...one, amount: 75_001 }))).toMatchObject({
    outcome: 'unknown',
    reason: 'amount-differs',
    answered: 90_000,
  });
  expect(await ask(read('capture', 'c-1', 75_001, one))).toMatchObject({ read: 'approved', booked: 75_001 });
  const less = await held('differs-2', 90_000);
  expect(await send(capture({}, { ...less, amount: 75_002 }))).toMatchObject({
    outcome: 'unknown',
    answered: 75_001,
  });
  expect(await ask(read('capture', 'c-1', 75_002, less))).toMatchObject({ read: 'approved', booked: 75_001 });
});

test('a pending capture ends by what the list and the notice say', async () => {
  const one = await held('pending-1', 90_000);
  const call = read('capture', 'c-1', 76_003, one);
  expect(await send(capture({}, { ...one, amount: 76_003 }))).toMatchObject({ outcome: 'pending' });
  expect(await ask(call)).toMatchObject({ read: 'pending' });
  await twin.admin.call('POST', 'settle', { orderId: one.orderId, outcome: 'failure' });
  expect(await notice(one.orderId, ({ state }) => state === 'failed')).toMatchObject({ about: 'hint' });
  expect(await ask(call)).toMatchObject({ read: 'declined', remaining: 90_000 });
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

test.each(LOST)('%s: unknown, and the list shows that it was booked', async (fault) => {
  const one = await held(`fault-${fault}`);
  await twin.admin.fault({ match: { request: 'capture', order_id: one.orderId }, fault });
  expect(await send(capture({}, one))).toMatchObject({ outcome: 'unknown' });
  expect(await ask(read('capture', 'c-1', 8_000, one))).toMatchObject({ read: 'approved', booked: 8_000 });
});

test.each(['lost-before', 'http-500'] as const)(
  '%s: unknown, absent, and one repeat books it',
  async (fault) => {
    const one = await held(`fault-${fault}`);
    await twin.admin.fault({ match: { request: 'capture', order_id: one.orderId }, fault });
    expect(await send(capture({}, one))).toMatchObject({ outcome: 'unknown' });
    expect(await ask(read('capture', 'c-1', 8_000, one))).toMatchObject({ read: 'absent', offered: true });
    expect(await send(capture({}, { ...one, attempt: 2 }))).toMatchObject({ outcome: 'approved' });
    expect(await twin.admin.page(one.orderId)).toMatchObject({ captured: 8_000 });
  },
);

test('a list that does not show the capture yet says absent, and shows it later', async () => {
  const one = await held('not-yet');
  await twin.admin.fault({ match: { request: 'capture', order_id: one.orderId }, fault: 'lost-after' });
  await twin.admin.fault({ match: { request: 'list', order_id: one.orderId }, fault: 'not-yet', times: 2 });
  expect(await send(capture({}, one))).toMatchObject({ outcome: 'unknown' });
  const call = read('capture', 'c-1', 8_000, one);
  expect(await ask(call)).toMatchObject({ read: 'absent' });
  expect(await ask(call)).toMatchObject({ read: 'absent' });
  expect(await ask(call)).toMatchObject({ read: 'approved' });
});

test('too many requests were not taken in', async () => {
  const one = await held('rate');
  await twin.admin.fault({ match: { order_id: one.orderId }, fault: 'http-429' });
  expect(await send(capture({}, one))).toMatchObject({ outcome: 'not_performed', busy: true });
  expect(await twin.admin.page(one.orderId)).toMatchObject({ captured: 0 });
});

test('a capture made elsewhere is not ours', async () => {
  const one = await held('elsewhere');
  await twin.admin.call('POST', 'observe', { orderId: one.orderId, kind: 'capture', amount: 3_000 });
  expect(await ask(read('capture', 'c-1', 8_000, one))).toMatchObject({
    read: 'absent',
    offered: false,
    remaining: 0,
  });
  expect(await send(capture({}, one))).toMatchObject({ outcome: 'declined' });
});

test('wrong credentials are for the set-up to mend', async () => {
  const other = finline.configure('x', { ...options({ url: twin.apiUrl, apiSecret: 'guessed-wrong' }) });
  const result = await other.send(capture(), { signal, sendBefore: performance.now() + 5_000 });
  expect(result).toMatchObject({ outcome: 'declined', decline: { code: 'S-401', again: 'config' } });
  await other.close();
});

test('a forged notice is told apart', async () => {
  const { orderId } = await held('forged');
  const fields = { order_id: orderId, method: 'auth', status: 'failure', currency: 'UAH' };
  const before = verdicts.length;
  const url = `${String((receiver.address() as { port: number }).port)}`;
  await twin.admin.call('POST', 'notify', { fields, secret: 'guessed', url: `http://127.0.0.1:${url}/n` });
  expect(verdicts.slice(before)).toContainEqual({ verdict: 'forged', why: 'signature is not ours' });
});
