/** Rule: a request is `not sent` only where no byte of it can have left; everything else without a whole answer is `lost`. */
import { createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { type HttpClient, type HttpContext, openHttpClient } from '../../providers/http.ts';

const open: (HttpClient | Server)[] = [];
const sockets = new Set<Socket>();

afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  sockets.clear();
  for (const one of open.splice(0)) {
    if ('send' in one) await one.close();
    else await new Promise((done) => one.close(done));
  }
});

async function serve(behave: (socket: Socket) => void): Promise<string> {
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    behave(socket);
  });
  open.push(server);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return `http://127.0.0.1:${portOf(server)}/`;
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

function client(settings: Partial<Parameters<typeof openHttpClient>[0]> = {}): HttpClient {
  const made = openHttpClient({ timeoutMs: 5_000, ...settings });
  open.push(made);
  return made;
}

const now = (change: Partial<HttpContext> = {}): HttpContext => ({
  signal: new AbortController().signal,
  sendBefore: performance.now() + 5_000,
  ...change,
});

const post = (url: string) => ({ method: 'POST', url, body: 'amount=1' }) as const;
const answer = (body: string): string => `HTTP/1.1 200 OK\r\ncontent-length: ${body.length}\r\n\r\n${body}`;

describe('certainly not sent', () => {
  test('nobody listens on the port', async () => {
    const gone = createServer();
    await new Promise<void>((done) => gone.listen(0, '127.0.0.1', done));
    const port = portOf(gone);
    await new Promise((done) => gone.close(done));
    const result = await client().send(post(`http://127.0.0.1:${port}/`), now());
    expect(result).toMatchObject({ sent: false, reason: 'refused-connection' });
  });

  test('the name does not resolve', async () => {
    const result = await client().send(post('http://tranche.invalid/'), now());
    expect(result).toMatchObject({ sent: false, reason: 'unresolved-name' });
  });

  test('the other side does not speak TLS', async () => {
    const seen: Buffer[] = [];
    const url = await serve((socket) => {
      socket.on('data', (bytes) => {
        seen.push(bytes);
        socket.end('HTTP/1.1 400 Bad Request\r\n\r\n');
      });
    });
    const result = await client().send(post(url.replace('http:', 'https:')), now());
    expect(result).toMatchObject({ sent: false, reason: 'tls' });
    expect(Buffer.concat(seen).includes('amount=1')).toBe(false);
  });

  test('TLS never completes', async () => {
    const url = await serve(() => {});
    const result = await client({ connectTimeoutMs: 200 }).send(post(url.replace('http:', 'https:')), now());
    expect(result).toMatchObject({ sent: false, reason: 'connect-timeout' });
  });

  test('the connection closes during TLS', async () => {
    const url = await serve((socket) => socket.destroy());
    const result = await client().send(post(url.replace('http:', 'https:')), now());
    expect(result.sent).toBe(false);
  });

  test('the send window is over, before and while connecting', async () => {
    let bytes = 0;
    const url = await serve((socket) => socket.on('data', (chunk) => (bytes += chunk.length)));
    const late = await client().send(post(url), now({ sendBefore: performance.now() - 1 }));
    expect(late).toMatchObject({ sent: false, reason: 'send-window' });
    const slow = await client().send(
      post(url.replace('http:', 'https:')),
      now({ sendBefore: performance.now() + 50 }),
    );
    expect(slow).toMatchObject({ sent: false, reason: 'send-window' });
    expect(bytes).toBeLessThan(2_000);
  });

  test('a process that slept between connection and write does not send', async () => {
    let heard = '';
    const url = await serve((socket) => socket.on('data', (chunk) => (heard += chunk.toString())));
    const sendBefore = performance.now() + 30;
    const sending = client().send(post(url), now({ sendBefore }));
    while (performance.now() < sendBefore + 5) {
      // Blocks the event loop as a stopped process would.
    }
    expect(await sending).toMatchObject({ sent: false, reason: 'send-window' });
    await new Promise((done) => setTimeout(done, 50));
    expect(heard).toBe('');
  });

  test('the call is cancelled before it left', async () => {
    const url = await serve(() => {});
    expect(await client().send(post(url), now({ signal: AbortSignal.abort() }))).toMatchObject({
      sent: false,
      reason: 'aborted',
    });
    const abort = new AbortController();
    const sending = client().send(post(url.replace('http:', 'https:')), now({ signal: abort.signal }));
    abort.abort();
    expect(await sending).toMatchObject({ sent: false, reason: 'aborted' });
  });
});

describe('lost', () => {
  const rows: [string, (socket: Socket) => void, string][] = [
    ['accepted, then closed without reading', (socket) => socket.pause().destroy(), 'connection-lost'],
    [
      'closed after the request was read',
      (socket) => socket.on('data', () => socket.end()),
      'connection-lost',
    ],
    [
      'reset after the request was read',
      (socket) => socket.on('data', () => socket.resetAndDestroy()),
      'connection-lost',
    ],
    [
      'closed inside the head',
      (socket) => socket.on('data', () => socket.end('HTTP/1.1 200 OK\r\ncontent-le')),
      'connection-lost',
    ],
    [
      'closed inside the body',
      (socket) => socket.on('data', () => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\nstatus=')),
      'connection-lost',
    ],
    [
      'closed inside a chunk',
      (socket) =>
        socket.on('data', () =>
          socket.end('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n20\r\nstatus='),
        ),
      'connection-lost',
    ],
    [
      'an answer that is no HTTP',
      (socket) => socket.on('data', () => socket.end('status=APPROVED\r\n\r\n')),
      'answer-malformed',
    ],
    [
      'an endless head',
      (socket) => socket.on('data', () => socket.write(`HTTP/1.1 200 OK\r\nx: ${'y'.repeat(100_000)}\r\n`)),
      'answer-malformed',
    ],
    [
      'a body above a mebibyte',
      (socket) => socket.on('data', () => socket.end(answer('x'.repeat(10_000_000)))),
      'answer-too-large',
    ],
  ];
  test.each(rows)('%s', async (_name, behave, reason) => {
    const result = await client().send(post(await serve(behave)), now());
    expect(result).toMatchObject({ sent: true, lost: true });
    // Which of the parser's words a broken message gets is its own business; that it is lost is ours.
    if (result.sent && result.lost)
      expect([reason, 'answer-cut', 'answer-malformed', 'connection-lost']).toContain(result.reason);
    if (reason === 'answer-too-large') expect(result).toMatchObject({ reason });
  });

  test('never answered', async () => {
    const url = await serve(() => {});
    expect(await client({ timeoutMs: 200 }).send(post(url), now())).toMatchObject({
      lost: true,
      reason: 'timeout',
    });
  });

  test('an answer that drips is cut off at the deadline', async () => {
    const url = await serve((socket) => {
      socket.on('data', () => {
        socket.write('HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n');
        const drip = setInterval(() => socket.write('x'), 20);
        socket.on('close', () => clearInterval(drip));
      });
    });
    expect(await client({ timeoutMs: 300 }).send(post(url), now())).toMatchObject({
      lost: true,
      reason: 'timeout',
    });
  });

  test('cancelled after it left', async () => {
    const abort = new AbortController();
    const url = await serve((socket) => socket.on('data', () => abort.abort()));
    expect(await client().send(post(url), now({ signal: abort.signal }))).toMatchObject({
      lost: true,
      reason: 'aborted',
    });
  });

  test('a kept connection that the other side resets on the next request is lost, and nothing is sent twice', async () => {
    let requests = 0;
    const url = await serve((socket) => {
      socket.on('data', () => {
        requests += 1;
        if (requests === 1) socket.write(answer('one'));
        else socket.resetAndDestroy();
      });
    });
    const http = client();
    expect(await http.send(post(url), now())).toMatchObject({ lost: false, status: 200 });
    expect(await http.send(post(url), now())).toMatchObject({ sent: true, lost: true });
    expect(requests).toBe(2);
  });
});

describe('answered', () => {
  test('status, bytes and framing as they came; a redirect is an answer', async () => {
    const url = await serve((socket) =>
      socket.on('data', () =>
        socket.end('HTTP/1.1 302 Found\r\nlocation: /x\r\ncontent-length: 2\r\n\r\nno'),
      ),
    );
    const result = await client().send(post(url), now());
    expect(result).toMatchObject({ sent: true, lost: false, status: 302, framed: true });
    if (result.sent && !result.lost) expect(result.body.toString()).toBe('no');
  });

  test('a body that only the end of the connection ends is not framed', async () => {
    const url = await serve((socket) =>
      socket.on('data', () => socket.end('HTTP/1.1 200 OK\r\n\r\nstatus=APPR')),
    );
    expect(await client().send(post(url), now())).toMatchObject({ lost: false, framed: false });
  });

  test('a connection that was closed while idle is replaced', async () => {
    let connections = 0;
    const url = await serve((socket) => {
      connections += 1;
      socket.on('data', () => socket.end(answer('one')));
    });
    const http = client();
    for (let round = 0; round < 3; round += 1) {
      expect(await http.send(post(url), now())).toMatchObject({ lost: false, status: 200 });
      await new Promise((done) => setTimeout(done, 20));
    }
    expect(connections).toBe(3);
  });
});
