/** Rule: the payment is looked at before anything is asked; a failure up to then had no effect, a lost answer is unknown. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { afterEach, describe, expect, test } from 'vitest';
import type { ProviderAccount } from '../../../providers/provider.ts';
import type { SwedbankPayOptions } from '../../../providers/swedbankpay/account.ts';
import { swedbankpay } from '../../../providers/swedbankpay/provider.ts';
import { capture, lookFor, options, PAYMENT, refund, release } from './calls.ts';

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

type Handler = (request: IncomingMessage, response: ServerResponse, body: string) => void;

interface Place {
  readonly account: ProviderAccount;
  readonly url: string;
  readonly seen: { readonly line: string; readonly body: string; readonly token: string | undefined }[];
}

async function served(handler: Handler): Promise<{ url: string; seen: Place['seen'] }> {
  const seen: Place['seen'] = [];
  const server = createServer((request, response) => {
    let body = '';
    request
      .on('data', (chunk: Buffer) => (body += chunk.toString()))
      .on('end', () => {
        seen.push({ line: `${request.method} ${request.url}`, body, token: request.headers.authorization });
        handler(request, response, body);
      });
  });
  servers.push(server);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { url: `http://127.0.0.1:${address.port}`, seen };
}

async function place(handler: Handler, change: Partial<SwedbankPayOptions> = {}): Promise<Place> {
  const { url, seen } = await served(handler);
  return { account: configured({ url, ...change }), url, seen };
}

function configured(change: Partial<SwedbankPayOptions> = {}): ProviderAccount {
  const made = swedbankpay.configure('swedbank-se', { ...options(change) });
  accounts.push(made);
  return made;
}

const soon = () => ({ signal: new AbortController().signal, sendBefore: performance.now() + 5_000 });
const json = (response: ServerResponse, body: unknown, status = 200): void =>
  void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));

const list = (many: string): object => ({ id: `${PAYMENT}/${many}` });
const page = (change: Record<string, unknown> = {}, operations?: readonly unknown[]): object => ({
  payment: {
    id: PAYMENT,
    state: 'Ready',
    currency: 'SEK',
    amount: 10_000,
    remainingCaptureAmount: 10_000,
    remainingCancellationAmount: 10_000,
    authorizations: list('authorizations'),
    captures: list('captures'),
    cancellations: list('cancellations'),
    reversals: list('reversals'),
    ...change,
  },
  operations: operations ?? [{ rel: 'create-capture', href: '/strange/address', method: 'POST' }],
});
const transaction = (body: string, change: Record<string, unknown> = {}): object => ({
  id: `${PAYMENT}/transactions/1`,
  type: 'Capture',
  number: 1,
  state: 'Completed',
  ...(JSON.parse(body) as { transaction: object }).transaction,
  ...change,
});
const booked = (body: string, change: Record<string, unknown> = {}): object => ({
  payment: PAYMENT,
  capture: { id: `${PAYMENT}/captures/1`, transaction: transaction(body, change) },
});

test('the address is taken from the payment and from nowhere else', async () => {
  const { account, seen } = await place((request, response, body) =>
    json(response, request.method === 'GET' ? page() : booked(body)),
  );
  const result = await account.send(capture(), soon());
  expect(result).toMatchObject({
    outcome: 'approved',
    booked: 3_000,
    providerReference: `${PAYMENT}/captures/1`,
    keys: { payment: PAYMENT, payeeReference: account.referenceOf('order-1', 'c-1') },
    exchange: { method: 'POST', status: 200, request: { 'transaction.amount': '3000' } },
  });
  expect(seen.map(({ line }) => line)).toEqual([`GET ${PAYMENT}`, 'POST /strange/address']);
  expect(seen.map(({ token }) => token)).toEqual(Array(2).fill('Bearer sandbox-access-token'));
  expect(JSON.stringify(result)).not.toContain('sandbox-access-token');
});

test('only what may have an effect is told as sent', async () => {
  const told: string[] = [];
  const { account } = await place((request, response, body) => {
    told.push(request.method ?? '');
    json(response, request.method === 'GET' ? page() : booked(body));
  });
  await account.send(capture(), { ...soon(), onSent: () => told.push('sent') });
  expect(told.filter((word) => word === 'sent')).toHaveLength(1);
  expect(told[0]).toBe('GET');
});

describe('nothing was asked for, so that nothing happened', () => {
  const rows: [string, Handler, string][] = [
    ['a look that is lost', (_request, response) => void response.destroy(), 'read-connection-lost'],
    ['HTTP 500', (_request, response) => json(response, {}, 500), 'read-http-500'],
    ['HTTP 404', (_request, response) => json(response, { type: 'x/notfound' }, 404), 'read-http-404'],
    ['HTML', (_request, response) => void response.end('<html>'), 'read-not-json'],
    ['an empty answer', (_request, response) => void response.end(), 'read-empty-answer'],
    ['a page without operations', (_request, response) => json(response, { payment: {} }), 'read-incomplete'],
    ['another payment', (_request, response) => json(response, page({ id: '/psp/x' })), 'payment-differs'],
    [
      'another currency',
      (_request, response) => json(response, page({ currency: 'NOK' })),
      'currency-differs',
    ],
    [
      'an aborted payment',
      (_request, response) => json(response, page({ state: 'Aborted' })),
      'payment-aborted',
    ],
    [
      'more than remains',
      (_request, response) => json(response, page({ remainingCaptureAmount: 2_999 })),
      'amount-exceeds-remaining',
    ],
    [
      'nothing remains',
      (_request, response) => json(response, page({ remainingCaptureAmount: undefined }, [])),
      'nothing-remaining',
    ],
    [
      'an address on another host',
      (_request, response) =>
        json(response, page({}, [{ rel: 'create-capture', href: 'http://127.0.0.1:1/x', method: 'POST' }])),
      'foreign-address',
    ],
  ];
  test.each(rows)('%s', async (_name, handler, reason) => {
    const { account, seen } = await place(handler);
    const result = await account.send(capture(), soon());
    expect(result).toMatchObject({ outcome: 'not_performed', reason, firstOnly: true });
    expect(result).not.toHaveProperty('busy');
    expect(seen.filter(({ line }) => line.startsWith('POST'))).toEqual([]);
  });

  test('nobody listens', async () => {
    expect(await configured().send(capture(), soon())).toMatchObject({
      outcome: 'not_performed',
      reason: 'refused-connection',
      firstOnly: true,
    });
  });

  test('the send window had closed, or closes while the payment is looked at', async () => {
    const { account, seen } = await place(() => undefined);
    const closed = await account.send(capture(), { ...soon(), sendBefore: performance.now() - 1 });
    expect(closed).toMatchObject({ outcome: 'not_performed', reason: 'send-window' });
    expect(seen).toEqual([]);
    let sendBefore = Number.POSITIVE_INFINITY;
    const slow = await place((_request, response) => {
      sendBefore = 0;
      json(response, page());
    });
    const context = {
      signal: new AbortController().signal,
      get sendBefore() {
        return sendBefore;
      },
    };
    expect(await slow.account.send(capture(), context)).toMatchObject({ outcome: 'not_performed' });
    expect(slow.seen).toHaveLength(1);
  });

  test('a call that breaks a limit', async () => {
    const { account, seen } = await place(() => undefined);
    const call = capture({ description: 'x'.repeat(41) });
    expect(account.check(call)).toMatchObject({ path: 'description' });
    expect(await account.send(call, soon())).toMatchObject({
      outcome: 'not_performed',
      reason: 'validation',
      message: expect.stringContaining('description: '),
    });
    expect(seen).toEqual([]);
  });
});

describe('busy', () => {
  test.each<[string, object]>([
    ['a payment that is Pending', page({ state: 'Pending' }, [])],
    ['an operation that is missing while money is left', page({}, [])],
  ])('%s', async (_name, answer) => {
    const { account } = await place((request, response) => {
      const many = request.url?.split('/').at(-1) ?? '';
      json(response, request.url === PAYMENT ? answer : { [many]: { id: 'x', list: [] } });
    });
    expect(await account.send(capture(), soon())).toMatchObject({
      outcome: 'not_performed',
      reason: 'busy',
      busy: true,
      firstOnly: true,
    });
  });

  test('no guess about the lock where its list cannot be read', async () => {
    const { account } = await place((request, response) =>
      request.url === PAYMENT ? json(response, page({}, [])) : void response.destroy(),
    );
    expect(await account.send(capture(), soon())).toMatchObject({
      outcome: 'not_performed',
      reason: 'read-failed',
    });
  });
});

describe('lost and malformed answers are unknown', () => {
  const rows: [string, (response: ServerResponse) => void, string][] = [
    ['closed before the answer', (response) => void response.destroy(), 'connection-lost'],
    [
      'closed inside the body',
      (response) => {
        response.writeHead(200, { 'content-length': '50' });
        response.write('{"payment"', () => response.destroy());
      },
      'connection-lost',
    ],
    ['HTML', (response) => void response.end('<html>'), 'not-json'],
    ['empty', (response) => void response.end(), 'empty-answer'],
    ['too large', (response) => void response.end('x'.repeat(1_100_000)), 'answer-too-large'],
    ['HTTP 502 of somebody', (response) => void response.writeHead(502).end('<html>'), 'http-status'],
    ['a redirect', (response) => void response.writeHead(307, { location: '/x' }).end(), 'http-status'],
  ];
  test.each(rows)('%s', async (_name, answer, reason) => {
    const { account, seen } = await place((request, response) =>
      request.method === 'GET' ? json(response, page()) : answer(response),
    );
    const result = await account.send(capture(), soon());
    expect(result).toMatchObject({
      outcome: 'unknown',
      reason,
      keys: { payeeReference: account.referenceOf('order-1', 'c-1') },
      exchange: { method: 'POST' },
    });
    expect(seen.filter(({ line }) => line.startsWith('POST'))).toHaveLength(1);
  });

  test('no answer in time', async () => {
    const { account } = await place(
      (request, response) => (request.method === 'GET' ? json(response, page()) : undefined),
      {
        timeoutMs: 1_500,
      },
    );
    expect(await account.send(capture(), soon())).toMatchObject({ outcome: 'unknown', reason: 'timeout' });
  });
});

describe('a repeat', () => {
  const withList =
    (captures: (reference: string) => readonly object[]): Handler =>
    (request, response, body) => {
      if (request.method === 'POST') return json(response, booked(body));
      if (request.url === PAYMENT) return json(response, page());
      const entries = captures(
        swedbankpay.configure('swedbank-se', { ...options() }).referenceOf('order-1', 'c-1'),
      );
      json(response, { payment: PAYMENT, captures: { id: 'x', captureList: entries } });
    };
  const entry = (payeeReference: string, state: string): object => ({
    id: `${PAYMENT}/captures/9`,
    transaction: { id: 't', type: 'Capture', state, amount: 3_000, payeeReference },
  });

  test('takes what the earlier attempt made as its answer', async () => {
    const { account, seen } = await place(withList((reference) => [entry(reference, 'Completed')]));
    expect(await account.send(capture({}, { attempt: 2 }), soon())).toMatchObject({
      outcome: 'approved',
      providerReference: `${PAYMENT}/captures/9`,
    });
    expect(seen.filter(({ line }) => line.startsWith('POST'))).toEqual([]);
  });

  test('goes out with the same body where the books have nothing', async () => {
    const { account, seen } = await place(withList(() => [entry('OTHER', 'Completed')]));
    await account.send(capture(), soon());
    expect(await account.send(capture({}, { attempt: 2 }), soon())).toMatchObject({ outcome: 'approved' });
    const [first, second] = seen.filter(({ line }) => line.startsWith('POST'));
    expect(second?.body).toBe(first?.body);
  });

  test('does not go out where the books cannot be read', async () => {
    const { account, seen } = await place((request, response) =>
      request.url === PAYMENT ? json(response, page()) : json(response, {}, 500),
    );
    expect(await account.send(capture({}, { attempt: 2 }), soon())).toMatchObject({
      outcome: 'not_performed',
      reason: 'read-http-500',
      firstOnly: true,
    });
    expect(seen.filter(({ line }) => line.startsWith('POST'))).toEqual([]);
  });
});

describe('a read that tells nothing ends nothing', () => {
  const look = lookFor(capture());
  test.each<[string, Handler]>([
    ['lost', (_request, response) => void response.destroy()],
    ['HTTP 500', (_request, response) => json(response, {}, 500)],
    [
      'a list with an entry that cannot be read',
      (request, response) =>
        json(response, request.url === PAYMENT ? page() : { captures: { captureList: [{ id: 'x' }] } }),
    ],
    [
      'a list of another payment',
      (request, response) =>
        json(response, request.url === PAYMENT ? page() : { payment: '/x', captures: { captureList: [] } }),
    ],
    ['no link to the list', (_request, response) => json(response, page({ captures: undefined }))],
  ])('%s', async (_name, handler) => {
    const { account } = await place(handler);
    expect(await account.read?.(look, soon())).toMatchObject({ read: 'failed' });
  });

  test('without the payment or the reference', async () => {
    const { account, seen } = await place(() => undefined, { payeeReferenceDigits: 12 });
    expect(await account.read?.({ ...look, hold: null }, soon())).toEqual({
      read: 'failed',
      reason: 'no-payment',
    });
    expect(await account.read?.(look, soon())).toEqual({ read: 'failed', reason: 'no-reference' });
    expect(seen).toEqual([]);
  });
});

test('release and reversal follow their own operations', async () => {
  const operations = [
    { rel: 'create-cancel', href: '/away', method: 'POST' },
    { rel: 'create-reversal', href: '/back', method: 'POST' },
  ];
  const { account, seen } = await place((request, response, body) => {
    if (request.method === 'GET') return json(response, page({ remainingReversalAmount: 500 }, operations));
    const made = { id: 'x', transaction: transaction(body, { amount: request.url === '/away' ? 700 : 500 }) };
    json(response, { payment: PAYMENT, [request.url === '/away' ? 'cancellation' : 'reversal']: made });
  });
  expect(await account.send(release(), soon())).toMatchObject({ outcome: 'approved', booked: 700 });
  expect(await account.send(refund(), soon())).toMatchObject({ outcome: 'approved', booked: 500 });
  expect(seen.map(({ line }) => line).filter((line) => line.startsWith('POST'))).toEqual([
    'POST /away',
    'POST /back',
  ]);
});
