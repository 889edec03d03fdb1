import type { KeyRing } from '../../activities/key-ring.ts';
import type { Database, Query, Row } from './database.ts';
import {
  EMPTY,
  type Entry,
  type EntryFacts,
  entryOf,
  followed,
  type Head,
  INSERT_ENTRY,
  valuesOf,
} from './entry.ts';
import type { ArchiveRecord } from './record.ts';
import { openRecord, rewrap, sealRecord, type WrappedKey } from './seal.ts';
import { type ArchiveQuery, type EntryPage, searchOf } from './search.ts';

export interface Put {
  readonly hash: string;
  /** False where it stood there already. */
  readonly fresh: boolean;
}

/**
 * What is kept of payments when Temporal forgets them: records by their SHA-256, and the entries that say what they are,
 * in one chain. Everything but reading only appends. Methods reject with the database's own error where it does not
 * answer, KeyRingError where no key opens a record, and Unreadable where a record is not what its name says.
 */
export class Archive {
  readonly #database: Database;
  readonly #ring: KeyRing;

  constructor(database: Database, ring: KeyRing) {
    this.#database = database;
    this.#ring = ring;
  }

  get engine(): Database['engine'] {
    return this.#database.engine;
  }

  /** For what stands on the same tables: progress, retention, copies. */
  get database(): Database {
    return this.#database;
  }

  /** Keeps a record and says what it is; one that stands there already is left as it is. */
  async put({ content, facts }: ArchiveRecord): Promise<Put> {
    const sealed = sealRecord(content, this.#ring);
    const { hash, bytes } = sealed;
    return this.#database.exclusively(async (query) => {
      const [known] = await query(
        'SELECT hash FROM archive_entry WHERE kind = $1 AND (hash = $2 OR run = $3)',
        [facts.kind, hash, facts.run],
      );
      if (known !== undefined) return { hash: String(known['hash']), fresh: false };
      await insertContent(query, { ...sealed, keys: [sealed.wrapped] });
      await append(query, { ...facts, hash, bytes });
      return { hash, fresh: true };
    });
  }

  /** @returns the record; null where there is none, or its content was removed. */
  async get(hash: string): Promise<unknown> {
    const kept = await contentOf(this.#database.query, hash);
    return kept === null ? null : openRecord(kept, kept.keys, this.#ring);
  }

  find(query: ArchiveQuery): Promise<EntryPage> {
    return searchOf(this.#database.query, query);
  }

  /** All entries of a payment, oldest first. */
  async ofPayment(payment: string): Promise<readonly Entry[]> {
    const sql = 'SELECT * FROM archive_entry WHERE payment = $1 ORDER BY n';
    return (await this.#database.query(sql, [payment])).map(entryOf);
  }

  /** The newest bundle of a payment. One look at an index: for those who only ask whether there is one. */
  async bundleEntry(payment: string): Promise<Entry | null> {
    const sql =
      "SELECT * FROM archive_entry WHERE payment = $1 AND kind = 'bundle' ORDER BY closed_at DESC, n DESC LIMIT 1";
    const [row] = await this.#database.query(sql, [payment]);
    return row === undefined ? null : entryOf(row);
  }

  /** The newest bundle of a payment, else what says that it ended all the same: its last run without one, or a tombstone. */
  async lastEntry(payment: string): Promise<Entry | null> {
    const sql = `SELECT * FROM archive_entry WHERE payment = $1
      AND (kind IN ('bundle', 'tombstone') OR (kind = 'run' AND ended <> 'continued'))
      ORDER BY CASE kind WHEN 'bundle' THEN 0 WHEN 'run' THEN 1 ELSE 2 END, closed_at DESC, n DESC LIMIT 1`;
    const [row] = await this.#database.query(sql, [payment]);
    return row === undefined ? null : entryOf(row);
  }

  /** The entry of a run that went on as a new one, or gave no bundle. */
  async runEntry(run: string): Promise<Entry | null> {
    const sql = "SELECT * FROM archive_entry WHERE run = $1 AND kind = 'run'";
    const [row] = await this.#database.query(sql, [run]);
    return row === undefined ? null : entryOf(row);
  }

  /** Those of these runs that are kept, also where their content was removed since. */
  async known(runs: readonly string[]): Promise<ReadonlySet<string>> {
    if (runs.length === 0) return new Set();
    const list = runs.map((_, index) => `$${index + 1}`).join(', ');
    const sql = `SELECT DISTINCT run FROM archive_entry WHERE kind IN ('run', 'bundle') AND run IN (${list})`;
    return new Set((await this.#database.query(sql, runs)).map((row) => String(row['run'])));
  }

  /** In their order, after the entry with this number. */
  async entries(after: number, limit: number): Promise<readonly Entry[]> {
    const sql = 'SELECT * FROM archive_entry WHERE n > $1 ORDER BY n LIMIT $2';
    return (await this.#database.query(sql, [after, limit])).map(entryOf);
  }

  head(): Promise<Head> {
    return headOf(this.#database.query);
  }

  /** Whether the content of a record is there; it is not opened. */
  async hasContent(hash: string): Promise<boolean> {
    const [row] = await this.#database.query('SELECT 1 AS one FROM archive_content WHERE hash = $1', [hash]);
    return row !== undefined;
  }

  /** Appends an entry that comes with no content: a tombstone, an embargo. */
  say(facts: EntryFacts): Promise<Entry> {
    return this.#database.exclusively((query) => append(query, facts));
  }

  /**
   * Wraps the keys of records anew that the ring's writing key does not open yet, so that older keys can be dropped.
   *
   * @param limit - records at a time.
   * @returns how many; 0 when there is nothing left to do.
   */
  async rekey(limit = 200): Promise<number> {
    const { writes } = this.#ring;
    const sql = `SELECT hash FROM archive_content WHERE NOT EXISTS (SELECT 1 FROM archive_key
      WHERE archive_key.hash = archive_content.hash AND key_id = $1) ORDER BY hash LIMIT $2`;
    const rows = await this.#database.query(sql, [writes, limit]);
    for (const { hash } of rows.map((row) => ({ hash: String(row['hash']) }))) {
      const { keyId, wrapped } = rewrap(hash, await keysOf(this.#database.query, hash), this.#ring);
      await this.#database.exclusively(async (query) => {
        const held = await keysOf(query, hash);
        if (!held.some((key) => key.keyId === keyId)) await insertKey(query, hash, { keyId, wrapped });
      });
    }
    return rows.length;
  }

  close(): Promise<void> {
    return this.#database.close();
  }
}

/** A record's content as it is kept. */
export interface Kept {
  readonly hash: string;
  readonly data: Uint8Array;
  readonly keys: readonly WrappedKey[];
}

export async function contentOf(query: Query, hash: string): Promise<Kept | null> {
  const [row] = await query('SELECT data FROM archive_content WHERE hash = $1', [hash]);
  return row === undefined ? null : { hash, data: bytesOf(row, 'data'), keys: await keysOf(query, hash) };
}

export async function insertContent(query: Query, { hash, data, keys }: Kept): Promise<void> {
  await query('INSERT INTO archive_content (hash, data) VALUES ($1, $2)', [hash, data]);
  for (const key of keys) await insertKey(query, hash, key);
}

/** Only within `exclusively`. */
export async function append(query: Query, facts: EntryFacts): Promise<Entry> {
  const entry = followed(await headOf(query), facts, new Date().toISOString());
  await query(INSERT_ENTRY, valuesOf(entry));
  return entry;
}

async function headOf(query: Query): Promise<Head> {
  const [row] = await query('SELECT n, link FROM archive_entry ORDER BY n DESC LIMIT 1');
  return row === undefined ? EMPTY : { n: Number(row['n']), link: String(row['link']) };
}

async function keysOf(query: Query, hash: string): Promise<readonly WrappedKey[]> {
  const rows = await query('SELECT key_id, wrapped FROM archive_key WHERE hash = $1', [hash]);
  return rows.map((row) => ({ keyId: String(row['key_id']), wrapped: bytesOf(row, 'wrapped') }));
}

const insertKey = (query: Query, hash: string, { keyId, wrapped }: WrappedKey): Promise<unknown> =>
  query('INSERT INTO archive_key (hash, key_id, wrapped) VALUES ($1, $2, $3)', [hash, keyId, wrapped]);

const bytesOf = (row: Row, name: string): Uint8Array => row[name] as Uint8Array;
