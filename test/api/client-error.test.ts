/** Rule: what is no request that can be read is answered with a problem and cut off, and the server goes on. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, it } from 'vitest';
import { problem } from '../../api/answer-schema.ts';
import { CREATE, TOKENS } from './edge.ts';
import { MemoryPayments } from './memory-payments.ts';
import { wire } from './wire.ts';

/** Sends this as it is, and gives what came until the server ended the connection. */
async function sent(url: string, text: string): Promise<{ status: number; head: string; body: unknown }> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  let read = '';
  socket.on('data', (chunk: Buffer) => {
    read += chunk.toString('latin1');
  });
  socket.on('error', () => undefined);
  socket.write(text);
  await once(socket, 'close');
  const [head = '', body = ''] = read.split('\r\n\r\n');
  return { status: Number(/^HTTP\/1\.1 (\d+)/.exec(head)?.[1]), head, body: JSON.parse(body) };
}

it.each([
  ['no HTTP', 'hello\r\n\r\n', 400, 'validation'],
  [
    'two lengths',
    'GET / HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n',
    400,
    'validation',
  ],
  [
    'a flood of headers',
    `GET / HTTP/1.1\r\nhost: x\r\na: ${'x'.repeat(20_000)}\r\n\r\n`,
    431,
    'headers-too-large',
  ],
])('answers %s with a problem', async (_what, text, status, code) => {
  const { url, ask } = await wire(new MemoryPayments());
  const answer = await sent(url, text);
  expect(answer.status).toBe(status);
  expect(answer.head).toContain('application/problem+json');
  expect(answer.head).toContain('x-content-type-options: nosniff');
  expect(problem.parse(answer.body)).toMatchObject({ status, code, outcome: 'none' });
  expect((await ask('GET', '/healthz')).status).toBe(200);
});

it('answers a body that does not come with 408', async () => {
  const { url } = await wire(new MemoryPayments(), { requestTimeout: 300 });
  const head = [
    'POST /v1/payments HTTP/1.1',
    'host: x',
    `authorization: Bearer ${TOKENS.operator}`,
    'content-type: application/json',
    'content-length: 100',
  ];
  const answer = await sent(url, `${head.join('\r\n')}\r\n\r\n{"id":`);
  expect(problem.parse(answer.body)).toMatchObject({ status: 408, code: 'request-timeout', retryable: true });
});

it('answers what is in work when the server ends, and takes nothing more', async () => {
  const payments = new MemoryPayments();
  const { ask, end, url } = await wire(payments);
  await ask('POST', '/v1/payments', { body: CREATE });
  let begun = (): void => undefined;
  let go = (): void => undefined;
  const running = new Promise<void>((resolve) => (begun = resolve));
  const gate = new Promise<void>((resolve) => (go = resolve));
  const read = payments.get.bind(payments);
  payments.get = async (id) => {
    begun();
    await gate;
    return read(id);
  };
  const asked = ask('GET', '/v1/payments/o-1');
  await running;
  const ended = end();
  go();
  expect((await asked).status).toBe(200);
  await ended;
  await expect(fetch(`${url}/healthz`)).rejects.toThrow('fetch failed');
});
