import type { PayloadCodec } from '@temporalio/common';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import * as z from 'zod';
import { KeyRingError } from '../activities/key-ring.ts';
import { Attempts } from './attempts.ts';
import { type ApiToken, requireRole } from './auth.ts';
import { httpServer, type HttpOptions, listen, type Listening, type Where } from './http.ts';
import { watchEdge } from './metrics.ts';
import { parse } from './parse.ts';
import { invalid, ProblemError } from './problem.ts';
import { RateLimit } from './rate-limit.ts';

export interface CodecServerOptions extends Pick<HttpOptions, 'logger' | 'trustProxy'> {
  readonly codec: PayloadCodec;
  readonly tokens: readonly ApiToken[];
  /** Another one in `X-Namespace` is refused: its payloads were not written with these keys. */
  readonly namespace: string;
  /** Of pages that may read the answers: `https://temporal.example.com`. */
  readonly origins: readonly string[];
  /** Whether `/encode` is served too. */
  readonly encodes: boolean;
}

/** One page of a history may come at once; the server itself takes 2 MiB in one payload. */
const BODY_LIMIT = 16 * 1024 * 1024;
const PREFLIGHT_SECONDS = 600;

const base64 = z.string().regex(/^[A-Za-z0-9+/_-]*={0,2}$/, 'must be base64');
const payloads = z.object({
  payloads: z
    .array(z.looseObject({ metadata: z.record(z.string(), base64).optional(), data: base64.optional() }))
    .max(10_000),
});
type JsonPayload = z.output<typeof payloads>['payloads'][number];

/**
 * Temporal's codec server protocol, for its UI and its command line: `POST /decode` opens payloads for auditors and
 * operators, since a decoded history says what an audit bundle says. Sealed values stay sealed. Who asked is logged.
 */
export function startCodecServer(options: CodecServerOptions, where: Where): Promise<Listening> {
  const { codec, tokens, encodes } = options;
  const { server } = httpServer({ ...options, bodyLimit: BODY_LIMIT });
  const attempts = new Attempts(tokens);
  const limit = new RateLimit();
  watchEdge(server, undefined, attempts);
  allowOrigins(server, options.origins, encodes ? ['/decode', '/encode'] : ['/decode']);
  server.get('/healthz', () => ({ status: 'ok' }));
  const admit = (request: FastifyRequest, need: 'audit' | 'write'): void => {
    request.caller = attempts.admit(request.headers.authorization, request.ip);
    limit.take(request.caller.name);
    requireRole(request.caller, need);
    // Temporal's command line sends it empty where it names no namespace.
    const { 'x-namespace': namespace = '' } = request.headers;
    if (namespace !== '' && namespace !== options.namespace)
      throw invalid('X-Namespace', 'is not the namespace of this configuration');
  };
  const take = (path: '/decode' | '/encode', need: 'audit' | 'write', work: PayloadCodec['decode']): void => {
    server.post(
      path,
      {
        onRequest: (request, _reply, done) => {
          admit(request, need);
          done();
        },
      },
      async (request) => {
        const given = parse(payloads, request.body ?? {}).payloads;
        const done = await work(given.map(fromJson)).catch(tellKey);
        request.log.info({ call: path, by: request.caller.name }, 'payloads handed out');
        return { payloads: done.map(toJson) };
      },
    );
  };
  take('/decode', 'audit', (given) => codec.decode(given));
  if (encodes) take('/encode', 'write', (given) => codec.encode(given));
  return listen(server, where);
}

/** CORS: a page of another origin neither asks nor reads. */
function allowOrigins(server: FastifyInstance, origins: readonly string[], paths: readonly string[]): void {
  server.addHook('onRequest', ({ headers: { origin } }, reply, done) => {
    void reply.header('vary', 'origin');
    if (origin !== undefined) {
      if (!origins.includes(origin))
        throw new ProblemError('forbidden', { detail: 'this origin is not configured' });
      void reply.headers({
        'access-control-allow-origin': origin,
        'access-control-allow-credentials': 'true',
      });
    }
    done();
  });
  for (const path of paths) {
    server.options(path, (_request, reply) =>
      reply
        .headers({
          'access-control-allow-methods': 'POST',
          'access-control-allow-headers': 'authorization, content-type, x-namespace',
          'access-control-max-age': String(PREFLIGHT_SECONDS),
        })
        .code(204)
        .send(),
    );
  }
}

/** @throws ProblemError `validation` that names the key and not what it should have opened. */
function tellKey(error: unknown): never {
  if (error instanceof KeyRingError) throw invalid('payloads', error.message);
  throw error;
}

type Payload = Parameters<PayloadCodec['decode']>[0][number];

const fromJson = ({ metadata, data }: JsonPayload): Payload => ({
  metadata: Object.fromEntries(
    Object.entries(metadata ?? {}).map(([name, text]) => [name, Buffer.from(text, 'base64')]),
  ),
  data: Buffer.from(data ?? '', 'base64'),
});

const base64Of = (data: Uint8Array): string => Buffer.from(data).toString('base64');

const toJson = ({ metadata, data }: Payload): JsonPayload => ({
  metadata: Object.fromEntries(Object.entries(metadata ?? {}).map(([name, each]) => [name, base64Of(each)])),
  data: base64Of(data ?? new Uint8Array()),
});
