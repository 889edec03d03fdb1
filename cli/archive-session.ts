import { existsSync } from 'node:fs';
import type { KeyRing } from '../activities/key-ring.ts';
import type { Archive } from '../audit/archive/archive.ts';
import type { ArchivePlace } from '../audit/archive/open-archive.ts';
import type { Configuration } from '../temporal/configuration.ts';
import { archivePlace, placeText } from './archive-place.ts';
import { type ExitCode, UnreachableError, UsageError } from './exit.ts';
import type { Invocation } from './invocation.ts';
import { findConfiguration } from './source.ts';

/** The archive of a configuration, as a command reaches it; Temporal is not asked. */
export interface ArchiveSession {
  readonly archive: Archive;
  readonly configuration: Configuration;
  readonly keyRing: KeyRing;
  readonly place: ArchivePlace;
  /** Whether `--archive` named it: Temporal's turns say nothing of it then. */
  readonly named: boolean;
}

/** What every `tranche archive` command takes. */
interface Placed {
  readonly archive?: string;
}

/**
 * @param makes - whether an embedded archive that is not there is made.
 * @throws UsageError, ConfigurationError, UnreachableError where it is not there or does not answer.
 */
export async function withArchive(
  { config, options }: Pick<Invocation<object>, 'config' | 'options'>,
  use: (session: ArchiveSession) => Promise<ExitCode>,
  makes = false,
): Promise<ExitCode> {
  const { configuration } = findConfiguration(config);
  const { keyRingOf } = await import('../temporal/key-ring.ts');
  const keyRing = keyRingOf(configuration);
  const { archive: url } = options as Placed;
  const place = url === undefined ? archivePlace(configuration) : await placeAt('--archive', url);
  const archive = await openedAt(place, keyRing, makes);
  try {
    return await use({ archive, configuration, keyRing, place, named: url !== undefined });
  } finally {
    await archive.close();
  }
}

/** @throws UnreachableError */
export async function openedAt(place: ArchivePlace, keyRing: KeyRing, makes: boolean): Promise<Archive> {
  if (!makes && place.engine === 'sqlite' && !existsSync(place.path))
    throw new UnreachableError(`there is no archive at ${placeText(place)} yet: a worker makes it`);
  const { openArchive } = await import('../audit/archive/open-archive.ts');
  try {
    return await openArchive(place, keyRing);
  } catch (cause) {
    const why = cause instanceof Error && cause.message !== '' ? cause.message : String(cause);
    throw new UnreachableError(`the archive at ${placeText(place)} does not open: ${why}`, { cause });
  }
}

/** @throws UsageError */
export async function placeAt(flag: string, url: string): Promise<ArchivePlace> {
  const { placeOf } = await import('../audit/archive/open-archive.ts');
  try {
    return placeOf(url);
  } catch (error) {
    throw new UsageError(`${flag}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
