import type { FastifyInstance } from 'fastify';
import { answerSchema, bracedPath } from './contract.ts';
import { ProblemError } from './problem.ts';

/** Holds each answer against what the contract says of it, before it goes out. */
export function checkAnswers(server: FastifyInstance): void {
  server.addHook('preSerialization', async (request, reply, payload: unknown) => {
    const { url, method } = request.routeOptions;
    const [first = ''] = [method].flat();
    if (url === undefined) return payload;
    const schema = answerSchema(first === 'HEAD' ? 'GET' : first, bracedPath(url), reply.statusCode);
    const checked = schema?.safeParse(payload);
    if (checked?.success === true) return payload;
    const issues = checked?.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
    request.log.error(
      { call: `${first} ${url}`, status: reply.statusCode, issues: issues ?? 'no such answer' },
      'an answer breaks the contract',
    );
    throw new ProblemError('internal', { detail: 'the answer breaks the contract' });
  });
}
