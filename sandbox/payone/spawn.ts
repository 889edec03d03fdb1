/** Starts the twin as a child process. */

import type { SpawnedTwin } from '../twin/spawn.ts';
import { spawnTwin } from '../twin/spawn.ts';
import type { PayoneAdmin } from './admin-client.ts';
import { payoneAdmin } from './admin-client.ts';
import type { PayoneTwinOptions } from './options.ts';

export interface SpawnedPayoneTwin extends SpawnedTwin {
  /** The address that requests are posted to. */
  readonly gatewayUrl: string;
  readonly admin: PayoneAdmin;
}

/**
 * @param options as for {@link startPayoneTwin}
 * @throws Error with what the child wrote on stderr when it ends before it is ready
 */
export async function spawnPayoneTwin(options: PayoneTwinOptions = {}): Promise<SpawnedPayoneTwin> {
  const twin = await spawnTwin('PAYONE', new URL('./main.ts', import.meta.url), options);
  return { ...twin, gatewayUrl: twin.url + (options.path ?? '/post-gateway/'), admin: payoneAdmin(twin.url) };
}
