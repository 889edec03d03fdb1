/** The socket of a twin: admin calls go to the admin side, everything else to the platform. */

import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { AdminSide } from './admin.ts';
import { answerAdmin } from './admin.ts';
import { readBody } from './body.ts';
import type { AnyFault } from './faults.ts';

/** What a twin of one provider adds to the server. */
export interface TwinSide<One extends AnyFault> extends AdminSide<One> {
  /** Answers a request that is not for the admin side; its body is not read yet. */
  answer(request: IncomingMessage, response: ServerResponse): void | Promise<void>;
  close(): void;
}

export interface RunningTwin<Order> {
  /** `http://127.0.0.1:PORT`, without a path. */
  readonly url: string;
  readonly port: number;
  fault(order: Order): void;
  /** Runs an admin call without a socket. @param path behind /admin/ @returns the answer's body; throws unless 200 */
  admin(method: 'GET' | 'POST' | 'DELETE', path: string, body?: unknown): Promise<unknown>;
  close(): Promise<void>;
}

const largestOrder = 1_048_576;

async function adminCall<One extends AnyFault>(
  side: TwinSide<One>,
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const send = (status: number, value: unknown): void => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
  };
  const text = (await readBody(request, largestOrder))?.toString('utf8');
  if (text === undefined) return send(413, { error: 'body too large' });
  let body: unknown;
  try {
    body = text === '' ? undefined : JSON.parse(text);
  } catch {
    return send(400, { error: 'body is not JSON' });
  }
  const answer = await answerAdmin(side, request.method ?? '', path, body);
  send(answer.status, answer.body);
}

async function route<One extends AnyFault>(
  side: TwinSide<One>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { pathname } = new URL(request.url ?? '/', 'http://twin');
  if (pathname.startsWith('/admin/')) await adminCall(side, pathname.slice(7), request, response);
  else await side.answer(request, response);
}

/**
 * Starts a twin on 127.0.0.1.
 *
 * @param port 0 lets the system choose
 * @throws the error of `listen` when the port is taken
 */
export async function serveTwin<One extends AnyFault, Order>(
  side: TwinSide<One> & { readonly faultOrder: { readonly _zod: { readonly input: Order } } },
  port: number,
): Promise<RunningTwin<Order>> {
  const server = createServer((request, response) => {
    route(side, request, response).catch(() => {
      if (!response.headersSent && !response.destroyed) response.writeHead(400).end();
      else response.destroy();
    });
  });
  // A caller that stood still for seconds would find its idle connection closed while it writes.
  server.keepAliveTimeout = 120_000;
  const taken = await new Promise<number>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
  return {
    url: `http://127.0.0.1:${taken}`,
    port: taken,
    fault(order) {
      if (!side.faults.add(side.faultOrder.parse(order))) throw new Error('too many faults');
    },
    async admin(method, path, body) {
      const answer = await answerAdmin(side, method, path, body);
      if (answer.status !== 200)
        throw new Error(`admin ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
      return structuredClone(answer.body);
    },
    async close() {
      side.close();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}
