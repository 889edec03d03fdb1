import type { Socket } from 'node:net';
import { SECURITY_HEADERS } from './headers.ts';
import { type Problem, type ProblemCode, ProblemError } from './problem.ts';

const CODES: Readonly<Record<string, ProblemCode>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 'request-timeout',
  HPE_HEADER_OVERFLOW: 'headers-too-large',
};

/** Answers what was no request that could be read, and ends its connection; nothing of it is repeated. */
export function answerClientError(error: Error & { readonly code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET') return;
  const code = CODES[error.code ?? ''] ?? 'validation';
  endWith(
    new ProblemError(code, code === 'validation' ? { detail: 'this is no HTTP request' } : {}).problem,
    socket,
  );
}

/** Writes a problem past the framework and ends the connection. */
export function endWith(problem: Problem, socket: Socket): void {
  if (socket.destroyed) return;
  const body = JSON.stringify(problem);
  const head = [
    `HTTP/1.1 ${problem.status} ${problem.title}`,
    ...Object.entries(SECURITY_HEADERS).map(([name, value]) => `${name}: ${value}`),
    'content-type: application/problem+json',
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
  ];
  if (socket.writable) socket.write(`${head.join('\r\n')}\r\n\r\n${body}`);
  socket.destroySoon();
}
