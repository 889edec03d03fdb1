/** Rule: a call leaves once, in time and within limits, and what is kept of it holds no card and no secret. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { afterEach, describe, expect, test } from 'vitest';
import type { PaymentOptionsOptions } from '../../../providers/paymentoptions/account.ts';
import { paymentOptions } from '../../../providers/paymentoptions/provider.ts';
import type { ProviderAccount } from '../../../providers/provider.ts';
import { answer, authorise, capture, followUps, HOLD, options, read } from './calls.ts';

const servers: Server[] = [];
const accounts: ProviderAccount[] = [];
const seen: { request: string; headers: IncomingMessage['headers']; body: string }[] = [];

afterEach(async () => {
  for (const one of accounts.splice(0)) await one.close();
  for (const server of servers.splice(0))
    await new Promise((done) => {
      server.closeAllConnections();
      server.close(done);
    });
  seen.length = 0;
});

async function gateway(
  reply: (response: ServerResponse) => void,
  path = '/api/v1/',
  change: Partial<PaymentOptionsOptions> = {},
): Promise<ProviderAccount> {
  const server = createServer((request, response) => {
    let body = '';
    request
      .on('data', (chunk: Buffer) => (body += chunk.toString()))
      .on('end', () => {
        seen.push({ request: `${request.method} ${request.url}`, headers: request.headers, body });
        reply(response);
      });
  });
  servers.push(server);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return configured({ url: `http://127.0.0.1:${address.port}${path}`, ...change });
}
function configured(change: Partial<PaymentOptionsOptions> = {}): ProviderAccount {
  const made = paymentOptions.configure('po-jp', { ...options(change) });
  accounts.push(made);
  return made;
}
const soon = () => ({ signal: new AbortController().signal, sendBefore: performance.now() + 5_000 });
const json =
  (body: unknown, status = 201) =>
  (response: ServerResponse) =>
    void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));

test('the base path is taken as it is configured, doubled or not, and both headers are sent', async () => {
  for (const path of ['/api/v1/', '/api/v1/api/v1/', '/api/v1']) {
    const made = await gateway(json(answer()), path);
    expect(await made.send(capture(), soon())).toMatchObject({ outcome: 'approved', booked: 1_000 });
  }
  expect(seen.map(({ request }) => request)).toEqual([
    'POST /api/v1/server-to-server-interface/capture',
    'POST /api/v1/api/v1/server-to-server-interface/capture',
    'POST /api/v1/server-to-server-interface/capture',
  ]);
  expect(seen[0]?.headers).toMatchObject({
    authorization: 'Basic sandbox-basic-key',
    'x-api-key': 'sandbox-x-api-key',
    'content-type': 'application/json',
  });
});

test('a record is read by its id, and never without one', async () => {
  const made = await gateway(json(answer({ transaction_type: 'PRE_AUTH' }), 200));
  expect(await made.read?.(read('authorization', 'authorization', 1_000), soon())).toMatchObject({
    read: 'approved',
    exchange: { method: 'GET', status: 200 },
  });
  const nameless = read('authorization', 'authorization', 1_000, { hold: null });
  expect(await made.read?.(nameless, soon())).toMatchObject({ read: 'failed' });
  expect(seen.map(({ request }) => request)).toEqual([
    `GET /api/v1/server-to-server-interface/transaction/status/${HOLD}`,
  ]);
});

test('the card number of an answer reaches nothing that is kept', async () => {
  const made = await gateway(json(answer()));
  const kept = JSON.stringify([
    await made.send(capture(), soon()),
    await made.read?.(read('capture', 'c-1', 1_000), soon()),
  ]);
  expect(kept).not.toContain('5200000000001005');
  expect(kept).not.toContain('John Doe');
  expect(kept).toContain('"payment_details.card":"[masked]"');
});

test('no secret stays in what is kept', async () => {
  const message = 'Basic sandbox-basic-key, sandbox-x-api-key, card 4111 1111 1111 1111';
  const made = await gateway(json({ success: false, message, gateway_response: { message } }, 401));
  const result = await made.send(capture(), soon());
  expect(result).toMatchObject({ outcome: 'declined', decline: { again: 'config' } });
  expect(JSON.stringify(result)).not.toMatch(/sandbox-basic-key|sandbox-x-api-key|4111 1111/);
});

test('what may not go is not sent', async () => {
  const made = await gateway(json(answer()));
  for (const call of [authorise(), capture({}, { amount: 0 })]) {
    expect(made.check(call)).not.toBeNull();
    expect(await made.send(call, soon())).toMatchObject({ outcome: 'not_performed', reason: 'validation' });
  }
  expect(await made.send(capture(), { ...soon(), sendBefore: performance.now() - 1 })).toMatchObject({
    outcome: 'not_performed',
    reason: 'send-window',
  });
  expect(await configured().send(capture(), soon())).toMatchObject({
    outcome: 'not_performed',
    reason: 'refused-connection',
  });
  expect(seen).toHaveLength(0);
});

describe('lost answers are unknown for every call', () => {
  test.each<[string, (response: ServerResponse) => void]>([
    ['closed', (response) => response.destroy()],
    ['too large', (response) => void response.end(`{"a":"${'x'.repeat(1_100_000)}"}`)],
    ['never', () => undefined],
  ])('%s', async (_name, reply) => {
    const made = await gateway(reply, '/api/v1/', { timeoutMs: 150 });
    for (const call of followUps) expect(await made.send(call, soon())).toMatchObject({ outcome: 'unknown' });
    expect(await made.read?.(read('capture', 'c-1', 1), soon())).toMatchObject({ read: 'failed' });
  });
});

describe('capabilities', () => {
  const ask = (
    authorization: Parameters<ProviderAccount['capabilities']>[0]['authorization'],
    currency = 'JPY',
  ) => configured().capabilities({ currency, amount: 1, authorization });
  test('of a hold that is taken over, in any currency that we can place', () => {
    for (const currency of ['JPY', 'EUR', 'KWD', 'CLF', 'ISK', 'HUF'])
      expect(ask({ adopt: { transactionId: HOLD } }, currency)).toMatchObject({ refundAnchor: 'capture' });
    expect(ask({ adopt: { transactionId: HOLD } }, 'XTS')).toMatchObject({ path: 'amount.currency' });
  });
  test.each([
    ['authorization.request', { request: { method: 'card' } }],
    ['authorization.adopt.reference.transactionId', { adopt: {} }],
    ['authorization.adopt.reference.transactionId', { adopt: { transactionId: 7 } }],
    ['authorization.adopt.reference.orderId', { adopt: { transactionId: HOLD, orderId: '1' } }],
  ])('refused at %s', (path, authorization) => {
    expect(ask(authorization)).toMatchObject({ path });
  });
});

test('holds, references and notices', () => {
  const made = configured();
  expect(made.holdKey({ transactionId: HOLD })).toBe(HOLD);
  expect(made.referenceOf('order-1', 'authorization')).toMatch(/^[0-9a-f]{32}$/);
  const incoming = { headers: {}, body: Buffer.from(JSON.stringify(answer())), remoteAddress: '127.0.0.1' };
  expect(made.readNotice(incoming)).toMatchObject({ verdict: 'ignored' });
});
