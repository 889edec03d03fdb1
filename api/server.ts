import type { AddressInfo } from 'node:net';
import Fastify, {
  type FastifyError,
  type FastifyInstance,
  type FastifyServerOptions,
  LogController,
} from 'fastify';
import { type ApiToken, authenticate, type Caller, type Need, requireRole } from './auth.ts';
import { checkAnswers } from './answer-check.ts';
import { answerClientError } from './client-error.ts';
import { EventFeeds, type Pace } from './event-feed.ts';
import { SECURITY_HEADERS, secureHeaders } from './headers.ts';
import { knowMethods } from './methods.ts';
import { type EdgeMetrics, watchEdge } from './metrics.ts';
import { type NoticePort, NoticeTally } from './notices.ts';
import type { Payments } from './payments.ts';
import { invalid, ProblemError, problemOf } from './problem.ts';
import { type Rate, RateLimit } from './rate-limit.ts';
import { auditRoutes, type BundleOf } from './routes/audit.ts';
import { eventRoutes } from './routes/events.ts';
import { healthRoutes } from './routes/health.ts';
import { notificationRoutes } from './routes/notifications.ts';
import { operationRoutes } from './routes/operations.ts';
import { paymentRoutes } from './routes/payments.ts';
import { referenceRoutes } from './routes/reference.ts';

declare module 'fastify' {
  interface FastifyRequest {
    caller: Caller;
  }
  interface FastifyContextConfig {
    /** @default 'write' */
    access?: Need;
    /** The route reads its query string and refuses what it does not know. @default false */
    query?: boolean;
  }
}

export interface ApiDependencies {
  readonly payments: Payments;
  readonly notices: NoticePort;
  readonly tokens: readonly ApiToken[];
  /** What is not reachable; empty when all is well. */
  readonly missing: () => Promise<readonly string[]>;
  /** @default false */
  readonly logger?: FastifyServerOptions['logger'];
  /** Milliseconds that a client has for its whole request. @default 10000 */
  readonly requestTimeout?: number;
  /** @default a tally of its own */
  readonly tally?: NoticeTally;
  /** What `/metrics` answers with. @default none, and no such address */
  readonly metrics?: EdgeMetrics;
  /** Makes the audit bundle of a payment. @default none, and no such address */
  readonly bundleOf?: BundleOf;
  /** Of each token. @default 500 a second, 1000 at once */
  readonly rate?: Rate;
  /** Of event streams. @default a look every 250 ms to 5 s, a heartbeat every 15 s */
  readonly pace?: Pace;
  /** Holds answers against the contract and answers 500 for one that breaks it: for development. @default false */
  readonly checksAnswers?: boolean;
}

/** 1 MiB (agreement, section 6). */
const BODY_LIMIT = 1024 * 1024;

/**
 * The HTTP edge, not yet listening. A client that sends its headers or its body slowly is answered 408 and
 * cut off: without all three of these settings a slow body stays open for ever.
 */
export function buildServer(dependencies: ApiDependencies): FastifyInstance {
  const { requestTimeout = 10_000 } = dependencies;
  const server: FastifyInstance = Fastify({
    logger: dependencies.logger ?? false,
    bodyLimit: BODY_LIMIT,
    requestTimeout,
    keepAliveTimeout: 30_000,
    http: {
      headersTimeout: requestTimeout,
      connectionsCheckingInterval: Math.max(100, Math.floor(requestTimeout / 4)),
      maxHeaderSize: 16 * 1024,
    },
    routerOptions: { maxParamLength: 128 },
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    logController: new LogController({ disableRequestLogging: true }),
    clientErrorHandler: (error, socket) => {
      server.log.info({ code: error.code }, 'what came is no request');
      answerClientError(error, socket);
    },
    // An address that cannot be read, or has a part that no id is as long as: the hooks do not run for it.
    frameworkErrors: (error, request, reply) => {
      void reply.headers(SECURITY_HEADERS);
      const long = error.code === 'FST_ERR_MAX_PARAM_LENGTH';
      const problem = long
        ? new ProblemError('not-found', { detail: 'no such address' })
        : invalid('', 'the address cannot be read');
      answerProblem(problem, request, reply);
    },
  });
  server.setErrorHandler(answerProblem);
  secureHeaders(server);
  refuseWhileClosing(server);
  const allowed = knowMethods(server);
  refuseUnknown(server, allowed);
  if (dependencies.checksAnswers === true) checkAnswers(server);
  readJsonOnly(server);
  watchEdge(server, dependencies.metrics, dependencies.tokens);
  healthRoutes(server, dependencies.missing);
  referenceRoutes(server, (method, path) => allowed(path).includes(method));
  void server.register((scope, _options, done) => {
    notificationRoutes(scope, dependencies.notices, dependencies.tally ?? new NoticeTally());
    done();
  });
  void server.register((scope, _options, done) => {
    const { payments, tokens, rate, pace, bundleOf } = dependencies;
    requireToken(scope, tokens, new RateLimit(rate));
    paymentRoutes(scope, payments);
    operationRoutes(scope, payments);
    if (bundleOf !== undefined) auditRoutes(scope, bundleOf);
    eventRoutes(scope, new EventFeeds((payment) => payments.ledger(payment), pace));
    done();
  });
  return server;
}

/**
 * Starts the edge.
 *
 * @returns the address without a trailing slash, and what ends it once the requests in work are answered.
 */
export async function startServer(
  dependencies: ApiDependencies,
  where: { readonly host: string; readonly port: number },
): Promise<{ readonly url: string; close(): Promise<void> }> {
  const server = buildServer(dependencies);
  await server.listen(where);
  const { port } = server.server.address() as AddressInfo;
  const host = where.host.includes(':') ? `[${where.host}]` : where.host;
  return { url: `http://${host}:${port}`, close: () => server.close() };
}

/** What comes on an open connection while the server ends was not begun, and can be sent to another. */
function refuseWhileClosing(server: FastifyInstance): void {
  let closing = false;
  server.addHook('preClose', (done) => {
    closing = true;
    done();
  });
  server.addHook('onRequest', (_request, _reply, done) => {
    if (closing) throw new ProblemError('unavailable', { detail: 'the server is ending', outcome: 'none' });
    done();
  });
  // Else the connection of a request that was in work would stay open, idle, for its whole time.
  server.addHook('onSend', (_request, reply, payload, done) => {
    if (closing) void reply.header('connection', 'close');
    done(null, payload);
  });
}

/** Said before a body is read. */
function refuseUnknown(server: FastifyInstance, allowed: (url: string) => readonly string[]): void {
  server.addHook('onRequest', (request, reply, done) => {
    if (!request.is404) {
      done();
      return;
    }
    const methods = allowed(request.url);
    if (methods.length === 0) throw new ProblemError('not-found', { detail: 'no such address' });
    void reply.header('allow', methods.join(', '));
    throw new ProblemError('method-not-allowed', { detail: `this address takes ${methods.join(', ')}` });
  });
}

/** The token is asked for before the body is read, so that nobody unknown makes us read one. */
function requireToken(scope: FastifyInstance, tokens: readonly ApiToken[], limit: RateLimit): void {
  scope.decorateRequest('caller', undefined as unknown as Caller);
  scope.addHook('onRequest', (request, _reply, done) => {
    request.caller = authenticate(request.headers.authorization, tokens);
    const { access = 'write', query = false } = request.routeOptions.config;
    limit.take(request.caller.name);
    requireRole(request.caller, access);
    const [unknown] = query ? [] : Object.keys(request.query as object);
    if (unknown !== undefined) throw invalid(unknown.slice(0, 64), 'is not a parameter of this call');
    done();
  });
}

/** An empty body stands for an empty object: a release needs no field. */
function readJsonOnly(server: FastifyInstance): void {
  const parseJson = server.getDefaultJsonParser('error', 'error');
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body.length === 0) {
      done(null, undefined);
      return;
    }
    void parseJson(request, body.toString(), (error, value: unknown) => {
      if (error === null) done(null, value);
      else done(invalid('', 'the body is not JSON that can be read') as unknown as FastifyError);
    });
  });
}

function answerProblem(
  error: FastifyError | Error,
  request: Parameters<Parameters<FastifyInstance['setErrorHandler']>[0]>[1],
  reply: Parameters<Parameters<FastifyInstance['setErrorHandler']>[0]>[2],
): void {
  const { problem, retryAfter } = problemOf(error);
  if (problem.status >= 500)
    request.log.error({ err: error, code: problem.code }, 'request ended in a problem');
  if (retryAfter !== null) void reply.header('retry-after', String(retryAfter));
  if (problem.status === 401) void reply.header('www-authenticate', 'Bearer');
  // As bytes: the framework would add a charset, which this type does not have.
  const body = Buffer.from(JSON.stringify(problem));
  void reply.code(problem.status).header('content-type', 'application/problem+json').send(body);
}
