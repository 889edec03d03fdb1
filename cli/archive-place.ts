import { join } from 'node:path';
import { type ArchivePlace, placeOf } from '../audit/archive/open-archive.ts';
import type { Configuration } from '../temporal/configuration.ts';
import { stateFolder } from './dev-file.ts';

/** Where the archive of a configuration is: what `archive.url` says, or a file in the state folder of where the process runs. */
export const archivePlace = ({ archive }: Pick<Configuration, 'archive'>): ArchivePlace =>
  archive?.url === undefined
    ? { engine: 'sqlite', path: join(stateFolder(), 'archive.sqlite') }
    : placeOf(archive.url);

/** For people: without the password. */
export const placeText = (place: ArchivePlace): string => {
  if (place.engine === 'sqlite') return `sqlite ${place.path}`;
  const { host, pathname } = new URL(place.url);
  return `postgres ${host}${pathname}`;
};
