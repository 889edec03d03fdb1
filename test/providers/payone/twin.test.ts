/** Rule: adapter and twin, written apart from the same sources, agree on requests, answers and notices. */
import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ProviderCall } from '../../../payment/call.ts';
import type { Notice } from '../../../payment/notice.ts';
import type { CallResult } from '../../../payment/outcome.ts';
import { payone } from '../../../providers/payone/provider.ts';
import type { NoticeVerdict, ProviderAccount } from '../../../providers/provider.ts';
import { type SpawnedPayoneTwin, spawnPayoneTwin } from '../../../sandbox/payone/spawn.ts';
import { authorise, capture, line, options, refund, release } from './calls.ts';

let twin: SpawnedPayoneTwin;
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
  twin = await spawnPayoneTwin({ notifyUrl: `http://127.0.0.1:${address.port}/`, notifyDelayMs: 1 });
  account = payone.configure('payone-de', { ...options({ url: twin.gatewayUrl }) });
});

afterAll(async () => {
  await account.close();
  await twin.stop();
  receiver.closeAllConnections();
  await new Promise((done) => receiver.close(done));
});

const send = (call: ProviderCall): Promise<CallResult> =>
  account.send(call, { signal: new AbortController().signal, sendBefore: performance.now() + 5_000 });

/** Waits for a notice of a process; the test's own time limit ends a wait that is in vain. */
async function notice(txid: string, fits: (one: Notice) => boolean): Promise<Notice> {
  for (;;) {
    for (const one of verdicts) {
      if (one.verdict === 'notice' && one.notice.providerReference === txid && fits(one.notice))
        return one.notice;
    }
    await new Promise<void>((resolve) => (told = resolve));
  }
}

async function held(payment: string, amount: number, pseudocardpan = '9410010000018301234'): Promise<string> {
  const customer = { lastname: 'Jäger', firstname: 'Zoë', country: 'DE' };
  const result = await send(authorise({ options: { pseudocardpan }, customer }, { payment, amount }));
  expect(result.outcome).toBe('approved');
  if (result.providerReference === undefined) throw new Error('no txid');
  return result.providerReference;
}

test('a card: three captures, a refund, and each notice', async () => {
  const txid = await held('round-1', 9_000);
  const hold = { txid, clearingtype: 'cc' };
  expect(await notice(txid, ({ about }) => about === 'authorization')).toMatchObject({
    state: 'approved',
    sequenceNumber: 0,
    reference: account.referenceOf('round-1', 'authorization'),
    receivable: 0,
  });
  const part = (sequenceNumber: number, final: boolean) =>
    capture(
      {
        lines: [line({ quantity: 2, deliveryDate: '2026-11-21' })],
        description: 'Grüße',
        reference: 'r-1',
        invoice: { id: 'RE-1', deliveryMode: 'P' },
      },
      { hold, amount: 3_000, sequenceNumber, final },
    );
  for (const [number, final] of [
    [1, false],
    [2, false],
    [3, true],
  ] as const) {
    expect(await send(part(number, final))).toMatchObject({ outcome: 'approved', providerReference: txid });
    expect(
      await notice(txid, ({ about, sequenceNumber }) => about === 'capture' && sequenceNumber === number),
    ).toMatchObject({ state: 'approved', receivable: number * 3_000 });
  }
  expect(
    await send(refund({ reason: 'Returned', lines: [line({ quantity: 1 })] }, { hold, sequenceNumber: 4 })),
  ).toMatchObject({ outcome: 'approved' });
  expect(await notice(txid, ({ sequenceNumber }) => sequenceNumber === 4)).toMatchObject({
    receivable: 7_500,
  });
});

test('a number that is not next had no effect, and a repeat of one that was booked is no second booking', async () => {
  const txid = await held('round-2', 9_000);
  const hold = { txid, clearingtype: 'cc' };
  const first = capture({}, { hold, amount: 1_000, final: false });
  expect(await send({ ...first, sequenceNumber: 5 })).toMatchObject({
    outcome: 'not_performed',
    reason: 'sequence',
  });
  expect((await send(first)).outcome).toBe('approved');
  expect(await send({ ...first, attempt: 2 })).toMatchObject({
    outcome: 'not_performed',
    reason: 'sequence',
    firstOnly: true,
  });
  expect(await send({ ...first, sequenceNumber: 2, amount: 8_001 })).toMatchObject({
    outcome: 'declined',
    decline: { code: '908' },
    firstOnly: true,
  });
  expect(await send(release({ hold, kind: 'request', sequenceNumber: 2 }))).toMatchObject({
    outcome: 'declined',
    decline: { code: '935', again: 'no' },
  });
});

test('a void of a whole hold', async () => {
  const txid = await held('round-3', 9_000);
  expect(await send(release({ hold: { txid } }))).toMatchObject({ outcome: 'approved' });
});

test('the same authorisation again is a duplicate, and tells nothing else', async () => {
  await held('round-4', 9_000);
  expect(
    await send(
      authorise(
        { customer: { lastname: 'Jäger', country: 'DE' } },
        { payment: 'round-4', amount: 9_000, attempt: 2 },
      ),
    ),
  ).toMatchObject({ outcome: 'unknown', reason: 'duplicate' });
});

test('redirect, pending, decline', async () => {
  const returnUrls = {
    success: 'https://shop.example/a',
    error: 'https://shop.example/b',
    back: 'https://shop.example/c',
  };
  const card = (payment: string, pseudocardpan: string) =>
    send(authorise({ options: { pseudocardpan }, returnUrls }, { payment, amount: 9_000 }));
  expect(await card('round-5', '9410013000000001')).toMatchObject({
    outcome: 'pending',
    redirectUrl: expect.stringMatching(/^http/),
  });
  expect(await card('round-6', '9410014000000003')).toMatchObject({
    outcome: 'pending',
    facts: { reasoncode: '903' },
  });
  expect(await card('round-7', '9410019000000043')).toMatchObject({
    outcome: 'declined',
    decline: { code: '43', hold: 'stands' },
  });
});

test.each([
  ['wlt', { wallettype: 'PPE' }],
  ['elv', { iban: 'DE85123456782599100003' }],
  ['sb', { onlinebanktransfertype: 'PNT', bankcountry: 'DE' }],
  ['rec', {}],
  ['vor', {}],
  ['cod', {}],
  ['fnc', { financingtype: 'KLV' }],
])('%s is set up', async (method, given) => {
  const result = await send(
    authorise(
      {
        method,
        options: given,
        customer: { lastname: 'Jäger', country: 'DE' },
        returnUrls: {
          success: 'https://shop.example/a',
          error: 'https://shop.example/b',
          back: 'https://shop.example/c',
        },
        lines: [line({ quantity: 2 })],
      },
      { payment: `round-${method}`, amount: 3_000 },
    ),
  );
  expect(result).toMatchObject({ outcome: expect.stringMatching(/^(?:approved|pending)$/) });
});

test.each([
  'lost-after',
  'reset-mid-body',
  'garbage',
  'empty',
  'html',
  'truncated',
  'invalid-utf8',
  'huge',
] as const)('%s: unknown, and the same bytes again book nothing more', async (fault) => {
  const txid = await held(`fault-${fault}`, 9_000);
  const call = capture({}, { hold: { txid }, amount: 1_000, final: false });
  await twin.admin.fault({ match: { txid, sequencenumber: 1 }, fault });
  expect(await send(call)).toMatchObject({ outcome: 'unknown' });
  expect(await send({ ...call, attempt: 2 })).toMatchObject({
    outcome: 'not_performed',
    reason: 'sequence',
    firstOnly: true,
  });
  expect(await notice(txid, ({ about }) => about === 'capture')).toMatchObject({
    sequenceNumber: 1,
    receivable: 1_000,
  });
});

test.each(['lost-before', 'http-500'] as const)(
  '%s: unknown, and the same bytes again book it',
  async (fault) => {
    const txid = await held(`fault-${fault}`, 9_000);
    const call = capture({}, { hold: { txid }, amount: 1_000, final: false });
    await twin.admin.fault({ match: { txid, sequencenumber: 1 }, fault });
    expect(await send(call)).toMatchObject({ outcome: 'unknown' });
    expect(await send({ ...call, attempt: 2 })).toMatchObject({ outcome: 'approved' });
  },
);
