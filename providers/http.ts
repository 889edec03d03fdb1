/**
 * One HTTP exchange, once, with one question answered beyond doubt: can the provider have seen the request?
 * The client tells it by its own hook, which runs in the same turn as the first write to the socket; an error before
 * the hook is certainly-not-sent whatever its code, an error after it is a lost answer whatever its code.
 */
import { Agent, type Dispatcher } from 'undici';

/** Why a request certainly never left. */
export type NotSentReason =
  | 'refused-connection'
  | 'unresolved-name'
  | 'unreachable'
  | 'connect-timeout'
  | 'tls'
  | 'send-window'
  | 'aborted'
  | 'no-connection';

/** Why the answer to a request that left, or may have left, is not known. */
export type LostReason =
  | 'timeout'
  | 'aborted'
  | 'connection-lost'
  | 'answer-too-large'
  | 'answer-malformed'
  | 'answer-cut';

export interface NotSent {
  readonly sent: false;
  readonly reason: NotSentReason;
  readonly message: string;
  readonly tookMs: number;
}

export interface Lost {
  readonly sent: true;
  readonly lost: true;
  readonly reason: LostReason;
  readonly message: string;
  readonly tookMs: number;
}

export interface Answered {
  readonly sent: true;
  readonly lost: false;
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: Buffer;
  /** False where only the end of the connection marked the end of the body, so that a cut cannot be seen. */
  readonly framed: boolean;
  readonly tookMs: number;
}

export type HttpResult = NotSent | Lost | Answered;

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PATCH';
  /** http or https. */
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

export interface HttpContext {
  /** Aborted when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
  /** On the clock of `performance.now()`: a request that has not begun to leave by then does not leave. */
  readonly sendBefore: number;
  /** Called once the request's bytes are handed to the socket. */
  readonly onSent?: () => void;
}

export interface HttpSettings {
  /** From the call to the last byte of the answer, in milliseconds; a dripping answer does not extend it. */
  readonly timeoutMs: number;
  /** Milliseconds for name, connection and TLS together. @default the smaller of timeoutMs and 10 000 */
  readonly connectTimeoutMs?: number;
  /** Bytes of the answer's body. @default 1 048 576 */
  readonly maxAnswerBytes?: number;
}

/** The connections of one account. No request is repeated and no redirect followed. */
export interface HttpClient {
  send(request: HttpRequest, context: HttpContext): Promise<HttpResult>;
  close(): Promise<void>;
}

const LONGEST_CONNECT = 10_000;
const MEBIBYTE = 1_048_576;

/** Opens the connections of one account; they are made when they are needed. */
export function openHttpClient(settings: HttpSettings): HttpClient {
  const agent = new Agent({
    // HTTP/2 lets a server refuse streams that may then be tried again: one protocol, one meaning of "sent".
    allowH2: false,
    pipelining: 1,
    // The whole exchange has one deadline of its own.
    headersTimeout: 0,
    bodyTimeout: 0,
    maxResponseSize: settings.maxAnswerBytes ?? MEBIBYTE,
    connect: { timeout: settings.connectTimeoutMs ?? Math.min(settings.timeoutMs, LONGEST_CONNECT) },
  });
  return {
    send: (request, context) => exchange(agent, request, context, settings.timeoutMs),
    close: () => agent.destroy(),
  };
}

function exchange(
  agent: Agent,
  request: HttpRequest,
  context: HttpContext,
  timeoutMs: number,
): Promise<HttpResult> {
  const begin = performance.now();
  const took = (): number => Math.round(performance.now() - begin);
  return new Promise((resolve) => {
    let settled = false;
    let controller: Dispatcher.DispatchController | null = null;
    let status = 0;
    let headers: Answered['headers'] = {};
    const chunks: Buffer[] = [];

    const settle = (result: HttpResult): void => {
      if (settled) return;
      settled = true;
      clearTimeout(deadline);
      clearTimeout(window);
      context.signal.removeEventListener('abort', onAbort);
      resolve(result);
    };
    const notSent = (reason: NotSentReason, message: string): void =>
      settle({ sent: false, reason, message, tookMs: took() });
    const lost = (reason: LostReason, message: string): void =>
      settle({ sent: true, lost: true, reason, message, tookMs: took() });
    const stop = (before: NotSentReason, after: LostReason, message: string): void => {
      if (controller === null) notSent(before, message);
      else {
        lost(after, message);
        controller.abort(new Error(message));
      }
    };
    const onAbort = (): void => stop('aborted', 'aborted', 'the call was cancelled');
    const deadline = setTimeout(
      () => stop('connect-timeout', 'timeout', `no complete answer within ${timeoutMs} ms`),
      timeoutMs,
    );
    const left = context.sendBefore - begin;
    const closeWindow = (): void => {
      if (controller === null) notSent('send-window', 'the send window closed before a connection stood');
    };
    // A window that outlasts the deadline needs no timer, and one without an end could not have any.
    const window = left < timeoutMs ? setTimeout(closeWindow, Math.max(0, left)) : undefined;

    context.signal.addEventListener('abort', onAbort, { once: true });
    if (context.signal.aborted) return onAbort();
    if (begin >= context.sendBefore) return notSent('send-window', 'the send window had closed');

    const url = new URL(request.url);
    agent.dispatch(
      {
        origin: url.origin,
        path: `${url.pathname}${url.search}`,
        method: request.method,
        headers: { ...request.headers },
        body: request.body ?? null,
      },
      {
        onRequestStart(started) {
          // A second start would be the client putting the request on another connection.
          if (settled || controller !== null) return started.abort(new Error('not to be sent'));
          if (performance.now() >= context.sendBefore) {
            notSent('send-window', 'the send window closed before the request could leave');
            return started.abort(new Error('send window'));
          }
          controller = started;
          // The bytes are written in this turn; whoever is told runs after it.
          queueMicrotask(() => context.onSent?.());
        },
        onResponseStart(_controller, code, fields) {
          status = code;
          headers = fields;
        },
        onResponseData(_controller, chunk) {
          chunks.push(chunk);
        },
        onResponseEnd() {
          const framed =
            headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined;
          settle({
            sent: true,
            lost: false,
            status,
            headers,
            body: Buffer.concat(chunks),
            framed,
            tookMs: took(),
          });
        },
        onResponseError(_controller, error) {
          const code = codeOf(error);
          const message = `${code}: ${error.message}`.slice(0, 300);
          if (controller === null) notSent(notSentReason(code), message);
          else lost(lostReason(code), message);
        },
      },
    );
  });
}

const codeOf = (error: Error): string => {
  const code: unknown = 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : error.name;
};

const NOT_SENT: Readonly<Record<string, NotSentReason>> = {
  ECONNREFUSED: 'refused-connection',
  ENOTFOUND: 'unresolved-name',
  EAI_AGAIN: 'unresolved-name',
  EHOSTUNREACH: 'unreachable',
  ENETUNREACH: 'unreachable',
  ETIMEDOUT: 'connect-timeout',
  UND_ERR_CONNECT_TIMEOUT: 'connect-timeout',
  EPROTO: 'tls',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'tls',
  SELF_SIGNED_CERT_IN_CHAIN: 'tls',
};

const notSentReason = (code: string): NotSentReason => {
  const named = NOT_SENT[code];
  if (named !== undefined) return named;
  return /^(?:ERR_TLS|ERR_SSL|CERT_|UNABLE_TO_)/.test(code) ? 'tls' : 'no-connection';
};

const lostReason = (code: string): LostReason => {
  if (code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE') return 'answer-too-large';
  if (code === 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH') return 'answer-cut';
  return code.startsWith('HPE_') || code === 'UND_ERR_HEADERS_OVERFLOW'
    ? 'answer-malformed'
    : 'connection-lost';
};
