import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import type { LedgerEntry } from '../../payment/ledger.ts';
import type { EventFeeds, Feed } from '../event-feed.ts';
import { invalid } from '../problem.ts';
import { paymentParam, type PaymentParams } from './answer.ts';

/** Milliseconds after which a listener that lost its stream comes back. */
const COME_BACK = 2_000;

/** `GET …/events`: the ledger of one payment as server-sent events, from the beginning or from where a listener was. */
export function eventRoutes(server: FastifyInstance, feeds: EventFeeds): void {
  server.addHook<PaymentParams>('onResponse', (request, _reply, done) => {
    if (request.routeOptions.config.access === 'write' && request.params.payment !== undefined)
      feeds.nudge(request.params.payment);
    done();
  });
  server.addHook('preClose', (done) => {
    feeds.close();
    done();
  });

  server.get<PaymentParams>(
    '/v1/payments/:payment/events',
    // A stream without its body would never end.
    { config: { access: 'read' }, exposeHeadRoute: false },
    async (request, reply) => {
      const payment = paymentParam(request);
      const last = lastOf(request.headers['last-event-id']);
      const { feed, stop } = await feeds.open(payment, request.caller.name);
      const gone = new AbortController();
      const leave = (): void => {
        gone.abort();
        stop();
      };
      if (request.raw.socket.destroyed || (feed.over && feed.after(last).length === 0)) {
        leave();
        // A browser's EventSource comes back after an end, but not after 204.
        return reply.code(204).send();
      }
      reply.raw.once('close', leave);
      return (
        reply
          .header('content-type', 'text/event-stream; charset=utf-8')
          .header('x-accel-buffering', 'no')
          // The end of the stream is the end of its connection, so that a server that ends need not wait for it.
          .header('connection', 'close')
          .send(Readable.from(frames(feed, last, gone.signal), { objectMode: false }))
      );
    },
  );
}

/** @throws ProblemError `validation` for a header that is no number of an entry. */
function lastOf(header: string | readonly string[] | undefined): number {
  if (header === undefined || header === '') return 0;
  if (typeof header !== 'string' || !/^\d{1,9}$/.test(header))
    throw invalid('Last-Event-ID', 'must be the number of a ledger entry');
  return Number(header);
}

async function* frames(feed: Feed, after: number, gone: AbortSignal): AsyncGenerator<string> {
  let last = after;
  yield `retry: ${COME_BACK}\n\n`;
  while (!gone.aborted) {
    const entries = feed.after(last);
    for (const entry of entries) {
      yield frameOf(entry);
      last = entry.n;
    }
    if (entries.length > 0) continue;
    if (feed.over) return;
    if (!(await feed.changed(gone))) yield ': still here\n\n';
  }
}

const frameOf = (entry: LedgerEntry): string =>
  `id: ${entry.n}\nevent: entry\ndata: ${JSON.stringify(entry)}\n\n`;
