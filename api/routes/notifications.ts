import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { NoticeLimit } from '../notice-limit.ts';
import { type NoticePort, type NoticeTally, readFor } from '../notices.ts';
import { invalid, ProblemError } from '../problem.ts';

/** Answered before the provider's 10 s are over (provider notes A8), also when the engine does not answer. */
const DELIVERY_LIMIT_MS = 8_000;

/**
 * `POST /v1/notifications/{account}`, and with the account's path token behind it: the provider's own format,
 * authenticated its own way. The acknowledgement goes out only once the notice is durable. Neither logs nor answers
 * repeat the body or the path.
 */
export function notificationRoutes(
  server: FastifyInstance,
  port: NoticePort,
  { tally, limit }: { readonly tally: NoticeTally; readonly limit: NoticeLimit },
): void {
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => {
    done(null, body);
  });

  // Before the body is read: it is nobody's yet.
  server.addHook<{ Params: { account: string } }>('onRequest', (request, _reply, done) => {
    const { account: name } = request.params;
    const empty = port.account(name)?.guarded === false ? limit.take(name, request.ip) : null;
    if (empty !== null) {
      tally.count(name, 'limited');
      if (empty.first)
        request.log.warn(
          { account: name, remoteAddress: request.ip, why: empty.by },
          'too many notices to an account that takes them from anybody: refused until fewer come',
        );
      throw new ProblemError('too-many-requests', {
        detail: 'too many notices to this account; send it again later',
        retryAfter: empty.retryAfter,
      });
    }
    done();
  });

  const take = async (
    request: FastifyRequest<{ Params: { account: string; pathToken?: string } }>,
    reply: FastifyReply,
  ): Promise<FastifyReply> => {
    const { account: name, pathToken } = request.params;
    const account = port.account(name);
    if (account === undefined)
      throw new ProblemError('not-found', { detail: 'no account of this name receives notices' });
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    const read = readFor(account, {
      headers: request.headers,
      body,
      remoteAddress: request.ip,
      ...(pathToken === undefined ? {} : { path: pathToken }),
    });
    switch (read.verdict) {
      case 'forged':
        tally.count(name, 'forged');
        request.log.warn(
          { account: name, remoteAddress: request.ip, why: read.why },
          'notice refused as forged',
        );
        throw new ProblemError('forbidden', { detail: 'the notice is not authentic' });
      case 'malformed':
        tally.count(name, 'malformed');
        request.log.warn(
          { account: name, remoteAddress: request.ip, why: read.why },
          'notice refused as malformed',
        );
        throw invalid('', 'the notice cannot be read');
      case 'ignored':
        tally.count(name, 'ignored');
        request.log.info({ account: name, why: read.why }, 'notice of no consequence');
        return acknowledge(reply, account.acknowledgement);
      case 'notice':
        try {
          await within(port.deliver(name, read.notice), DELIVERY_LIMIT_MS);
        } catch (error) {
          tally.count(name, 'undelivered');
          request.log.error(
            { account: name, identity: read.notice.identity, why: nameOf(error) },
            'notice not durable',
          );
          throw new ProblemError('unavailable', {
            detail: 'the notice is not durable yet; send it again',
            outcome: 'none',
          });
        }
        tally.count(name, 'accepted');
        return acknowledge(reply, account.acknowledgement);
    }
  };
  server.post('/v1/notifications/:account', take);
  server.post('/v1/notifications/:account/:pathToken', take);
}

const acknowledge = (reply: FastifyReply, body: string): FastifyReply =>
  reply.code(200).type('text/plain; charset=utf-8').send(body);

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : 'error');

async function within<T>(work: Promise<T>, limit: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`not done within ${limit} ms`)), limit);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
