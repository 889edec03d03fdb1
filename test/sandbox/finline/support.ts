/** What the tests of the finline twin share: requests by hand, a receiver of notices, and waiting for a condition. */

import type { Server } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import type { OrderPage } from '../../../sandbox/finline/book-page.ts';
import type { FinlineTwinOptions } from '../../../sandbox/finline/options.ts';
import type { FinlineTwin } from '../../../sandbox/finline/twin.ts';
import { startFinlineTwin } from '../../../sandbox/finline/twin.ts';

export const pos = 'dc728de1-51ef-4ef1-80f7-3b44b07b5667';
export const credentials = {
  'x-api-auth': 'CPAY sandbox-api-key:sandbox-api-secret',
  'x-api-key': 'sandbox-endpoint-key',
  'content-type': 'application/json',
};

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
}

/** A twin that ends with the test. */
export async function twinOf(options: FinlineTwinOptions = {}): Promise<FinlineTwin> {
  const twin = await startFinlineTwin({ notifyDelayMs: 0, retryDelayMs: 5, settleMs: 5, ...options });
  onTestFinished(() => twin.close());
  return twin;
}

export async function post(
  twin: FinlineTwin,
  path: string,
  fields: unknown,
  headers: Record<string, string> = credentials,
): Promise<Answer> {
  const body = typeof fields === 'string' ? fields : JSON.stringify(fields);
  const response = await fetch(twin.apiUrl + path, { method: 'POST', body, headers, redirect: 'manual' });
  const text = await response.text();
  const parsed = text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
  return { status: response.status, headers: response.headers, body: parsed };
}

export const list = async (twin: FinlineTwin, orderId: string, more = ''): Promise<Response> =>
  fetch(`${twin.apiUrl}pos/${pos}/orders/${orderId}${more}`, { headers: credentials });

/** An authorisation made elsewhere; by default 100.00 UAH. */
export async function hold(
  twin: FinlineTwin,
  orderId: string,
  amount = 10_000,
  currency = 'UAH',
): Promise<string> {
  await twin.admin('POST', 'orders', { orderId, amount, currency });
  return orderId;
}

export const follow = (
  twin: FinlineTwin,
  kind: 'capture' | 'void' | 'refund',
  orderId: string,
  fields: Record<string, unknown> = {},
): Promise<Answer> => post(twin, kind, { pos_id: pos, order_id: orderId, order_currency: 'UAH', ...fields });

export const page = async (twin: FinlineTwin, orderId: string): Promise<OrderPage> =>
  (await twin.admin('GET', `books/${orderId}`)) as OrderPage;

/** Waits until the value is there; gives up after 1 000 looks. */
export async function until<T>(look: () => T | undefined | false): Promise<T> {
  for (let n = 0; n < 1_000; n += 1) {
    const value = look();
    if (value !== undefined && value !== false) return value;
    await sleep(5);
  }
  throw new Error('it never came');
}

export interface Received {
  readonly data: string;
  readonly signature: string;
  readonly fields: Record<string, unknown>;
}

export interface Receiver {
  readonly url: string;
  readonly received: Received[];
  /** The status of the answer to the n-th notice. */
  answer: (n: number) => number;
}

/** A receiver of notices on a real socket; answers 200 unless told otherwise. */
export async function receiver(): Promise<Receiver> {
  const received: Received[] = [];
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const form = new URLSearchParams(Buffer.concat(chunks).toString('latin1'));
      const data = form.get('data') ?? '';
      const text = Buffer.from(data, 'base64url').toString('utf8');
      received.push({
        data,
        signature: form.get('signature') ?? '',
        fields: JSON.parse(text) as Received['fields'],
      });
      response.writeHead(self.answer(received.length)).end();
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const self: Receiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/notices`,
    received,
    answer: () => 200,
  };
  return self;
}

export const named = ({ fields }: Received): string =>
  `${String(fields['method'])} ${String(fields['status'])}`;
