// What is looked up is checked and then connected to: a name with an address that is not allowed is refused before a
// byte leaves, also where it had another one a moment ago. No redirect is followed.
import type { LookupAddress } from 'node:dns';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Posted } from '../../activities/webhook-activities.ts';
import { configureWebhooks } from '../../temporal/webhook-endpoint.ts';
import { anEvent } from '../support/webhook-event.ts';
import { type Receiver, startReceiver } from '../support/webhook-receiver.ts';

const SECRET = 'a-secret-of-this-test-only';
let receiver: Receiver;
beforeAll(async () => {
  receiver = await startReceiver();
});
afterAll(() => receiver.stop());

const port = (): string => new URL(receiver.url).port;

interface Posting {
  readonly allowPrivate: boolean;
  readonly resolve?: (hostname: string) => Promise<readonly LookupAddress[]>;
  readonly times?: number;
}

async function post(url: string, { allowPrivate, resolve, times = 1 }: Posting): Promise<readonly Posted[]> {
  const endpoints = configureWebhooks(
    { webhooks: [{ name: 'one', url, secret: SECRET, allowPrivate }], accounts: {} },
    { timeoutMs: 1_000, ...(resolve === undefined ? {} : { resolve }) },
  );
  const posted: Posted[] = [];
  try {
    for (let n = 0; n < times; n += 1) posted.push(await endpoints.post('one', anEvent()));
  } finally {
    await endpoints.close();
  }
  return posted;
}

const refused = { arrived: false, reason: 'refused-address' };
const at =
  (...addresses: readonly string[]) =>
  async (): Promise<readonly LookupAddress[]> =>
    addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));

test('a name that stands for loopback is refused, also beside a public address', async () => {
  const before = receiver.received.length;
  // A name of the system's own that stands for this machine; no DNS server is asked for it.
  expect(await post(`https://ip6-localhost:${port()}/`, { allowPrivate: false })).toEqual([
    expect.objectContaining({ arrived: false }),
  ]);
  for (const addresses of [['127.0.0.1'], ['93.184.215.14', '127.0.0.1'], ['::ffff:127.0.0.1'], ['10.0.0.7']])
    expect(
      await post(`https://shop.example:${port()}/`, { allowPrivate: false, resolve: at(...addresses) }),
    ).toEqual([refused]);
  expect(await post(`http://shop.example/`, { allowPrivate: true, resolve: at('169.254.169.254') })).toEqual([
    refused,
  ]);
  expect(await post(`http://shop.example/`, { allowPrivate: true, resolve: at('93.184.215.14') })).toEqual([
    refused,
  ]);
  expect(receiver.received).toHaveLength(before);
});

test('a name is connected to at the address that was checked, and checked again for each connection', async () => {
  const answers = [['127.0.0.1'], ['169.254.169.254']];
  receiver.answer(() => ({ status: 200, headers: { connection: 'close' } }));
  const posted = await post(`http://shop.example:${port()}/hooks`, {
    allowPrivate: true,
    times: 2,
    resolve: async (hostname) =>
      at(...(answers.shift() ?? ['169.254.169.254']))().then((found) => {
        expect(hostname).toBe('shop.example');
        return found;
      }),
  });
  expect(posted).toEqual([{ arrived: true, status: 200, retryAfter: null }, refused]);
  expect(receiver.received.at(-1)?.headers['host']).toBe(`shop.example:${port()}`);
});

test('a redirect is an answer like any other, and is not followed', async () => {
  receiver.answer(() => ({ status: 302, headers: { location: `http://127.0.0.1:${port()}/elsewhere` } }));
  const before = receiver.received.length;
  expect(await post(receiver.url, { allowPrivate: true })).toEqual([
    { arrived: true, status: 302, retryAfter: null },
  ]);
  expect(receiver.received).toHaveLength(before + 1);
});

test('an answer that never comes or never ends is given up; Retry-After is read in both forms', async () => {
  receiver.answer(() => null);
  expect(await post(receiver.url, { allowPrivate: true })).toEqual([{ arrived: false, reason: 'timeout' }]);
  receiver.answer(() => ({ status: 200, body: 'x'.repeat(1_000_000) }));
  expect(await post(receiver.url, { allowPrivate: true })).toEqual([
    expect.objectContaining({ status: 200 }),
  ]);
  receiver.answer(() => ({ status: 429, headers: { 'retry-after': '7' } }));
  expect(await post(receiver.url, { allowPrivate: true })).toEqual([
    { arrived: true, status: 429, retryAfter: 7_000 },
  ]);
  receiver.answer(() => ({ status: 503, headers: { 'retry-after': 'Fri, 21 Nov 2036 00:00:00 GMT' } }));
  const [late] = await post(receiver.url, { allowPrivate: true });
  expect(late?.arrived === true ? late.retryAfter : 0).toBeGreaterThan(86_400_000);
});

test('an address that the configuration must not name is refused before anything is sent', () => {
  const webhook = { name: 'one', secret: SECRET, allowPrivate: false };
  const faults =
    (url: string, more: object = {}) =>
    () =>
      configureWebhooks({ webhooks: [{ ...webhook, url, ...more }], accounts: {} });
  expect(faults('http://127.0.0.1/')).toThrow(/webhooks\[0\]\.url: is an address of this machine/);
  expect(faults('http://shop.example/')).toThrow(/webhooks\[0\]\.url: is not https/);
  expect(faults('https://shop.example/', { accounts: ['nobody'] })).toThrow(
    /webhooks\[0\]\.accounts\[0\]: is no account/,
  );
});
