/** A client for the admin side of a twin in another process. */

import type { FaultOrder } from './faults.ts';

export interface TwinAdmin<Books, Page, Changeable, Order = FaultOrder> {
  /** Any call. @param path behind /admin/ @throws Error with status and message unless 200 */
  call(method: 'GET' | 'POST' | 'DELETE', path: string, body?: unknown): Promise<unknown>;
  books(): Promise<Books>;
  /** One entry of the books, by its key. */
  page(key: string): Promise<Page>;
  fault(order: Order): Promise<void>;
  clearFaults(): Promise<void>;
  /** Changes options while the twin runs. */
  set(options: Changeable): Promise<void>;
}

/** @param url of the twin, without a path */
export function twinAdmin<Books, Page, Changeable, Order = FaultOrder>(
  url: string,
): TwinAdmin<Books, Page, Changeable, Order> {
  const call: TwinAdmin<Books, Page, Changeable, Order>['call'] = async (method, path, body) => {
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
    books: async () => (await call('GET', 'books')) as Books,
    page: async (key) => (await call('GET', `books/${encodeURIComponent(key)}`)) as Page,
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
