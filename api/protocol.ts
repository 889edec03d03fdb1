import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { endWith } from './client-error.ts';
import { invalid, ProblemError } from './problem.ts';

/** What HTTP allows and this server does not do, said before anything is read: proxying, expectations, compressed bodies. */
export function refuseProtocol(server: FastifyInstance): void {
  const refuse = (problem: ProblemError, socket: Socket): void => {
    const { code, status } = problem.problem;
    server.log.info({ code, status }, 'request refused');
    endWith(problem.problem, socket);
  };
  // Without these the server ends the connection, or answers without a problem.
  server.server.on('connect', (_request: IncomingMessage, socket: Socket) => {
    refuse(new ProblemError('method-not-allowed', { detail: 'this is no proxy' }), socket);
  });
  server.server.on('checkExpectation', ({ socket }: IncomingMessage, _response: ServerResponse) => {
    refuse(invalid('Expect', 'can only be 100-continue'), socket);
  });
  server.addHook('onRequest', ({ raw, headers }, _reply, done) => {
    const hosts = raw.rawHeaders.filter((each, at) => at % 2 === 0 && each.toLowerCase() === 'host').length;
    if (hosts > 1 || (hosts === 0 && raw.httpVersion !== '1.0')) throw invalid('Host', 'must be sent once');
    const { 'content-encoding': encoding = 'identity' } = headers;
    if (encoding.toLowerCase() !== 'identity')
      throw new ProblemError('unsupported-media-type', { detail: 'bodies are taken uncompressed only' });
    done();
  });
}
