/** A client for the admin side of a twin in another process. */

import type { BooksPage, HoldPage } from './books.ts';
import type { FaultOrder } from './faults.ts';
import type { ChangeableOptions } from './options.ts';

/** What later requests name a hold by. */
export interface Pair {
  readonly authReference: string;
  readonly authReferenceVersion: string;
}

export interface CcvAdmin {
  /** Any call. @param path behind /admin/ @throws Error with status and message unless 200 */
  call(method: 'GET' | 'POST' | 'DELETE', path: string, body?: unknown): Promise<unknown>;
  books(): Promise<BooksPage>;
  /** @param key id, requestId of the authorisation, or SHA-256 of the reference */
  hold(key: string): Promise<HoldPage>;
  /** A hold that was made elsewhere, to be taken over. @param amount in minor units */
  open(amount: number, currency?: string): Promise<HoldPage & Pair>;
  fault(order: FaultOrder): Promise<void>;
  clearFaults(): Promise<void>;
  /** Changes options while the twin runs. */
  set(options: ChangeableOptions): Promise<void>;
}

/** @param url of the twin, without a path */
export function ccvAdmin(url: string): CcvAdmin {
  const call: CcvAdmin['call'] = async (method, path, body) => {
    const response = await fetch(`${url}/admin/${path}`, {
      method,
      ...(body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    const text = await response.text();
    if (response.status !== 200) throw new Error(`admin ${path}: ${response.status} ${text.slice(0, 500)}`);
    return JSON.parse(text);
  };
  return {
    call,
    books: async () => (await call('GET', 'books')) as BooksPage,
    hold: async (key) => (await call('GET', `books/${encodeURIComponent(key)}`)) as HoldPage,
    open: async (amount, currency = 'EUR') =>
      (await call('POST', 'holds', { amount, currency })) as HoldPage & Pair,
    async fault(order) {
      await call('POST', 'faults', order);
    },
    async clearFaults() {
      await call('DELETE', 'faults');
    },
    async set(options) {
      await call('POST', 'options', options);
    },
  };
}
