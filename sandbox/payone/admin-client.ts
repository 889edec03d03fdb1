/** A client for the admin side of a twin in another process. */

import type { TwinAdmin } from '../twin/admin-client.ts';
import { twinAdmin } from '../twin/admin-client.ts';
import type { BooksPage, ProcessPage } from './book-page.ts';
import type { FaultOrder } from './faults.ts';
import type { ChangeableOptions } from './options.ts';

type Admin = TwinAdmin<BooksPage, ProcessPage, ChangeableOptions, FaultOrder>;

/** Of the options, `notifyUrl: null` stops deliveries. */
export interface PayoneAdmin extends Omit<Admin, 'page'> {
  /** @param key txid or reference */
  process(key: string): Promise<ProcessPage>;
}

/** @param url of the twin, without a path */
export function payoneAdmin(url: string): PayoneAdmin {
  const { page, ...admin }: Admin = twinAdmin(url);
  return { ...admin, process: page };
}
