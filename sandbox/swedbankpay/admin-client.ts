/** A client for the admin side of a twin in another process. */

import type { TwinAdmin } from '../twin/admin-client.ts';
import { twinAdmin } from '../twin/admin-client.ts';
import type { BooksPage, PaymentPage } from './book-page.ts';
import type { FaultOrder } from './faults.ts';
import type { ChangeableOptions } from './options.ts';

/** A page is that of a payment, by its id, the last part of it, or its reference. */
export type SwedbankPayAdmin = TwinAdmin<BooksPage, PaymentPage, ChangeableOptions, FaultOrder>;

/** @param url of the twin, without a path */
export const swedbankPayAdmin = (url: string): SwedbankPayAdmin => twinAdmin(url);
