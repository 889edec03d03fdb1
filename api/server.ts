import type { AddressInfo } from 'node:net';
import Fastify, {
  type FastifyError,
  type FastifyInstance,
  type FastifyServerOptions,
  LogController,
} from 'fastify';
import { type ApiToken, authenticate, type Caller, requireOperator } from './auth.ts';
import { type NoticePort, NoticeTally } from './notices.ts';
import type { Payments } from './payments.ts';
import { invalid, ProblemError, problemOf } from './problem.ts';
import { healthRoutes } from './routes/health.ts';
import { notificationRoutes } from './routes/notifications.ts';
import { operationRoutes } from './routes/operations.ts';
import { paymentRoutes } from './routes/payments.ts';

declare module 'fastify' {
  interface FastifyRequest {
    caller: Caller;
  }
  interface FastifyContextConfig {
    /** `write` needs the role operator. */
    access?: 'read' | 'write';
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
}

/** 1 MiB (agreement, section 6). */
const BODY_LIMIT = 1024 * 1024;

/**
 * The HTTP edge, not yet listening. A client that sends its headers or its body slowly is answered 408 and
 * cut off: without all three of these settings a slow body stays open for ever.
 */
export function buildServer(dependencies: ApiDependencies): FastifyInstance {
  const { requestTimeout = 10_000 } = dependencies;
  const server = Fastify({
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
    return503OnClosing: true,
    logController: new LogController({ disableRequestLogging: true }),
  });
  server.setErrorHandler(answerProblem);
  server.setNotFoundHandler(() => {
    throw new ProblemError('not-found', { detail: 'no such address or method' });
  });
  readJsonOnly(server);
  healthRoutes(server, dependencies.missing);
  void server.register((scope, _options, done) => {
    notificationRoutes(scope, dependencies.notices, dependencies.tally ?? new NoticeTally());
    done();
  });
  void server.register((scope, _options, done) => {
    requireToken(scope, dependencies.tokens);
    paymentRoutes(scope, dependencies.payments);
    operationRoutes(scope, dependencies.payments);
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

/** The token is asked for before the body is read, so that nobody unknown makes us read one. */
function requireToken(scope: FastifyInstance, tokens: readonly ApiToken[]): void {
  scope.decorateRequest('caller', undefined as unknown as Caller);
  scope.addHook('onRequest', (request, _reply, done) => {
    request.caller = authenticate(request.headers.authorization, tokens);
    if (request.routeOptions.config.access !== 'read') requireOperator(request.caller);
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
  void reply.code(problem.status).type('application/problem+json').send(JSON.stringify(problem));
}
