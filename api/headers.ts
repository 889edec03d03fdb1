import type { FastifyInstance } from 'fastify';

/** On every answer: money is nobody's to cache, frame or guess the type of. */
export const SECURITY_HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
} as const;

/** A year: what came over TLS once comes over TLS only. A browser would not heed it on a plain connection. */
const ONLY_TLS = 'max-age=31536000';

/** A route that needs another value sets it itself. */
export function secureHeaders(server: FastifyInstance): void {
  server.addHook('onRequest', (request, reply, done) => {
    void reply.headers(SECURITY_HEADERS);
    if (request.protocol === 'https') void reply.header('strict-transport-security', ONLY_TLS);
    done();
  });
}
