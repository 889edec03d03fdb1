/** Rule: a call leaves once, in time and within limits, and what is kept of it holds no secret. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { afterEach, describe, expect, test } from 'vitest';
import type { ProviderAccount } from '../../../providers/provider.ts';
import { payone } from '../../../providers/payone/provider.ts';
import type { PayoneOptions } from '../../../providers/payone/account.ts';
import { authorise, capture, everyCall, line, options, refund, TXID } from './calls.ts';

let servers: Server[] = [];
let accounts: ProviderAccount[] = [];
afterEach(async () => {
  for (const account of accounts) await account.close();
  for (const server of servers)
    await new Promise((done) => {
      server.closeAllConnections();
      server.close(done);
    });
  servers = [];
  accounts = [];
});

const bodies: string[] = [];
async function gateway(
  answer: (response: ServerResponse, request: IncomingMessage) => void,
  change: Partial<PayoneOptions> = {},
): Promise<ProviderAccount> {
  bodies.length = 0;
  const server = createServer((request, response) => {
    let body = '';
    request
      .on('data', (chunk: Buffer) => (body += chunk.toString()))
      .on('end', () => {
        bodies.push(body);
        answer(response, request);
      });
  });
  servers.push(server);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return configured({ url: `http://127.0.0.1:${address.port}/post-gateway/`, ...change });
}
function configured(change: Partial<PayoneOptions> = {}): ProviderAccount {
  const made = payone.configure('payone-de', { ...options(change) });
  accounts.push(made);
  return made;
}
const soon = () => ({ signal: new AbortController().signal, sendBefore: performance.now() + 5_000 });
const approve = (response: ServerResponse): void => void response.end(`status=APPROVED\ntxid=${TXID}\n`);

test('an approved capture, with what was said', async () => {
  const account = await gateway(approve);
  const result = await account.send(capture({ description: 'Order 1' }), soon());
  expect(result).toMatchObject({
    outcome: 'approved',
    providerReference: TXID,
    keys: { txid: TXID, sequencenumber: '1' },
    exchange: {
      method: 'POST',
      status: 200,
      request: { narrative_text: 'Order 1', key: '[masked]' },
      response: { status: 'APPROVED', txid: TXID },
    },
  });
  expect(bodies).toHaveLength(1);
});

test('every request is a form in UTF-8', async () => {
  let type: string | undefined;
  const account = await gateway((response, request) => {
    type = request.headers['content-type'];
    approve(response);
  });
  await account.send(capture({ description: 'Grüße' }), soon());
  expect(type).toBe('application/x-www-form-urlencoded');
  expect(bodies[0]).toContain('narrative_text=Gr%C3%BC%C3%9Fe');
});

test('a refused call is not sent, and says nothing of earlier attempts', async () => {
  const account = await gateway(approve);
  const call = capture({ description: 'x'.repeat(82) });
  expect(account.check(call)).toMatchObject({ path: 'description' });
  expect(await account.send(call, soon())).toEqual({
    outcome: 'not_performed',
    reason: 'validation',
    firstOnly: true,
    message: expect.stringContaining('description: narrative_text'),
  });
  expect(account.check(capture({}, { currency: 'XXX' }))).toMatchObject({ path: 'amount.currency' });
  expect(bodies).toHaveLength(0);
});

test('nobody listens', async () => {
  const result = await configured().send(capture(), soon());
  expect(result).toMatchObject({
    outcome: 'not_performed',
    reason: 'refused-connection',
    firstOnly: true,
    exchange: { status: null, response: {} },
  });
});

test('the send window has closed', async () => {
  const account = await gateway(approve);
  const result = await account.send(capture(), { ...soon(), sendBefore: performance.now() - 1 });
  expect(result).toMatchObject({ outcome: 'not_performed', reason: 'send-window', firstOnly: true });
  expect(bodies).toHaveLength(0);
});

describe('lost and malformed answers are unknown', () => {
  const rows: [string, (response: ServerResponse) => void, string][] = [
    ['closed before the answer', (response) => response.destroy(), 'connection-lost'],
    [
      'closed inside the body',
      (response) => {
        response.writeHead(200, { 'content-length': '50' });
        response.write('status=APPROVED\n', () => response.destroy());
      },
      'connection-lost',
    ],
    ['never answered', () => {}, 'timeout'],
    ['ten megabytes', (response) => response.end('x'.repeat(10_000_000)), 'answer-too-large'],
    ['empty', (response) => response.end(), 'empty-answer'],
    ['HTML', (response) => response.end('<html>\n<body>busy</body></html>'), 'not-lines'],
    ['UTF-8 that is none', (response) => response.end(Buffer.from([0x61, 0x3d, 0xff])), 'not-utf8'],
    [
      'HTTP 500',
      (response) => {
        response.statusCode = 500;
        approve(response);
      },
      'http-status',
    ],
    [
      'cut without a length',
      (response) => {
        response.socket?.end(`HTTP/1.1 200 OK\r\n\r\nstatus=APPROVED\ntxid=${TXID}`);
      },
      'answer-cut',
    ],
  ];
  test.each(rows)('%s', async (_name, behave, reason) => {
    const account = await gateway(behave, { timeoutMs: 1_000 });
    for (const call of everyCall) {
      const result = await account.send(call, soon());
      expect(result).toMatchObject({
        outcome: 'unknown',
        keys: expect.any(Object),
        exchange: expect.any(Object),
      });
      if (reason !== 'connection-lost') expect(result).toMatchObject({ reason });
    }
    expect(bodies).toHaveLength(everyCall.length);
  });
});

test('no secret stays in what is kept', async () => {
  const account = await gateway((response) =>
    response.end('status=ERROR\nerrorcode=14\nerrormessage=4111111111111111 no\n'),
  );
  const results = [
    await account.send(authorise({ customer: { lastname: 'Jäger', email: 'j@shop.example' } }), soon()),
    await account.send(authorise({ method: 'elv', options: { iban: 'DE85123456782599100003' } }), soon()),
    await account.send(refund({ options: { iban: 'DE85123456782599100003' } }), soon()),
  ];
  const kept = JSON.stringify(results);
  for (const secret of [
    'sandbox-portal-key',
    'a5b86972707ef542c89ed162085a27f7',
    '9410010000018301234',
    'DE85123456782599100003',
    'Jäger',
    'j@shop.example',
    '4111111111111111',
  ]) {
    expect(kept).not.toContain(secret);
  }
});

test('what is kept is at most 8 KiB', async () => {
  const account = await gateway((response) =>
    response.end(
      `status=APPROVED\ntxid=${TXID}\n${Array.from({ length: 500 }, (_, n) => `clearing_x${'y'.repeat(60)}_${n}=${'z'.repeat(500)}`).join('\n')}\n`,
    ),
  );
  const many = Array.from({ length: 400 }, (_, n) =>
    line({
      id: `i-${n}`,
      quantity: 1,
      unitPrice: { value: 1, currency: 'EUR' },
      description: 'ü'.repeat(255),
    }),
  );
  const result = await account.send(capture({ lines: many }, { amount: 400 }), soon());
  expect(result).toMatchObject({ outcome: 'approved', exchange: { truncated: true } });
  expect(result.exchange?.request['items'] ?? '400').toBe('400');
  expect(Buffer.byteLength(JSON.stringify(result.exchange))).toBeLessThanOrEqual(8_192);
});

describe('capabilities', () => {
  const ask = (
    authorization: Parameters<ProviderAccount['capabilities']>[0]['authorization'],
    change: Partial<Parameters<ProviderAccount['capabilities']>[0]> = {},
  ) => configured().capabilities({ currency: 'EUR', amount: 1, authorization, ...change });
  test('by method and by adopted clearing type', () => {
    expect(ask({ request: { method: 'vor' } })).toMatchObject({ holds: 'nothing' });
    expect(ask({ adopt: { txid: TXID } })).toMatchObject({ holds: 'money', voidable: true });
    expect(ask({ adopt: { txid: TXID, sequenceNumber: 2, clearingtype: 'sb' } })).toMatchObject({
      holds: 'moved',
    });
  });
  test.each([
    ['authorization.request.method', { request: { method: 'gold' } }],
    ['authorization.adopt.reference.txid', { adopt: {} }],
    ['authorization.adopt.reference.txid', { adopt: { txid: 'abc' } }],
    ['authorization.adopt.reference.sequenceNumber', { adopt: { txid: TXID, sequenceNumber: 128 } }],
    ['authorization.adopt.reference.clearingtype', { adopt: { txid: TXID, clearingtype: 'xx' } }],
    ['authorization.adopt.reference.orderId', { adopt: { txid: TXID, orderId: '1' } }],
  ])('refused at %s', (path, authorization) => {
    expect(ask(authorization)).toMatchObject({ path });
  });
  test('currency and amount', () => {
    expect(ask({ adopt: { txid: TXID } }, { currency: 'XXX' })).toMatchObject({ path: 'amount.currency' });
    expect(ask({ adopt: { txid: TXID } }, { amount: 2_000_000_000 })).toMatchObject({ path: 'amount' });
  });
});

test('holds are known by their txid, authorisations by a derived reference', () => {
  const account = configured();
  expect(account.holdKey({ txid: 917_985_802, clearingtype: 'cc' })).toBe(TXID);
  expect(account.referenceOf('order-1', 'authorization')).toMatch(/^[a-z2-7]{20}$/);
  expect(account.acknowledgement).toBe('TSOK');
});
