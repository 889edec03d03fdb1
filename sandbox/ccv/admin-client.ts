/** A client for the admin side of a twin in another process. */

import type { TwinAdmin } from '../twin/admin-client.ts';
import { twinAdmin } from '../twin/admin-client.ts';
import type { BooksPage, HoldPage } from './books.ts';
import type { FaultOrder } from './faults.ts';
import type { ChangeableOptions } from './options.ts';

/** What later requests name a hold by. */
export interface Pair {
  readonly authReference: string;
  readonly authReferenceVersion: string;
}

type Admin = TwinAdmin<BooksPage, HoldPage, ChangeableOptions, FaultOrder>;

export interface CcvAdmin extends Omit<Admin, 'page'> {
  /** @param key id, requestId of the authorisation, or SHA-256 of the reference */
  hold(key: string): Promise<HoldPage>;
  /** A hold that was made elsewhere, to be taken over. @param amount in minor units */
  open(amount: number, currency?: string): Promise<HoldPage & Pair>;
}

/** @param url of the twin, without a path */
export function ccvAdmin(url: string): CcvAdmin {
  const { page, ...admin }: Admin = twinAdmin(url);
  return {
    ...admin,
    hold: page,
    open: async (amount, currency = 'EUR') =>
      (await admin.call('POST', 'holds', { amount, currency })) as HoldPage & Pair,
  };
}
