/** What the tests of the PAYONE twin share: requests by hand, a receiver of notices, and waiting for a condition. */

import { createHash } from 'node:crypto';
import type { Server } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import type { PayoneTwinOptions } from '../../../sandbox/payone/options.ts';
import type { PayoneTwin } from '../../../sandbox/payone/twin.ts';
import { startPayoneTwin } from '../../../sandbox/payone/twin.ts';

export type Fields = Readonly<Record<string, string | number | undefined>>;
export type AnswerFields = Record<string, string>;

export const md5Key = createHash('md5').update('sandbox-portal-key').digest('hex');

const account: Fields = {
  mid: '14648',
  aid: '17321',
  portalid: '2040559',
  key: md5Key,
  mode: 'test',
  encoding: 'UTF-8',
  api_version: '3.11',
};

/** A twin that ends with the test. */
export async function twinOf(options: PayoneTwinOptions = {}): Promise<PayoneTwin> {
  const twin = await startPayoneTwin({ notifyDelayMs: 0, retryDelayMs: 5, settleMs: 5, ...options });
  onTestFinished(() => twin.close());
  return twin;
}

export function encode(fields: Fields): string {
  return Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`)
    .join('&');
}

export function parse(text: string): AnswerFields {
  const lines = text.split('\n').filter((line) => line !== '');
  return Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
}

export async function sendBody(
  twin: PayoneTwin,
  body: string,
  type = 'application/x-www-form-urlencoded',
): Promise<Response> {
  return fetch(twin.gatewayUrl, { method: 'POST', body, headers: { 'content-type': type } });
}

/** Sends a request with the account's fields; an undefined field is left out. */
export async function send(twin: PayoneTwin, fields: Fields): Promise<AnswerFields> {
  const response = await sendBody(twin, encode({ ...account, ...fields }));
  return parse(await response.text());
}

let references = 0;

/** A preauthorization; by default 10 000 EUR cents on a card that is approved. */
export async function preauthorize(twin: PayoneTwin, fields: Fields = {}): Promise<AnswerFields> {
  references += 1;
  const type = fields['clearingtype'] ?? 'cc';
  return send(twin, {
    request: 'preauthorization',
    clearingtype: 'cc',
    reference: `order-${references}`,
    amount: 10_000,
    currency: 'EUR',
    ...(type === 'cc' ? { pseudocardpan: '9410010000000001' } : {}),
    ...fields,
  });
}

/** The txid of a new preauthorization. */
export async function hold(twin: PayoneTwin, fields: Fields = {}): Promise<string> {
  const answer = await preauthorize(twin, fields);
  if (answer['txid'] === undefined) throw new Error(`no txid: ${JSON.stringify(answer)}`);
  return answer['txid'];
}

export async function capture(twin: PayoneTwin, txid: string, fields: Fields = {}): Promise<AnswerFields> {
  return send(twin, { request: 'capture', txid, amount: 10_000, currency: 'EUR', ...fields });
}

export async function debit(twin: PayoneTwin, txid: string, fields: Fields = {}): Promise<AnswerFields> {
  return send(twin, { request: 'debit', txid, currency: 'EUR', ...fields });
}

export const page = async (twin: PayoneTwin, txid: string): Promise<Record<string, unknown>> =>
  (await twin.admin('GET', `books/${txid}`)) as Record<string, unknown>;

/** Waits until the value is there; gives up after 1 000 looks. */
export async function until<T>(look: () => T | undefined | false): Promise<T> {
  for (let n = 0; n < 1_000; n += 1) {
    const value = look();
    if (value !== undefined && value !== false) return value;
    await sleep(5);
  }
  throw new Error('it never came');
}

export interface ReceivedNotice {
  readonly raw: string;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly fields: AnswerFields;
}

export interface Receiver {
  readonly url: string;
  readonly received: ReceivedNotice[];
  /** The answer to a notice; `undefined` leaves it without one. */
  answer: (notice: ReceivedNotice, n: number) => string | undefined;
}

/** Decodes a form as ISO-8859-1. */
export function parseLatin1(raw: string): AnswerFields {
  const decode = (text: string): string =>
    text
      .replaceAll('+', ' ')
      .replace(/%([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Object.fromEntries(raw.split('&').map((pair) => pair.split('=').map(decode) as [string, string]));
}

/** A receiver of notices on a real socket; answers `TSOK` unless told otherwise. */
export async function receiver(): Promise<Receiver> {
  const received: ReceivedNotice[] = [];
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const raw = Buffer.concat(chunks).toString('latin1');
      const notice = { raw, headers: request.headers, fields: parseLatin1(raw) };
      received.push(notice);
      const answer = self.answer(notice, received.length);
      if (answer !== undefined) response.end(answer);
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
    answer: () => 'TSOK',
  };
  return self;
}

export const named = (one: ReceivedNotice): string =>
  `${one.fields['txaction']} ${one.fields['sequencenumber']}`;
