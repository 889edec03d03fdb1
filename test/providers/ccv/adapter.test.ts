/** Rule: a call leaves once, on a connection of its own, and ends with what is certain about it. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { afterEach, expect, test } from 'vitest';
import type { ProviderCall } from '../../../payment/call.ts';
import type { CallResult } from '../../../payment/outcome.ts';
import type { CcvOptions } from '../../../providers/ccv/account.ts';
import { ccv } from '../../../providers/ccv/provider.ts';
import type { CallContext, ProviderAccount } from '../../../providers/provider.ts';
import { authorise, capture, everyCall, options, refund } from './calls.ts';

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
});

interface Seen {
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

async function server(
  answer: (response: ServerResponse, seen: Seen) => void,
): Promise<{ url: string; seen: Seen[]; connections: () => number }> {
  const seen: Seen[] = [];
  let connections = 0;
  const one: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request
      .on('data', (chunk: Buffer) => chunks.push(chunk))
      .on('end', () => {
        const { url = '', headers } = request;
        seen.push({ url, headers, body: Buffer.concat(chunks).toString() });
        answer(response, { url, headers, body: Buffer.concat(chunks).toString() });
      });
  });
  one.on('connection', () => (connections += 1));
  await new Promise<void>((done) => one.listen(0, '127.0.0.1', done));
  const address = one.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  closing.push(() => {
    one.closeAllConnections();
    return new Promise((done) => one.close(done));
  });
  return { url: `http://127.0.0.1:${address.port}`, seen, connections: () => connections };
}

function terminal(change: Partial<CcvOptions>): ProviderAccount {
  const made = ccv.configure('ccv-ev', { ...options(change) });
  closing.push(() => made.close());
  return made;
}

const send = (
  one: ProviderAccount,
  call: ProviderCall,
  context: Partial<CallContext> = {},
): Promise<CallResult> =>
  one.send(call, { signal: new AbortController().signal, sendBefore: performance.now() + 5_000, ...context });

test('one POST to the path below the base, with the headers of the account, each on a connection of its own', async () => {
  const { url, seen, connections } = await server((response) => response.end('{"status":"SUCCESS"}'));
  const one = terminal({ url: `${url}/box/`, headers: [{ name: 'X-Terminal-Key', secret: 'red-secret' }] });
  let sent = 0;
  const results: CallResult[] = [];
  for (const call of everyCall) results.push(await send(one, call, { onSent: () => (sent += 1) }));
  expect(results.map(({ outcome }) => outcome)).toEqual(['unknown', 'approved', 'approved']);
  expect([sent, seen.length, connections()]).toEqual([3, 3, 3]);
  for (const { url: path, headers, body } of seen) {
    expect(path).toBe('/box/terminal/payment');
    expect(headers).toMatchObject({
      'content-type': 'application/json',
      'x-terminal-key': 'red-secret',
      connection: 'close',
    });
    expect(JSON.parse(body)).toMatchObject({ terminalEnvironment: 'EVCHARGING' });
  }
  expect(JSON.stringify(results)).not.toContain('red-secret');
});

test('what is refused never leaves, in the words of check', async () => {
  const { url, seen } = await server((response) => response.end('{"status":"SUCCESS"}'));
  const one = terminal({ url });
  for (const call of [refund(), capture({ amount: 0 }), capture({ allocated: '' })]) {
    const refusal = one.check(call);
    expect(await send(one, call)).toEqual({
      outcome: 'not_performed',
      reason: 'validation',
      message: `${refusal?.path}: ${refusal?.message}`,
      firstOnly: true,
    });
  }
  expect(one.check(capture())).toBeNull();
  expect(seen).toEqual([]);
});

test('a terminal that nobody reaches: not performed, and the requestId is told', async () => {
  const { url } = await server((response) => response.end());
  await closing.shift()?.();
  expect(await send(terminal({ url }), capture({ allocated: '9' }))).toMatchObject({
    outcome: 'not_performed',
    reason: 'refused-connection',
    firstOnly: true,
    keys: { requestId: '9' },
    exchange: { status: null },
  });
  const late = await send(terminal({ url }), capture(), { sendBefore: performance.now() - 1 });
  expect(late).toMatchObject({ outcome: 'not_performed', reason: 'send-window' });
});

test('an authorisation is waited for longer than a capture', async () => {
  const waiting: ServerResponse[] = [];
  // The authorisation is answered once the capture was given up.
  const { url } = await server((response, { body }) => {
    if (body.includes('AUTHORISE')) waiting.push(response);
    else response.once('close', () => waiting[0]?.end('{"status":"FAILURE"}'));
  });
  const one = terminal({ url, timeoutMs: 1_000, authorizationTimeoutMs: 60_000 });
  const [held, taken] = await Promise.all([send(one, authorise()), send(one, capture({ allocated: '5' }))]);
  expect(held).toMatchObject({ outcome: 'declined' });
  expect(taken).toMatchObject({ outcome: 'unknown', reason: 'timeout', keys: { requestId: '5' } });
});

test('a redirect is not followed', async () => {
  const { url, seen } = await server((response) => response.writeHead(307, { location: '/elsewhere' }).end());
  expect(await send(terminal({ url }), capture())).toMatchObject({
    outcome: 'unknown',
    reason: 'http-status',
  });
  expect(seen).toHaveLength(1);
});

test('no notice, no read, and names of our own', () => {
  const one = terminal({});
  expect(one.read).toBeUndefined();
  expect(one.readNotice({ headers: {}, body: Buffer.from('{}'), remoteAddress: '127.0.0.1' })).toEqual({
    verdict: 'malformed',
    why: 'a CCV terminal sends no notices',
  });
  expect(one.acknowledgement).toBe('');
  expect(one.referenceOf('p', 'authorization')).toMatch(/^[0-9a-f]{32}$/);
  expect(one.referenceOf('p', 'authorization')).not.toBe(one.referenceOf('p', 'a'));
  const key = one.holdKey({ authReference: 'x', authReferenceVersion: '1' });
  expect(key).toMatch(/^[0-9a-f]{64}$/);
  expect(key).toBe(one.holdKey({ authReference: 'x', authReferenceVersion: '2' }));
  expect(key).not.toBe(one.holdKey({ authReference: 'y', authReferenceVersion: '1' }));
});
