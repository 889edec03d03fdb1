/** Rule: a call leaves once, in time and within limits, and what is kept of it holds no secret. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { afterEach, describe, expect, test } from 'vitest';
import type { FinlineOptions } from '../../../providers/finline/account.ts';
import { finline } from '../../../providers/finline/provider.ts';
import type { ProviderAccount } from '../../../providers/provider.ts';
import { authorise, capture, everyCall, operation, options, ORDER, POS, read } from './calls.ts';

const servers: Server[] = [];
const accounts: ProviderAccount[] = [];
const seen: { method: string; url: string; headers: IncomingMessage['headers']; body: string }[] = [];

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
  answer: (response: ServerResponse) => void,
  change: Partial<FinlineOptions> = {},
  path = '/api/v1/',
): Promise<ProviderAccount> {
  const server = createServer((request, response) => {
    let body = '';
    request
      .on('data', (chunk: Buffer) => (body += chunk.toString()))
      .on('end', () => {
        const { method = '', url = '', headers } = request;
        seen.push({ method, url, headers, body });
        answer(response);
      });
  });
  servers.push(server);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return configured({ url: `http://127.0.0.1:${address.port}${path}`, ...change });
}
function configured(change: Partial<FinlineOptions> = {}): ProviderAccount {
  const made = finline.configure('finline-ua', { ...options(change) });
  accounts.push(made);
  return made;
}
const soon = () => ({ signal: new AbortController().signal, sendBefore: performance.now() + 5_000 });
const json =
  (body: unknown, status = 200) =>
  (response: ServerResponse) =>
    void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));

test.each(['/api/v1/', '/api/v1'])('paths are joined to %s, and both headers are sent', async (path) => {
  const made = await gateway(json(operation()), {}, path);
  let left = 0;
  const result = await made.send(capture(), { ...soon(), onSent: () => (left += 1) });
  expect(result).toMatchObject({
    outcome: 'approved',
    booked: 8_000,
    exchange: { method: 'POST', status: 200 },
  });
  expect(left).toBe(1);
  expect(seen).toMatchObject([
    {
      method: 'POST',
      url: '/api/v1/capture',
      headers: {
        'x-api-auth': 'CPAY sandbox-api-key:sandbox-api-secret',
        'x-api-key': 'sandbox-endpoint-key',
        'content-type': 'application/json',
      },
    },
  ]);
});

test('the list of an order is asked by point of sale and order id', async () => {
  const auth = operation({ method: 'auth', amount: 100 });
  const made = await gateway(json([auth]));
  const strange = read('capture', 'c-1', 8_000, { hold: { orderId: 'a/b c' } });
  expect(await made.read?.(strange, soon())).toMatchObject({ read: 'failed', reason: 'order-differs' });
  expect(await made.read?.(read('capture', 'c-1', 8_000), soon())).toMatchObject({
    read: 'absent',
    offered: true,
    remaining: 10_000,
    exchange: { method: 'GET', status: 200 },
  });
  expect(seen.map(({ method, url }) => `${method} ${url}`)).toEqual([
    `GET /api/v1/pos/${POS}/orders/a%2Fb%20c`,
    `GET /api/v1/pos/${POS}/orders/${ORDER}`,
  ]);
});

test('a refused call is not sent, and says nothing of earlier attempts', async () => {
  const made = await gateway(json(operation()));
  const call = capture({}, { currency: 'KWD' });
  expect(made.check(call)).toMatchObject({ path: 'amount.currency' });
  expect(await made.send(call, soon())).toMatchObject({
    outcome: 'not_performed',
    reason: 'validation',
    firstOnly: true,
  });
  expect(made.check(capture())).toBeNull();
  expect(seen).toHaveLength(0);
});

test('nobody listens, and a window that has closed', async () => {
  expect(await configured().send(capture(), soon())).toMatchObject({
    outcome: 'not_performed',
    reason: 'refused-connection',
    firstOnly: true,
  });
  const made = await gateway(json(operation()));
  expect(await made.send(capture(), { ...soon(), sendBefore: performance.now() - 1 })).toMatchObject({
    outcome: 'not_performed',
    reason: 'send-window',
  });
  expect(await configured().read?.(read('capture', 'c-1', 1), soon())).toMatchObject({ read: 'failed' });
  expect(seen).toHaveLength(0);
});

describe('lost answers are unknown for every call', () => {
  test.each<[string, (response: ServerResponse) => void]>([
    ['closed before the answer', (response) => response.destroy()],
    [
      'closed inside the body',
      (response) => {
        response.writeHead(200, { 'content-length': '500' });
        response.write('{"order_id"', () => response.destroy());
      },
    ],
    ['too large', (response) => void response.end(`{"a":"${'x'.repeat(1_100_000)}"}`)],
    ['never', () => undefined],
  ])('%s', async (_name, answer) => {
    const made = await gateway(answer, { timeoutMs: 150 });
    for (const call of everyCall) expect(await made.send(call, soon())).toMatchObject({ outcome: 'unknown' });
    expect(await made.read?.(read('capture', 'c-1', 1), soon())).toMatchObject({ read: 'failed' });
    expect(seen).toHaveLength(everyCall.length + 1);
  });
});

test('no secret stays in what is kept', async () => {
  const echo = {
    message: 'CPAY sandbox-api-key:sandbox-api-secret is not 4111 1111 1111 1111',
    args: { code: 'S-401', key: 'sandbox-endpoint-key', cc_mask: '411111******1111' },
  };
  const made = await gateway(json(echo, 401));
  const person = { customer_email: 'j@shop.example', customer_fname: 'Zoë' };
  const results = [
    await made.send(authorise({ options: { cc_token: 'token-secret' }, customer: person }), soon()),
    await made.send(capture(), soon()),
    await made.read?.(read('capture', 'c-1', 1), soon()),
  ];
  const kept = JSON.stringify(results);
  expect(results[1]).toMatchObject({ outcome: 'declined', decline: { again: 'config' } });
  for (const secret of [
    'sandbox-api-key',
    'sandbox-api-secret',
    'sandbox-endpoint-key',
    'token-secret',
    'j@shop.example',
    'Zoë',
    '4111 1111',
    '411111',
  ]) {
    expect(kept).not.toContain(secret);
  }
});

test('what is kept is at most 8 KiB', async () => {
  const fields = Object.fromEntries(Array.from({ length: 400 }, (_, n) => [`field_${n}`, 'ü'.repeat(400)]));
  const made = await gateway(json(operation(fields)));
  const result = await made.send(capture({ description: 'ü'.repeat(2_000) }), soon());
  expect(result).toMatchObject({ outcome: 'approved', exchange: { truncated: true } });
  expect(Buffer.byteLength(JSON.stringify(result.exchange))).toBeLessThanOrEqual(8_192);
});

describe('capabilities', () => {
  const ask = (
    authorization: Parameters<ProviderAccount['capabilities']>[0]['authorization'],
    change: Partial<Parameters<ProviderAccount['capabilities']>[0]> = {},
  ) => configured().capabilities({ currency: 'UAH', amount: 1, authorization, ...change });
  test('of a hold that is asked for or taken over', () => {
    expect(ask({ request: { method: 'hosted' } })).toMatchObject({ remainder: 'implicit' });
    expect(ask({ request: { method: 'direct' } })).toMatchObject({ maxCaptures: 1 });
    expect(ask({ adopt: { orderId: '123' } })).toMatchObject({ resend: 'once-absent' });
  });
  test.each([
    ['authorization.request.method', { request: { method: 'card' } }],
    ['authorization.adopt.reference.orderId', { adopt: {} }],
    ['authorization.adopt.reference.orderId', { adopt: { orderId: 'x'.repeat(33) } }],
    ['authorization.adopt.reference.txid', { adopt: { orderId: '1', txid: '2' } }],
  ])('refused at %s', (path, authorization) => {
    expect(ask(authorization)).toMatchObject({ path });
  });
  test('currency and amount', () => {
    const adopt = { adopt: { orderId: '1' } };
    for (const currency of ['KWD', 'BHD', 'CLF', 'XTS', 'XXX', 'EURO'])
      expect(ask(adopt, { currency })).toMatchObject({ path: 'amount.currency' });
    for (const currency of ['UAH', 'JPY', 'ISK', 'HUF'])
      expect(ask(adopt, { currency })).toHaveProperty('timing');
    expect(ask(adopt, { amount: 0 })).toMatchObject({ path: 'amount' });
  });
});

test('holds are known by their order id, authorisations by a derived reference', () => {
  const made = configured();
  expect(made.holdKey({ orderId: ORDER })).toBe(ORDER);
  expect(made.referenceOf('order-1', 'authorization')).toMatch(/^[0-9a-f]{32}$/);
  expect(made.acknowledgement).toBe('OK');
});
