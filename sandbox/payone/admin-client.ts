/** A client for the admin side of a twin in another process. */

import type { BooksPage, ProcessPage } from './book-page.ts';
import type { FaultOrder } from './faults.ts';
import type { ChangeableOptions } from './options.ts';

export interface PayoneAdmin {
  /** Any call. @param path behind /admin/ @throws Error with status and message unless 200 */
  call(method: 'GET' | 'POST' | 'DELETE', path: string, body?: unknown): Promise<unknown>;
  books(): Promise<BooksPage>;
  /** @param key txid or reference */
  process(key: string): Promise<ProcessPage>;
  fault(order: FaultOrder): Promise<void>;
  clearFaults(): Promise<void>;
  /** Changes options while the twin runs; `notifyUrl: null` stops deliveries. */
  set(options: ChangeableOptions): Promise<void>;
}

/** @param url of the twin, without a path */
export function payoneAdmin(url: string): PayoneAdmin {
  const call: PayoneAdmin['call'] = async (method, path, body) => {
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
    process: async (key) => (await call('GET', `books/${encodeURIComponent(key)}`)) as ProcessPage,
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
