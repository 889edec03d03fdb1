/** Starts the twin as a child process. */

import type { SpawnedTwin } from '../twin/spawn.ts';
import { spawnTwin } from '../twin/spawn.ts';
import type { SwedbankPayAdmin } from './admin-client.ts';
import { swedbankPayAdmin } from './admin-client.ts';
import type { SwedbankPayTwinOptions } from './options.ts';

/** Its `url` is the account's `url`. */
export interface SpawnedSwedbankPayTwin extends SpawnedTwin {
  readonly admin: SwedbankPayAdmin;
}

/**
 * @param options as for {@link startSwedbankPayTwin}
 * @throws Error with what the child wrote on stderr when it ends before it is ready
 */
export async function spawnSwedbankPayTwin(
  options: SwedbankPayTwinOptions = {},
): Promise<SpawnedSwedbankPayTwin> {
  const twin = await spawnTwin('Swedbank Pay', new URL('./main.ts', import.meta.url), options);
  return { ...twin, admin: swedbankPayAdmin(twin.url) };
}
