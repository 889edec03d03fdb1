import type { FastifyInstance } from 'fastify';
import { OPERATIONS } from '../contract.ts';
import { openApiDocument } from '../openapi.ts';
import { REFERENCE_POLICY, referencePage } from '../reference-page.ts';

/**
 * `/openapi.json`, and the same for people at `/docs`: both are made once, and tell nothing of this installation but which
 * calls it takes.
 *
 * @param takes - whether the server takes a method at an address, once all routes are made.
 */
export function referenceRoutes(
  server: FastifyInstance,
  takes: (method: string, path: string) => boolean,
): void {
  let made: { readonly json: string; readonly page: string } | undefined;
  const make = () => {
    const taken = OPERATIONS.filter(({ method, path }) => takes(method.toUpperCase(), path));
    const document = openApiDocument(taken);
    return { json: JSON.stringify(document), page: referencePage(document) };
  };
  server.get('/openapi.json', (_request, reply) => {
    made ??= make();
    return reply.type('application/json; charset=utf-8').send(made.json);
  });
  server.get('/docs', (_request, reply) => {
    made ??= make();
    return reply
      .header('content-security-policy', REFERENCE_POLICY)
      .type('text/html; charset=utf-8')
      .send(made.page);
  });
}
