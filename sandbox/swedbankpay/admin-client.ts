/** A client for the admin side of a twin in another process. */

import type { TwinAdmin } from '../rest/admin-client.ts';
import { twinAdmin } from '../rest/admin-client.ts';
import type { BooksPage, PaymentPage } from './book-page.ts';
import type { FaultOrder } from './faults.ts';
import type { ChangeableOptions } from './options.ts';

/** A page is that of a payment, by its id, the last part of it, or its reference. */
export interface SwedbankPayAdmin
  extends Omit<TwinAdmin<BooksPage, PaymentPage, ChangeableOptions>, 'fault'> {
  fault(order: FaultOrder): Promise<void>;
}

/** @param url of the twin, without a path */
export function swedbankPayAdmin(url: string): SwedbankPayAdmin {
  const admin = twinAdmin<BooksPage, PaymentPage, ChangeableOptions>(url);
  return {
    ...admin,
    async fault(order) {
      await admin.call('POST', 'faults', order);
    },
  };
}
