// A merchant's own server: takes webhooks on loopback, keeps what came, and answers as a test wants.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { WebhookEvent } from '../../activities/contract.ts';

export interface Received {
  readonly id: string;
  readonly headers: Readonly<Record<string, string>>;
  /** As it came over the wire. */
  readonly raw: string;
  readonly event: WebhookEvent;
  readonly status: number;
}

interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface Receiver {
  readonly url: string;
  /** In the order in which they came. */
  readonly received: readonly Received[];
  /** Those that were answered 200. */
  accepted(): readonly Received[];
  /** @param answer - null: never answers. */
  answer(answer: (event: WebhookEvent, before: number) => Answer | number | null): void;
  stop(): Promise<void>;
}

export async function startReceiver(port = 0): Promise<Receiver> {
  const received: Received[] = [];
  let decide: (event: WebhookEvent, before: number) => Answer | number | null = () => 200;
  const server = createServer((request, response) => {
    void (async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const raw = Buffer.concat(chunks).toString('utf8');
      const event = JSON.parse(raw) as WebhookEvent;
      const id = String(request.headers['webhook-id']);
      const said = decide(event, received.filter((each) => each.id === id).length);
      const answer = typeof said === 'number' ? { status: said } : said;
      const headers = Object.fromEntries(
        Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
      );
      received.push({ id, headers, raw, event, status: answer?.status ?? 0 });
      if (answer !== null) response.writeHead(answer.status, answer.headers).end(answer.body);
    })().catch(() => response.destroy());
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks`,
    received,
    accepted: () => received.filter(({ status }) => status === 200),
    answer: (next) => {
      decide = next;
    },
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
