/** Rule: a client that sends its headers or its body slowly is cut off, so that nobody holds the edge by being slow. */
import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { hashToken } from '../../api/auth.ts';
import { startServer } from '../../api/server.ts';
import { TOKENS } from './edge.ts';
import { MemoryPayments } from './memory-payments.ts';

const REQUEST_TIMEOUT = 500;
const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

async function open(): Promise<Socket> {
  const { url, close } = await startServer(
    {
      payments: new MemoryPayments(),
      tokens: [{ name: 'operator', hash: hashToken(TOKENS.operator), role: 'operator' }],
      notices: { account: () => undefined, deliver: async () => undefined },
      missing: async () => [],
      requestTimeout: REQUEST_TIMEOUT,
    },
    { host: '127.0.0.1', port: 0 },
  );
  ends.push(close);
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  ends.push(async () => void socket.destroy());
  return socket;
}

/** What came until the server ended the connection. */
function untilEnd(socket: Socket): Promise<string> {
  return new Promise((resolve) => {
    let read = '';
    socket.on('data', (chunk: Buffer) => {
      read += chunk.toString('latin1');
    });
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(read));
  });
}

const head = [
  'POST /v1/payments HTTP/1.1',
  'host: localhost',
  `authorization: Bearer ${TOKENS.operator}`,
  'content-type: application/json',
];

describe('a slow client', () => {
  it('loses its connection while its body is not complete', async () => {
    const socket = await open();
    const ended = untilEnd(socket);
    socket.write(`${[...head, 'content-length: 100', '', '{"id":'].join('\r\n')}`);
    expect(await ended).toContain('408');
  });

  it('loses its connection while its headers are not complete', async () => {
    const socket = await open();
    const ended = untilEnd(socket);
    socket.write('GET /healthz HTTP/1.1\r\nhost: local');
    expect(await ended).toContain('408');
  });

  it('is served when it is quick', async () => {
    const socket = await open();
    const ended = untilEnd(socket);
    socket.write(['GET /healthz HTTP/1.1', 'host: localhost', 'connection: close', '', ''].join('\r\n'));
    expect(await ended).toContain('200 OK');
  });
});
