/** The platform side that the twins of JSON providers share: pages, faults, and the log of requests. */

import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { readBody } from './body.ts';
import type { Fault, FaultOrder, FaultPlan, Fields } from './faults.ts';
import { faultOrder, Faults, staysOutside } from './faults.ts';
import type { RequestLog } from './request-log.ts';
import { withoutCards } from './request-log.ts';
import type { RunningTwin } from './server.ts';
import { serveTwin } from './server.ts';
import { jsonWording, sleepUnlessGone, spoil } from './spoil.ts';

/** A request as the platform sees it. */
export interface PlatformRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: Buffer;
}

export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** JSON, or empty. */
  readonly text: string;
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
  /** @returns the answer's body; throws AdminRefusal or ZodError. @param path the segments behind /admin/, decoded */
  admin(method: string, path: readonly string[], body: unknown): unknown;
  /** A page for people; undefined where there is none. */
  page?(path: string): string | undefined;
  close(): void;
}

const largestBody = 1_048_576;

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
  const spoilt = fault === undefined ? undefined : await spoil(response, reply, fault, jsonWording);
  if (spoilt !== undefined) return spoilt;
  response.writeHead(reply.status, { ...jsonWording.headers, ...reply.headers }).end(reply.text);
  return 'answer';
}

async function answer(
  side: PlatformSide,
  faults: Faults,
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const path = incoming.url ?? '/';
  const method = incoming.method ?? '';
  const body = await readBody(incoming, largestBody);
  if (body === undefined) {
    response.writeHead(413, { 'content-type': 'application/json' }).end('{"error":"body too large"}');
    return;
  }
  const page = method === 'GET' ? side.page?.(path) : undefined;
  if (page !== undefined) {
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(page);
    return;
  }
  await answerPlatform(side, faults, { method, path, headers: incoming.headers, body }, response);
}

export type RunningJsonTwin = RunningTwin<FaultOrder>;

/**
 * Starts a twin on 127.0.0.1.
 *
 * @throws the error of `listen` when the port is taken
 */
export function serveJsonTwin(
  side: PlatformSide,
  settings: { readonly port: number; readonly maxFaults: number },
): Promise<RunningJsonTwin> {
  const faults = new Faults(settings.maxFaults);
  return serveTwin(
    {
      faults,
      faultOrder,
      admin: (method, path, body) => side.admin(method, path, body),
      answer: (request, response) => answer(side, faults, request, response),
      close: () => side.close(),
    },
    settings.port,
  );
}
