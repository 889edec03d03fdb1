/** The CCV twin as a server in this process. The same code runs in a process of its own (main.ts, spawn.ts). */

import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { admin } from './admin.ts';
import type { BooksPage } from './books.ts';
import { booksPage } from './books.ts';
import type { FaultOrder } from './faults.ts';
import { faultOrder, Faults, send } from './faults.ts';
import type { CcvTwinOptions } from './options.ts';
import { ccvTwinOptions } from './options.ts';
import { payment, readBody, status } from './payment.ts';
import { Terminal } from './terminal.ts';

export interface CcvTwin {
  /** `http://127.0.0.1:PORT`, without a path: the base that `/terminal/payment` is joined to. */
  readonly url: string;
  readonly port: number;
  books(): BooksPage;
  fault(order: FaultOrder): void;
  /** Runs an admin call without a socket. @param path behind /admin/ @returns the answer's body; throws unless 200 */
  admin(method: 'GET' | 'POST' | 'DELETE', path: string, body?: unknown): unknown;
  close(): Promise<void>;
}

const segments = (path: string): string[] => path.split('/').filter(Boolean).map(decodeURIComponent);

async function answerAdmin(
  terminal: Terminal,
  faults: Faults,
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const reply = (code: number, body: unknown): void => send(response, JSON.stringify(body), code);
  const text = (await readBody(request, 1_048_576))?.toString('utf8');
  if (text === undefined) return reply(413, { error: 'body too large' });
  let body: unknown;
  try {
    body = text === '' ? undefined : JSON.parse(text);
  } catch {
    return reply(400, { error: 'body is not JSON' });
  }
  const answer = admin(terminal, faults, request.method ?? '', segments(path), body);
  reply(answer.status, answer.body);
}

async function route(
  terminal: Terminal,
  faults: Faults,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { pathname } = new URL(request.url ?? '/', 'http://twin');
  if (pathname.startsWith('/admin/'))
    return answerAdmin(terminal, faults, pathname.slice(7), request, response);
  const known = pathname === '/terminal/payment' || pathname === '/terminal/status';
  if (!known) return send(response, '{"error":"no such address"}', 404);
  if (request.method !== 'POST') return send(response, '{"error":"POST only"}', 405);
  if (pathname === '/terminal/payment') return payment(terminal, faults, request, response);
  await readBody(request, 65_536);
  status(terminal, response);
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

/**
 * Starts the twin on 127.0.0.1.
 *
 * @throws ZodError when an option is wrong or unknown; the error of `listen` when the port is taken
 */
export async function startCcvTwin(options: CcvTwinOptions = {}): Promise<CcvTwin> {
  const terminal = new Terminal(ccvTwinOptions.parse(options));
  const faults = new Faults(terminal.settings.maxFaults);
  const server = createServer((request, response) => {
    route(terminal, faults, request, response).catch(() => {
      if (!response.headersSent && !response.destroyed) response.writeHead(400).end();
      else response.destroy();
    });
  });
  const port = await listen(server, terminal.settings.port);
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    books: () => booksPage(terminal.books),
    fault(order) {
      if (!faults.add(faultOrder.parse(order))) throw new Error('too many faults');
    },
    admin(method, path, body) {
      const answer = admin(terminal, faults, method, segments(path), body);
      if (answer.status !== 200)
        throw new Error(`admin ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
      return structuredClone(answer.body);
    },
    async close() {
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}
