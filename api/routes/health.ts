import type { FastifyInstance } from 'fastify';

/** `/healthz`: the process answers. `/readyz`: what it needs answers too; 503 names what does not. */
export function healthRoutes(server: FastifyInstance, missing: () => Promise<readonly string[]>): void {
  server.get('/healthz', () => ({ status: 'ok' }));
  server.get('/readyz', async (_request, reply) => {
    const lacks = await missing().catch(() => ['temporal']);
    if (lacks.length === 0) return { status: 'ready' };
    return reply.code(503).send({ status: 'not ready', missing: lacks });
  });
}
