/** Starts the twin as a child process. */

import type { TwinAdmin } from '../twin/admin-client.ts';
import { twinAdmin } from '../twin/admin-client.ts';
import type { SpawnedTwin } from '../twin/spawn.ts';
import { spawnTwin } from '../twin/spawn.ts';
import type { BooksPage, HoldPage } from './book-page.ts';
import type { ChangeableOptions, PaymentOptionsTwinOptions } from './options.ts';

export type PaymentOptionsAdmin = TwinAdmin<BooksPage, HoldPage, ChangeableOptions>;

export interface SpawnedPaymentOptionsTwin extends SpawnedTwin {
  /** The base that paths are joined to. */
  readonly apiUrl: string;
  readonly admin: PaymentOptionsAdmin;
}

/**
 * @param options as for {@link startPaymentOptionsTwin}
 * @throws Error with what the child wrote on stderr when it ends before it is ready
 */
export async function spawnPaymentOptionsTwin(
  options: PaymentOptionsTwinOptions = {},
): Promise<SpawnedPaymentOptionsTwin> {
  const twin = await spawnTwin('paymentoptions', new URL('./main.ts', import.meta.url), options);
  return { ...twin, apiUrl: twin.url + (options.path ?? '/api/v1/'), admin: twinAdmin(twin.url) };
}
