/** What the tests of the Swedbank Pay twin share: requests by hand, a receiver of callbacks, and waiting for a condition. */

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import type { PaymentPage } from '../../../sandbox/swedbankpay/book-page.ts';
import type { SwedbankPayTwinOptions } from '../../../sandbox/swedbankpay/options.ts';
import type { SwedbankPayTwin } from '../../../sandbox/swedbankpay/twin.ts';
import { startSwedbankPayTwin } from '../../../sandbox/swedbankpay/twin.ts';

export interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

export const TOKEN = 'Bearer sandbox-access-token';

/** A twin that ends with the test. */
export async function twinOf(options: SwedbankPayTwinOptions = {}): Promise<SwedbankPayTwin> {
  const twin = await startSwedbankPayTwin({ notifyDelayMs: 0, settleMs: 5, retryScale: 0.0001, ...options });
  onTestFinished(() => twin.close());
  return twin;
}

export async function call(
  twin: SwedbankPayTwin,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const response = await fetch(path.startsWith('http') ? path : twin.url + path, {
    method,
    headers: { authorization: TOKEN, 'content-type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? {} : JSON.parse(text) };
}

let references = 0;
/** A reference that no test has used. */
export const fresh = (prefix = 'R'): string => `${prefix}${(references += 1)}`;

/** An authorised payment; by default of 10 000 minor units of SEK. @returns its id */
export async function payment(twin: SwedbankPayTwin, change: Record<string, unknown> = {}): Promise<string> {
  const order = { payeeReference: fresh('P'), amount: 10_000, ...change };
  return ((await twin.admin('POST', 'payments', order)) as PaymentPage).id;
}

export const book = async (twin: SwedbankPayTwin, id: string): Promise<PaymentPage> =>
  (await twin.admin('GET', `books${id}`)) as PaymentPage;

export const rels = (answer: Answer): string[] =>
  (answer.body['operations'] as { rel: string }[]).map(({ rel }) => rel);

const BODIES: Readonly<Record<string, (amount: number, reference: string) => unknown>> = {
  'create-capture': (amount, payeeReference) => ({
    transaction: { amount, vatAmount: 0, description: 'A part', payeeReference },
  }),
  'create-reversal': (amount, payeeReference) => ({
    transaction: { amount, vatAmount: 0, description: 'Back', payeeReference },
  }),
  'create-cancellation': (_amount, payeeReference) => ({
    transaction: { description: 'The rest', payeeReference },
  }),
};

/** Looks at the payment, follows an operation, and says what came of it. */
export async function operate(
  twin: SwedbankPayTwin,
  id: string,
  rel: string,
  amount = 0,
  reference = fresh(),
): Promise<Answer> {
  const look = await call(twin, 'GET', id);
  const offer = (look.body['operations'] as { rel: string; href: string }[]).find((one) => one.rel === rel);
  if (offer === undefined) throw new Error(`${rel} is not offered`);
  return call(twin, 'POST', offer.href, BODIES[rel]?.(amount, reference));
}

export const capture = (
  twin: SwedbankPayTwin,
  id: string,
  amount: number,
  reference?: string,
): Promise<Answer> => operate(twin, id, 'create-capture', amount, reference);

export interface Receiver {
  readonly url: string;
  readonly bodies: unknown[];
  /** The statuses of the next answers; then 200. */
  readonly answers: number[];
}

/** A receiver of callbacks that ends with the test. */
export async function receiver(): Promise<Receiver> {
  const bodies: unknown[] = [];
  const answers: number[] = [];
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString('utf8')));
    request.on('end', () => {
      bodies.push(text.startsWith('{') ? JSON.parse(text) : text);
      response.writeHead(answers.shift() ?? 200).end();
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, bodies, answers };
}

/** Waits for a condition; the test's own time limit ends a wait that is in vain. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await sleep(2);
}
