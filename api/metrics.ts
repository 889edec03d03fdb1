/** The edge as metrics and log see it: requests by route, refusals by code, and `GET /metrics` for those with a token. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Attempts } from './attempts.ts';
import { type NoticeFate, NoticeTally } from './notices.ts';
import { problemOf } from './problem.ts';

/** What the edge tells, and what `/metrics` answers with. */
export interface EdgeMetrics {
  requested(seen: {
    readonly method: string;
    readonly route: string;
    readonly status: number;
    readonly seconds: number;
  }): void;
  refused(seen: { readonly command: string; readonly code: string }): void;
  noticed(account: string, fate: NoticeFate): void;
  text(): Promise<string>;
  readonly contentType: string;
}

/** Commands by the route that takes them. */
const COMMANDS: Readonly<Record<string, string>> = {
  'POST /v1/payments': 'create',
  'POST /v1/payments/:payment/captures': 'capture',
  'DELETE /v1/payments/:payment/captures/:operation': 'withdraw',
  'POST /v1/payments/:payment/release': 'release',
  'POST /v1/payments/:payment/refunds': 'refund',
  'POST /v1/payments/:payment/resolutions': 'resolve',
  'PATCH /v1/payments/:payment/plan': 'reschedule',
};

/** Notices that are refused are logged where they are read. */
const NOTICES = '/v1/notifications/';

/**
 * Watches every request of the server; to be called before its routes are registered. One line for each request that is
 * refused, with what it was about and never with what it said; the server's error handler tells of what went wrong.
 */
export function watchEdge(
  server: FastifyInstance,
  metrics: EdgeMetrics | undefined,
  attempts: Attempts,
): void {
  server.addHook('onError', (request, reply, error, done) => {
    const { problem } = problemOf(error);
    const route = routeOf(request);
    const command = COMMANDS[`${request.method} ${route}`];
    if (command !== undefined) metrics?.refused({ command, code: problem.code });
    // What is no HTTP was told of when its connection was ended, under a request that had begun.
    const told = request.raw.socket.writableEnded;
    if (problem.status < 500 && !told && !route.startsWith(NOTICES)) {
      const facts = {
        ...(command === undefined ? { method: request.method, route } : { command, ...subjectOf(request) }),
        code: problem.code,
        rule: problem['rule'],
        status: problem.status,
        by: callerOf(request),
        durationMs: reply.elapsedTime,
      };
      request.log[request.method === 'GET' ? 'debug' : 'info'](
        facts,
        command === undefined ? 'request refused' : 'command refused',
      );
    }
    done();
  });
  if (metrics === undefined) return;
  server.addHook('onResponse', (request, reply, done) => {
    const { method } = request;
    const { statusCode: status, elapsedTime } = reply;
    metrics.requested({ method, route: routeOf(request), status, seconds: elapsedTime / 1000 });
    done();
  });
  server.get(
    '/metrics',
    {
      onRequest: (request, _reply, done) => {
        attempts.admit(request.headers.authorization, request.ip);
        done();
      },
    },
    async (_request, reply) => {
      const text = await metrics.text();
      return reply.type(metrics.contentType).send(text);
    },
  );
}

/** A tally that counts into the metrics too. */
export class MeteredTally extends NoticeTally {
  readonly #metrics: Pick<EdgeMetrics, 'noticed'>;

  constructor(metrics: Pick<EdgeMetrics, 'noticed'>) {
    super();
    this.#metrics = metrics;
  }

  override count(account: string, fate: NoticeFate): void {
    super.count(account, fate);
    this.#metrics.noticed(account, fate);
  }
}

/** The pattern, so that neither ids nor path tokens stand in it. */
const routeOf = (request: FastifyRequest): string => request.routeOptions.url ?? 'none';

const ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** The payment and the operation that a command names, where they are ids. */
function subjectOf(request: FastifyRequest): Readonly<Record<string, string>> {
  const named = (request.params ?? {}) as Readonly<Record<string, unknown>>;
  const own = (request.body ?? {}) as Readonly<Record<string, unknown>>;
  const creates = named['payment'] === undefined;
  const payment = creates ? own['id'] : named['payment'];
  const operation = creates ? undefined : (named['operation'] ?? own['id']);
  return {
    ...(isId(payment) ? { payment } : {}),
    ...(isId(operation) ? { operation } : {}),
  };
}

const isId = (value: unknown): value is string => typeof value === 'string' && ID.test(value);

/** The name of the token; before the token was read there is none. */
const callerOf = (request: FastifyRequest): string | undefined =>
  (request.caller as { readonly name: string } | undefined)?.name;
