/** What the tests of the CCV twin share: requests by hand. */

import { setTimeout as delay } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import type { HoldPage } from '../../../sandbox/ccv/books.ts';
import type { CcvTwinOptions } from '../../../sandbox/ccv/options.ts';
import type { CcvTwin } from '../../../sandbox/ccv/twin.ts';
import { startCcvTwin } from '../../../sandbox/ccv/twin.ts';

export type Fields = Readonly<Record<string, unknown>>;
export type AnswerFields = Record<string, string>;

/** A twin that ends with the test. */
export async function twinOf(options: CcvTwinOptions = {}): Promise<CcvTwin> {
  const twin = await startCcvTwin(options);
  onTestFinished(() => twin.close());
  return twin;
}

let last = 0;

/** The members of a request with a requestId of its own. */
export function fields(change: Fields = {}): Fields {
  last += 1;
  return {
    paymentType: 'AUTHORISE',
    requestId: String(last),
    amount: '50.00',
    currency: 'EUR',
    terminalOperatingEnvironment: 'UNATTENDED',
    terminalAccessProtocol: 'OPI_NL',
    terminalLanguage: 'ENG',
    terminalEnvironment: 'EVCHARGING',
    ...change,
  };
}

/** The body: an undefined member is left out, and the amount goes out as it is written, without quotes. */
export function encode(members: Fields): string {
  const written = Object.entries(members)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `"${name}": ${name === 'amount' ? String(value) : JSON.stringify(value)}`);
  return `{ ${written.join(', ')} }`;
}

export const post = (twin: CcvTwin, body: string, type = 'application/json'): Promise<Response> =>
  fetch(`${twin.url}/terminal/payment`, { method: 'POST', body, headers: { 'content-type': type } });

export async function send(twin: CcvTwin, change: Fields = {}): Promise<AnswerFields> {
  const response = await post(twin, encode(fields(change)));
  return (await response.json()) as AnswerFields;
}

export interface Held {
  readonly id: string;
  readonly pair: { readonly authReference: string; readonly authReferenceVersion: string };
}

/** A new hold; by default of 50.00 EUR. */
export async function hold(twin: CcvTwin, change: Fields = {}): Promise<Held> {
  const { authReference = '', authReferenceVersion = '', requestId = '' } = await send(twin, change);
  return { id: (await page(twin, requestId)).id, pair: { authReference, authReferenceVersion } };
}

export const capture = (twin: CcvTwin, pair: Held['pair'], change: Fields = {}): Promise<AnswerFields> =>
  send(twin, { paymentType: 'CAPTURE', amount: '25.00', ...pair, ...change });

export const page = async (twin: CcvTwin, key: string): Promise<HoldPage> =>
  (await twin.admin('GET', `books/${key}`)) as HoldPage;

export const why = (twin: CcvTwin): string | null => twin.books().requests.at(-1)?.why ?? null;

export async function status(twin: CcvTwin): Promise<AnswerFields> {
  const response = await fetch(`${twin.url}/terminal/status`, { method: 'POST' });
  return (await response.json()) as AnswerFields;
}

/** Looks until it is so, every 5 ms; gives up after 2 000 looks. */
export async function until(look: () => Promise<boolean>): Promise<void> {
  for (let n = 0; n < 2_000; n += 1) {
    if (await look()) return;
    await delay(5);
  }
  throw new Error('it never came');
}
