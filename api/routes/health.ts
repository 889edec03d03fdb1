import type { FastifyInstance } from 'fastify';

/** `/healthz`: the process answers. `/readyz`: what it needs answers too; 503 names what does not. */
export function healthRoutes(server: FastifyInstance, missing: () => Promise<readonly string[]>): void {
  server.get('/healthz', () => ({ status: 'ok' }));
  // However many ask at once without a token, one look is under way.
  let look: Promise<readonly string[]> | null = null;
  server.get('/readyz', async (_request, reply) => {
    look ??= missing()
      .catch(() => ['temporal'])
      .finally(() => {
        look = null;
      });
    const lacks = await look;
    if (lacks.length === 0) return { status: 'ready' };
    return reply.code(503).send({ status: 'not ready', missing: lacks });
  });
}
