import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * Where Tranche keeps what it fetched or built, outside the work tree: `$TRANCHE_CACHE`, else
 * `$XDG_CACHE_HOME/tranche`, else `~/.cache/tranche`. The folder need not exist.
 */
export function cacheFolder(env: NodeJS.ProcessEnv = process.env): string {
  const own = env['TRANCHE_CACHE'];
  if (own !== undefined && own !== '') return own;
  const base = env['XDG_CACHE_HOME'];
  return join(base !== undefined && base !== '' ? base : join(homedir(), '.cache'), 'tranche');
}
