/** The Swedbank Pay twin as a server in this process. The same code runs in a process of its own (main.ts, spawn.ts). */

import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { admin } from './admin.ts';
import type { BooksPage } from './book-page.ts';
import { booksPage } from './book-page.ts';
import type { FaultOrder } from './faults.ts';
import { faultOrder, Faults } from './faults.ts';
import { gateway, readBody } from './gateway.ts';
import type { SwedbankPayTwinOptions } from './options.ts';
import { swedbankPayTwinOptions } from './options.ts';
import { payerPage } from './payer-page.ts';
import { Platform } from './platform.ts';

export interface SwedbankPayTwin {
  /** `http://127.0.0.1:PORT`, without a path: the account's `url`. */
  readonly url: string;
  readonly port: number;
  books(): BooksPage;
  fault(order: FaultOrder): void;
  /** Runs an admin call without a socket. @param path behind /admin/ @returns the answer's body; throws unless 200 */
  admin(method: 'GET' | 'POST' | 'DELETE', path: string, body?: unknown): Promise<unknown>;
  close(): Promise<void>;
}

const segments = (path: string): string[] => path.split('/').filter(Boolean).map(decodeURIComponent);

async function answerAdmin(
  platform: Platform,
  faults: Faults,
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const send = (status: number, body: unknown): void => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  };
  const text = (await readBody(request, 1_048_576))?.toString('utf8');
  if (text === undefined) return send(413, { error: 'body too large' });
  let body: unknown;
  try {
    body = text === '' ? undefined : JSON.parse(text);
  } catch {
    return send(400, { error: 'body is not JSON' });
  }
  const answer = await admin(platform, faults, request.method ?? '', segments(path), body);
  send(answer.status, answer.body);
}

async function route(
  platform: Platform,
  faults: Faults,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { pathname } = new URL(request.url ?? '/', 'http://twin');
  if (pathname.startsWith('/psp/')) return gateway(platform, faults, request, response);
  if (pathname.startsWith('/admin/'))
    return answerAdmin(platform, faults, pathname.slice(7), request, response);
  if (pathname.includes('/payments/authorize/'))
    return payerPage(platform, request.method ?? '', pathname, response);
  response.writeHead(404).end();
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
export async function startSwedbankPayTwin(options: SwedbankPayTwinOptions = {}): Promise<SwedbankPayTwin> {
  const platform = new Platform(swedbankPayTwinOptions.parse(options));
  const faults = new Faults(platform.settings.maxFaults);
  const server = createServer((request, response) => {
    route(platform, faults, request, response).catch(() => {
      if (!response.headersSent && !response.destroyed) response.writeHead(400).end();
      else response.destroy();
    });
  });
  const port = await listen(server, platform.settings.port);
  const url = `http://127.0.0.1:${port}`;
  platform.url = url;
  return {
    url,
    port,
    books: () => booksPage(platform.books),
    fault(order) {
      if (!faults.add(faultOrder.parse(order))) throw new Error('too many faults');
    },
    async admin(method, path, body) {
      const answer = await admin(platform, faults, method, segments(path), body);
      if (answer.status !== 200)
        throw new Error(`admin ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
      return structuredClone(answer.body);
    },
    async close() {
      platform.close();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}
