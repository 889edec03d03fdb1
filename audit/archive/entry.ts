import type { EndedRun } from '../../activities/archive-activities.ts';
import { digestOf } from '../canonical.ts';
import { FIRST_PREV } from '../chain.ts';
import type { Row } from './database.ts';

/** How a run ended, as Temporal has it; `continued`: the payment went on as a new run. */
export type Ending = EndedRun['ended'];

/**
 * - `run`: the history of one run that went on as a new one, or whose payment gives no bundle.
 * - `bundle`: a payment as it ended, with all its runs.
 * - `tombstone`: the content of the record with this hash was removed.
 * - `embargo`, `embargo-lifted`: from here on the payment's records are kept whatever the rules say, or no more.
 */
export type EntryKind = 'run' | 'bundle' | 'tombstone' | 'embargo' | 'embargo-lifted';

/** What an entry says, and what records are found by. Amounts are minor units, instants RFC 3339 in UTC. */
export interface EntryFacts {
  readonly kind: EntryKind;
  /** SHA-256 of the record's canonical JSON; null for an embargo. */
  readonly hash: string | null;
  readonly payment: string;
  /** Temporal's id of the run, the last one of a bundle. */
  readonly run: string | null;
  readonly account: string | null;
  readonly provider: string | null;
  readonly ended: Ending | null;
  /** Of the payment, at the end of a bundle. */
  readonly status: string | null;
  readonly currency: string | null;
  /** Asked for when the payment was created. */
  readonly amount: number | null;
  readonly captured: number | null;
  readonly createdAt: string | null;
  readonly closedAt: string | null;
  /** Of the record's canonical JSON. */
  readonly bytes: number | null;
  /** Why: of a tombstone and an embargo; of a run without a bundle, why there is none. */
  readonly note: string | null;
  /** Who: of a tombstone and an embargo. */
  readonly actor: string | null;
}

/** An entry in its place. `link` is the SHA-256 of all of it but itself, `prev` the link before, 64 zeros for the first. */
export interface Entry extends EntryFacts {
  readonly n: number;
  readonly storedAt: string;
  readonly prev: string;
  readonly link: string;
}

/** The facts of an entry that says nothing of a record. */
export const NO_FACTS = {
  hash: null,
  run: null,
  account: null,
  provider: null,
  ended: null,
  status: null,
  currency: null,
  amount: null,
  captured: null,
  createdAt: null,
  closedAt: null,
  bytes: null,
  note: null,
  actor: null,
} as const satisfies Omit<EntryFacts, 'kind' | 'payment'>;

/** The last entry of an archive: who knows it can tell later that nothing before it was taken away. */
export interface Head {
  readonly n: number;
  readonly link: string;
}

export const EMPTY: Head = { n: 0, link: FIRST_PREV };

/** The entry that follows a head. */
export function followed(head: Head, facts: EntryFacts, storedAt: string): Entry {
  const body = { ...facts, n: head.n + 1, storedAt, prev: head.link };
  return { ...body, link: digestOf(body) };
}

/** The link that an entry should have. */
export function linkOf({ link: _link, ...body }: Entry): string {
  return digestOf(body);
}

const COLUMNS = {
  n: 'n',
  kind: 'kind',
  hash: 'hash',
  payment: 'payment',
  run: 'run',
  account: 'account',
  provider: 'provider',
  ended: 'ended',
  status: 'status',
  currency: 'currency',
  amount: 'amount',
  captured: 'captured',
  createdAt: 'created_at',
  closedAt: 'closed_at',
  bytes: 'bytes',
  note: 'note',
  actor: 'actor',
  storedAt: 'stored_at',
  prev: 'prev',
  link: 'link',
} as const satisfies Record<keyof Entry, string>;

const NAMES = Object.keys(COLUMNS) as (keyof Entry)[];
const WHOLE: ReadonlySet<keyof Entry> = new Set(['n', 'amount', 'captured', 'bytes']);
const INSTANTS: ReadonlySet<keyof Entry> = new Set(['createdAt', 'closedAt', 'storedAt']);

export const INSERT_ENTRY = `INSERT INTO archive_entry (${Object.values(COLUMNS).join(', ')}) VALUES (${NAMES.map(
  (_, index) => `$${index + 1}`,
).join(', ')})`;

export const valuesOf = (entry: Entry): readonly unknown[] => NAMES.map((name) => entry[name]);

export function entryOf(row: Row): Entry {
  return Object.fromEntries(
    NAMES.map((name) => {
      const value = row[COLUMNS[name]] ?? null;
      if (value === null) return [name, null];
      if (WHOLE.has(name)) return [name, Number(value)];
      return [name, INSTANTS.has(name) ? instantOf(value) : value];
    }),
  ) as unknown as Entry;
}

/** RFC 3339 in UTC with milliseconds, of what a driver gives for an instant. */
export const instantOf = (value: unknown): string =>
  (value instanceof Date ? value : new Date(String(value))).toISOString();
