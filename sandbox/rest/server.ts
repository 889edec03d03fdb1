/** The HTTP side that the twins of JSON providers share: admin calls, faults, the log of requests, and one socket. */

import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import type { Fault, FaultOrder, FaultPlan, Fields, Reply } from './faults.ts';
import { deliver, faultOrder, Faults, spoil, staysOutside } from './faults.ts';
import { readBody } from './json.ts';
import type { RequestLog } from './request-log.ts';
import { withoutCards } from './request-log.ts';

/** A request as the platform sees it. */
export interface PlatformRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: Buffer;
}

export interface Described {
  readonly request: string | null;
  readonly key: string | null;
  /** What faults are matched by. */
  readonly fields: Fields;
}

/** What a twin of one provider adds to the server. */
export interface PlatformSide {
  readonly log: RequestLog;
  describe(request: PlatformRequest): Described;
  /** Runs a request. `booked` says whether the books changed. */
  run(request: PlatformRequest, plan: FaultPlan): { readonly reply: Reply; readonly booked: boolean };
  /** @returns the answer's body; throws {@link AdminRefusal} or ZodError. @param path the segments behind /admin/, decoded */
  admin(method: string, path: readonly string[], body: unknown): unknown;
  /** A page for people; undefined where there is none. */
  page?(path: string): string | undefined;
  close(): void;
}

/** A refusal of the admin side: the request makes no sense as the books stand. */
export class AdminRefusal extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export function demand(condition: boolean, message: string): void {
  if (!condition) throw new AdminRefusal(409, message);
}

export interface RunningTwin {
  /** `http://127.0.0.1:PORT`, without a path. */
  readonly url: string;
  readonly port: number;
  fault(order: FaultOrder): void;
  /** Runs an admin call without a socket. @param path behind /admin/ @returns the answer's body; throws unless 200 */
  admin(method: 'GET' | 'POST' | 'DELETE', path: string, body?: unknown): Promise<unknown>;
  close(): Promise<void>;
}

const largestBody = 1_048_576;
const segments = (path: string): string[] => path.split('/').filter(Boolean).map(decodeURIComponent);

interface AdminAnswer {
  readonly status: number;
  readonly body: unknown;
}

async function adminAnswer(
  side: PlatformSide,
  faults: Faults,
  method: string,
  path: readonly string[],
  body: unknown,
): Promise<AdminAnswer> {
  try {
    if (path.join('/') === 'faults') return { status: 200, body: faultsAnswer(faults, method, body) };
    return { status: 200, body: (await side.admin(method, path, body)) ?? {} };
  } catch (error) {
    if (error instanceof AdminRefusal) return { status: error.status, body: { error: error.message } };
    if (error instanceof z.ZodError) return { status: 400, body: { error: z.prettifyError(error) } };
    throw error;
  }
}

function faultsAnswer(faults: Faults, method: string, body: unknown): unknown {
  if (method === 'GET') return { faults: faults.list() };
  if (method === 'DELETE') {
    faults.clear();
    return { cleared: true };
  }
  if (method !== 'POST') throw new AdminRefusal(405, 'method');
  const fault = faultOrder.parse(body);
  demand(faults.add(fault), 'too many faults');
  return fault;
}

/** A caller who leaves has nothing to wait for; what was booked stands. */
async function sleepUnlessGone(response: ServerResponse, milliseconds: number): Promise<void> {
  const gone = new AbortController();
  const leave = (): void => gone.abort();
  response.once('close', leave);
  await sleep(milliseconds, undefined, { ref: false, signal: gone.signal }).catch(() => undefined);
  response.off('close', leave);
}

async function answerPlatform(
  side: PlatformSide,
  faults: Faults,
  request: PlatformRequest,
  response: ServerResponse,
): Promise<void> {
  const described = side.describe(request);
  const plan = faults.take(described.fields);
  const { delay, answer: fault } = plan;
  const record = side.log.add({
    request: described.request,
    key: described.key,
    parameters: Object.fromEntries(
      Object.entries(described.fields).flatMap(([name, value]) =>
        value === undefined ? [] : [[name, withoutCards(value).slice(0, 1_024)]],
      ),
    ),
  });
  if (delay?.at === 'before') await sleep(delay.delayMs, undefined, { ref: false });
  let reply: Reply = { status: 200, text: '' };
  if (!staysOutside(fault)) {
    const ran = side.run(request, plan);
    reply = ran.reply;
    record.tookEffect = ran.booked;
    record.answer = withoutCards(reply.text).slice(0, 2_048);
  }
  if (delay !== undefined && delay.at !== 'before') await sleepUnlessGone(response, delay.delayMs);
  if (response.destroyed) record.delivered = 'caller had gone';
  else record.delivered = await give(response, reply, fault);
}

async function give(response: ServerResponse, reply: Reply, fault: Fault | undefined): Promise<string> {
  if (fault !== undefined) return spoil(response, reply, fault);
  deliver(response, reply);
  return 'answer';
}

async function route(
  side: PlatformSide,
  faults: Faults,
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const path = incoming.url ?? '/';
  const method = incoming.method ?? '';
  const body = await readBody(incoming, largestBody);
  const send = (status: number, value: unknown): void => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
  };
  if (body === undefined) return send(413, { error: 'body too large' });
  if (path.startsWith('/admin/')) {
    let parsed: unknown;
    try {
      parsed = body.length === 0 ? undefined : JSON.parse(body.toString('utf8'));
    } catch {
      return send(400, { error: 'body is not JSON' });
    }
    const { pathname } = new URL(path, 'http://twin');
    const answer = await adminAnswer(side, faults, method, segments(pathname.slice(7)), parsed);
    return send(answer.status, answer.body);
  }
  const page = method === 'GET' ? side.page?.(path) : undefined;
  if (page !== undefined) {
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(page);
    return;
  }
  await answerPlatform(side, faults, { method, path, headers: incoming.headers, body }, response);
}

/**
 * Starts a twin on 127.0.0.1.
 *
 * @throws the error of `listen` when the port is taken
 */
export async function serveTwin(
  side: PlatformSide,
  settings: { readonly port: number; readonly maxFaults: number },
): Promise<RunningTwin> {
  const faults = new Faults(settings.maxFaults);
  const server = createServer((request, response) => {
    route(side, faults, request, response).catch(() => {
      if (!response.headersSent && !response.destroyed) response.writeHead(400).end();
      else response.destroy();
    });
  });
  const port = await new Promise<number>((resolve, reject) => {
    server.once('error', reject);
    server.listen(settings.port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    fault(order) {
      if (!faults.add(faultOrder.parse(order))) throw new Error('too many faults');
    },
    async admin(method, path, body) {
      const answer = await adminAnswer(side, faults, method, segments(path), body);
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
