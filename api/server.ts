import type { FastifyInstance } from 'fastify';
import { Attempts } from './attempts.ts';
import { type ApiToken, type Caller, type Need, requireRole } from './auth.ts';
import { checkAnswers } from './answer-check.ts';
import type { Rate } from './buckets.ts';
import { EventFeeds, type Pace } from './event-feed.ts';
import { type HttpOptions, httpServer, listen, type Listening, type Where } from './http.ts';
import { type EdgeMetrics, watchEdge } from './metrics.ts';
import { NoticeLimit, type NoticeRates } from './notice-limit.ts';
import { type NoticePort, NoticeTally } from './notices.ts';
import type { Payments } from './payments.ts';
import { invalid } from './problem.ts';
import { RateLimit } from './rate-limit.ts';
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

export interface ApiDependencies extends Omit<HttpOptions, 'bodyLimit'> {
  readonly payments: Payments;
  readonly notices: NoticePort;
  readonly tokens: readonly ApiToken[];
  /** What is not reachable; empty when all is well. */
  readonly missing: () => Promise<readonly string[]>;
  /** @default a tally of its own */
  readonly tally?: NoticeTally;
  /** What `/metrics` answers with. @default none, and no such address */
  readonly metrics?: EdgeMetrics;
  /** Makes the audit bundle of a payment. @default none, and no such address */
  readonly bundleOf?: BundleOf;
  /** Of each token. @default 500 a second, 1000 at once */
  readonly rate?: Rate;
  /** Of wrong tokens from each address. @default 5 a second, 100 at once */
  readonly attempts?: Rate;
  /** Of notices to accounts that take them from anybody. @default 20 a second and 200 at once of an address, 100 and 1 000 in all */
  readonly noticeRates?: NoticeRates;
  /** Of event streams. @default a look every 250 ms to 5 s, a heartbeat every 15 s */
  readonly pace?: Pace;
  /** Holds answers against the contract and answers 500 for one that breaks it: for development. @default false */
  readonly checksAnswers?: boolean;
}

/** The HTTP edge, not yet listening. */
export function buildServer(dependencies: ApiDependencies): FastifyInstance {
  const { tokens } = dependencies;
  const { server, allowed } = httpServer(dependencies);
  if (dependencies.checksAnswers === true) checkAnswers(server);
  const attempts = new Attempts(tokens, dependencies.attempts);
  watchEdge(server, dependencies.metrics, attempts);
  healthRoutes(server, dependencies.missing);
  referenceRoutes(server, (method, path) => allowed(path).includes(method));
  void server.register((scope, _options, done) => {
    const { notices, noticeRates, tally = new NoticeTally() } = dependencies;
    notificationRoutes(scope, notices, { tally, limit: new NoticeLimit(noticeRates) });
    done();
  });
  void server.register((scope, _options, done) => {
    const { payments, rate, pace, bundleOf } = dependencies;
    requireToken(scope, attempts, new RateLimit(rate));
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
export function startServer(dependencies: ApiDependencies, where: Where): Promise<Listening> {
  return listen(buildServer(dependencies), where);
}

/** The token is asked for before the body is read, so that nobody unknown makes us read one. */
function requireToken(scope: FastifyInstance, attempts: Attempts, limit: RateLimit): void {
  scope.decorateRequest('caller', undefined as unknown as Caller);
  scope.addHook('onRequest', (request, _reply, done) => {
    request.caller = attempts.admit(request.headers.authorization, request.ip);
    const { access = 'write', query = false } = request.routeOptions.config;
    limit.take(request.caller.name);
    requireRole(request.caller, access);
    const [unknown] = query ? [] : Object.keys(request.query as object);
    if (unknown !== undefined) throw invalid(unknown.slice(0, 64), 'is not a parameter of this call');
    done();
  });
}
