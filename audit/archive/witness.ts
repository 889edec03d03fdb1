import { hostname } from 'node:os';
import { resolve } from 'node:path';
import type { ArchiveResult } from '../../activities/contract.ts';
import type { Archive } from './archive.ts';
import type { Head } from './entry.ts';
import type { ArchivePlace } from './open-archive.ts';

/** Where an archive is, told apart from those of other machines. */
export const machinePlace = (place: ArchivePlace): string =>
  place.engine === 'postgres'
    ? 'postgres'
    : `sqlite ${hostname()} ${place.path === ':memory:' ? place.path : resolve(place.path)}`;

/** @returns null for what is none: `12:9f3c…`, a number and 64 hex digits. */
export function headIn(text: string): Head | null {
  const [, n, link] = /^(\d{1,15}):([0-9a-f]{64})$/.exec(text) ?? [];
  return n === undefined || link === undefined ? null : { n: Number(n), link };
}

/** An archive that is read where it is there, and not made. */
interface Readable {
  readonly place: ArchivePlace;
  openThere(): Promise<Pick<Archive, 'entries'> | null>;
}

interface Lost {
  /** That the last turn left. */
  readonly head: string;
  readonly text: string;
}

/**
 * Whether an archive still holds the head that Temporal knows of the last turn. One in memory, and one of another machine, cannot be
 * held against it.
 *
 * @returns null where it does.
 */
export async function lostHead(
  archive: Readable,
  last: Pick<ArchiveResult, 'head' | 'place'> | null,
): Promise<Lost | null> {
  const witness = last === null ? null : headIn(last.head);
  if (last === null || witness === null || witness.n === 0 || !isOf(archive.place, last.place)) return null;
  const there = await archive.openThere();
  const [entry] = there === null ? [] : await there.entries(witness.n - 1, 1);
  if (entry?.n === witness.n && entry.link === witness.link) return null;
  const found =
    there === null
      ? 'there is no archive any more'
      : entry === undefined
        ? `entry ${witness.n} is not there any more`
        : `entry ${witness.n} is another one`;
  return {
    head: last.head,
    text: `the archive does not hold what the last turn left: ${found}. Put it back, or take the loss: tranche archive accept ${last.head}`,
  };
}

/** All processes share a PostgreSQL; a file is of one machine. */
function isOf(place: ArchivePlace, told: string | undefined): boolean {
  if (place.engine === 'postgres') return true;
  if (place.path === ':memory:') return false;
  return told === 'postgres' || told === machinePlace(place);
}
