import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { KeyRing } from '../../activities/key-ring.ts';
import { Archive } from './archive.ts';
import type { Database } from './database.ts';
import { migrate } from './migrate.ts';
import { openPostgres } from './postgres.ts';
import { openSqlite } from './sqlite.ts';

/** Where an archive is; read from `archive.url`. */
export type ArchivePlace =
  | { readonly engine: 'postgres'; readonly url: string }
  | { readonly engine: 'sqlite'; readonly path: string };

/** @throws TypeError for an address that is none of `postgres://…`, `sqlite:<path>`, `sqlite::memory:` and `file:///…`. */
export function placeOf(url: string): ArchivePlace {
  if (/^postgres(ql)?:\/\//.test(url)) return { engine: 'postgres', url };
  if (url.startsWith('file:')) return { engine: 'sqlite', path: fileURLToPath(url) };
  const path = /^sqlite:(?:\/\/(?=\/))?(.+)$/.exec(url)?.[1];
  if (path !== undefined) return { engine: 'sqlite', path: decodeURI(path) };
  throw new TypeError('an archive is at postgres://…, sqlite:<path> or file:///…');
}

/**
 * Opens an archive and brings its tables up to date.
 *
 * @throws what the database throws where it does not answer; ArchiveVersion.
 */
export async function openArchive(place: ArchivePlace, ring: KeyRing): Promise<Archive> {
  const database: Database =
    place.engine === 'postgres' ? openPostgres(place.url) : await openSqlite(place.path);
  try {
    await migrate(database);
  } catch (error) {
    await database.close().catch(() => undefined);
    throw error;
  }
  return new Archive(database, ring);
}

/** An archive that is opened when it is first needed, and again where that failed or another file stands in its place. */
export class ArchiveAtHand {
  readonly place: ArchivePlace;
  readonly #ring: KeyRing;
  #opening: Promise<Archive> | null = null;

  constructor(place: ArchivePlace, ring: KeyRing) {
    this.place = place;
    this.#ring = ring;
  }

  /** For who writes: makes what is not there. */
  async open(): Promise<Archive> {
    const held = this.#opening;
    const before = await held?.catch(() => null);
    if (before?.database.moved() === true && this.#opening === held) {
      this.#opening = null;
      // SQLite leaves the files beside it alone where its own file is not at its place any more.
      before.close().catch(() => undefined);
    }
    if (this.#opening === null) {
      const opening = openArchive(this.place, this.#ring);
      this.#opening = opening;
      opening.catch(() => {
        if (this.#opening === opening) this.#opening = null;
      });
    }
    return this.#opening;
  }

  /** For who reads: an embedded archive that nobody has made yet is none. */
  async openThere(): Promise<Archive | null> {
    if (this.place.engine === 'sqlite' && this.place.path !== ':memory:' && !existsSync(this.place.path))
      return null;
    return this.open();
  }

  async close(): Promise<void> {
    const archive = await this.#opening?.catch(() => null);
    this.#opening = null;
    await archive?.close();
  }
}
