import type { AddressInfo } from 'node:net';
import Fastify, {
  type FastifyError,
  type FastifyInstance,
  type FastifyServerOptions,
  LogController,
} from 'fastify';
import { answerClientError } from './client-error.ts';
import { SECURITY_HEADERS, secureHeaders } from './headers.ts';
import { refuseAmbiguous, textOf } from './json-body.ts';
import { knowMethods } from './methods.ts';
import { invalid, ProblemError, problemOf } from './problem.ts';
import { refuseProtocol } from './protocol.ts';

export interface HttpOptions {
  /** @default false */
  readonly logger?: FastifyServerOptions['logger'];
  /** Milliseconds that a client has for its whole request. @default 10000 */
  readonly requestTimeout?: number;
  /**
   * Addresses and networks of proxies that may say by X-Forwarded-For and X-Forwarded-Proto who a client is and how it
   * came. @default none: the header is nobody's word
   */
  readonly trustProxy?: readonly string[];
  /** Bytes. @default 1 MiB (agreement, section 6) */
  readonly bodyLimit?: number;
}

export interface HttpServer {
  readonly server: FastifyInstance;
  /** Which methods an address takes. */
  readonly allowed: (url: string) => readonly string[];
}

const BODY_LIMIT = 1024 * 1024;

/**
 * A server that answers every request with what its routes say or with a problem, not yet listening. A client that sends
 * its headers or its body slowly is answered 408 and cut off: without all three of these settings a slow body stays open
 * for ever.
 */
export function httpServer(options: HttpOptions): HttpServer {
  const { requestTimeout = 10_000, trustProxy = [] } = options;
  const ended = new WeakSet<object>();
  const server: FastifyInstance = Fastify({
    logger: options.logger ?? false,
    bodyLimit: options.bodyLimit ?? BODY_LIMIT,
    trustProxy: trustProxy.length === 0 ? false : [...trustProxy],
    requestTimeout,
    keepAliveTimeout: 30_000,
    http: {
      headersTimeout: requestTimeout,
      connectionsCheckingInterval: Math.max(100, Math.floor(requestTimeout / 4)),
      maxHeaderSize: 16 * 1024,
      // Answered by a hook, with a problem.
      requireHostHeader: false,
    },
    routerOptions: { maxParamLength: 128 },
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    logController: new LogController({ disableRequestLogging: true }),
    clientErrorHandler: (error, socket) => {
      // The parser complains again of whatever comes behind.
      if (ended.has(socket)) return;
      ended.add(socket);
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
      request.log.debug({ method: request.method, ...codeOf(problem) }, 'request refused');
      answerProblem(problem, request, reply);
    },
  });
  server.setErrorHandler(answerProblem);
  secureHeaders(server);
  refuseWhileClosing(server);
  refuseProtocol(server);
  const allowed = knowMethods(server);
  refuseUnknown(server, allowed);
  readJsonOnly(server);
  return { server, allowed };
}

export interface Where {
  readonly host: string;
  readonly port: number;
}

export interface Listening {
  /** Without a slash at its end. */
  readonly url: string;
  /** Ends it once the requests in work are answered. */
  close(): Promise<void>;
}

export async function listen(server: FastifyInstance, where: Where): Promise<Listening> {
  await server.listen({ host: where.host, port: where.port });
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

/** No body at all is none, and not an empty text: a release needs no field. */
function readJsonOnly(server: FastifyInstance): void {
  const parseJson = server.getDefaultJsonParser('error', 'error');
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    if (body.length === 0) {
      done(null, undefined);
      return;
    }
    const refuse = (problem: unknown): void => done(problem as FastifyError);
    try {
      const text = textOf(body as Buffer);
      void parseJson(request, text, (error, value: unknown) => {
        if (error !== null) {
          refuse(invalid('', 'the body is not JSON that can be read'));
          return;
        }
        try {
          refuseAmbiguous(text);
          done(null, value);
        } catch (ambiguous) {
          refuse(ambiguous);
        }
      });
    } catch (unreadable) {
      refuse(unreadable);
    }
  });
}

const codeOf = ({ problem: { code, status } }: ProblemError) => ({ code, status });

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
