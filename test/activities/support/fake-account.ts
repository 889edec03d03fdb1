import { once } from 'node:events';
import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { MockActivityEnvironment } from '@temporalio/testing';
import type { Info } from '@temporalio/activity';
import type { ProviderCall } from '../../../payment/call.ts';
import type { CallResult } from '../../../payment/outcome.ts';
import type { ProviderAccount } from '../../../providers/provider.ts';

/** A provider that answers JSON over HTTP, and what it was asked. */
export interface Twin {
  readonly port: number;
  readonly bodies: string[];
  /** Resolves when the next request has been read whole. */
  arrived(): Promise<ServerResponse>;
  close(): Promise<void>;
}

/** @param answer - what is answered at once; null leaves the answer to whoever awaits `arrived`. */
export async function startTwin(answer: CallResult | null, port = 0): Promise<Twin> {
  const bodies: string[] = [];
  const waiting: ((response: ServerResponse) => void)[] = [];
  const seen: ServerResponse[] = [];
  const server: Server = createServer((incoming: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      bodies.push(Buffer.concat(chunks).toString('utf8'));
      if (answer !== null) response.end(JSON.stringify(answer));
      const next = waiting.shift();
      if (next === undefined) seen.push(response);
      else next(response);
    });
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    bodies,
    arrived: () => {
      const ready = seen.shift();
      return ready === undefined ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve(ready);
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

const notAsked = (): never => {
  throw new Error('not asked in these tests');
};

/** The smallest adapter that keeps the port's promises over a real socket. */
export function fakeAccount(
  twin: Pick<Twin, 'port'>,
  changes: Partial<ProviderAccount> = {},
): ProviderAccount {
  return {
    name: 'shop',
    provider: 'fake',
    capabilities: notAsked,
    check: () => null,
    send: (call, context) =>
      new Promise((resolve, reject) => {
        if (performance.now() > context.sendBefore) {
          resolve({ outcome: 'not_performed', reason: 'send-window' });
          return;
        }
        const outgoing = request(
          { host: '127.0.0.1', port: twin.port, method: 'POST', signal: context.signal },
          (incoming) => {
            const chunks: Buffer[] = [];
            incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
            incoming.on('error', reject);
            incoming.on('end', () =>
              resolve(JSON.parse(Buffer.concat(chunks).toString('utf8')) as CallResult),
            );
          },
        );
        outgoing.on('error', (error) => {
          if (context.signal.aborted) resolve({ outcome: 'unknown', reason: 'aborted' });
          else reject(error);
        });
        outgoing.end(JSON.stringify(call), () => context.onSent?.());
      }),
    holdKey: notAsked,
    referenceOf: notAsked,
    readNotice: notAsked,
    acknowledgement: '',
    close: () => Promise.resolve(),
    ...changes,
  };
}

export const captureCall = (
  changes: Partial<Extract<ProviderCall, { action: 'capture' }>> = {},
): ProviderCall => ({
  action: 'capture',
  account: 'shop',
  payment: 'o-1',
  operation: 'c-1',
  attempt: 1,
  amount: 4500,
  currency: 'EUR',
  hold: { txid: '4711' },
  sequenceNumber: 1,
  final: false,
  details: {},
  ...changes,
});

/** An activity that was scheduled just now, with the time-outs that the workflow gives. */
export const environment = (info: Partial<Info> = {}): MockActivityEnvironment =>
  new MockActivityEnvironment({
    currentAttemptScheduledTimestampMs: Date.now(),
    heartbeatTimeoutMs: 10_000,
    startToCloseTimeoutMs: 60_000,
    ...info,
  });
