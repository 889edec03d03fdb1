import { existsSync } from 'node:fs';
import {
  type Configuration,
  configurationPath,
  loadConfiguration,
  parseConfiguration,
} from '../temporal/configuration.ts';
import { type DevFile, runningDev } from './dev-file.ts';
import { UsageError } from './exit.ts';

export interface Source {
  readonly configuration: Configuration;
  /** The `tranche dev` that it is taken from, or null. */
  readonly dev: DevFile | null;
}

/**
 * What a command runs with: the `tranche dev` that runs in this folder, unless another file is named; else the file.
 *
 * @param flag - what `--config` names.
 * @throws ConfigurationError for a file that is wrong, UsageError where there is none.
 */
export function findConfiguration(flag: string | undefined): Source {
  const path = configurationPath({ path: flag });
  const named = flag !== undefined || (process.env['TRANCHE_CONFIG'] ?? '') !== '';
  const dev = runningDev();
  if (dev !== null && (!named || dev.configFile === path)) {
    return { configuration: parseConfiguration(dev.configuration), dev };
  }
  if (!named && !existsSync(path)) {
    throw new UsageError(
      'no configuration: start `tranche dev` in this folder, name a file with --config or TRANCHE_CONFIG, or write tranche.config.json',
    );
  }
  return { configuration: loadConfiguration({ path: flag }), dev: null };
}
