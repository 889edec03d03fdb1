/** Starts the twin as a child process. */

import type { SpawnedTwin } from '../twin/spawn.ts';
import { spawnTwin } from '../twin/spawn.ts';
import type { CcvAdmin } from './admin-client.ts';
import { ccvAdmin } from './admin-client.ts';
import type { CcvTwinOptions } from './options.ts';

export interface SpawnedCcvTwin extends SpawnedTwin {
  readonly admin: CcvAdmin;
}

/**
 * @param options as for {@link startCcvTwin}
 * @throws Error with what the child wrote on stderr when it ends before it is ready
 */
export async function spawnCcvTwin(options: CcvTwinOptions = {}): Promise<SpawnedCcvTwin> {
  const twin = await spawnTwin('CCV', new URL('./main.ts', import.meta.url), options);
  return { ...twin, admin: ccvAdmin(twin.url) };
}
