/** Starts the twin as a child process. */

import type { TwinAdmin } from '../twin/admin-client.ts';
import { twinAdmin } from '../twin/admin-client.ts';
import type { SpawnedTwin } from '../twin/spawn.ts';
import { spawnTwin } from '../twin/spawn.ts';
import type { BooksPage, OrderPage } from './book-page.ts';
import type { ChangeableOptions, FinlineTwinOptions } from './options.ts';

export type FinlineAdmin = TwinAdmin<BooksPage, OrderPage, ChangeableOptions>;

export interface SpawnedFinlineTwin extends SpawnedTwin {
  /** The base that paths are joined to. */
  readonly apiUrl: string;
  readonly admin: FinlineAdmin;
}

/**
 * @param options as for {@link startFinlineTwin}
 * @throws Error with what the child wrote on stderr when it ends before it is ready
 */
export async function spawnFinlineTwin(options: FinlineTwinOptions = {}): Promise<SpawnedFinlineTwin> {
  const twin = await spawnTwin('finline', new URL('./main.ts', import.meta.url), options);
  return { ...twin, apiUrl: twin.url + (options.path ?? '/api/v1/'), admin: twinAdmin(twin.url) };
}
