import type { EndedRun } from '../../activities/archive-activities.ts';
import type { Database, Query } from './database.ts';
import { type Ending, type Head, instantOf } from './entry.ts';

/**
 * Notes on how far the archive is. They stand beside what they are about, so that a backup that is put back knows what
 * it lacks: from there on everything that Temporal still has is fetched again.
 */
export interface Progress {
  /** RFC 3339: all runs that ended before are kept, or noted as missing; null before the first pass. */
  readonly until: string | null;
  /** RFC 3339: when all that visibility shows was last gone through. */
  readonly scannedAt: string | null;
}

export interface MissingRun extends EndedRun {
  readonly tries: number;
  readonly error: string;
}

export interface Missing {
  readonly count: number;
  /** RFC 3339: when the one that ended first ended. */
  readonly oldest: string | null;
}

export async function readProgress({ query }: Database): Promise<Progress> {
  const rows = await query('SELECT name, value FROM archive_progress');
  const of = (name: string): string | null =>
    (rows.find((row) => row['name'] === name)?.['value'] as string | undefined) ?? null;
  return { until: of('until'), scannedAt: of('scannedAt') };
}

/** Never goes back. */
export async function writeProgress(database: Database, told: Partial<Progress>): Promise<void> {
  const names = (['until', 'scannedAt'] as const).filter((name) => typeof told[name] === 'string');
  await database.exclusively(async (query) => {
    for (const name of names) await advance(query, name, String(told[name]));
  });
}

async function advance(query: Query, name: string, value: string): Promise<void> {
  await query(
    `INSERT INTO archive_progress (name, value) VALUES ($1, $2)
      ON CONFLICT (name) DO UPDATE SET value = excluded.value WHERE archive_progress.value < excluded.value`,
    [name, value],
  );
}

/**
 * The shortest retention that Temporal has had since something was missing: a longer one holds only for runs that end later.
 *
 * @param present - the namespace's now, milliseconds.
 * @param waits - whether something is missing; where nothing is, the present one holds for all that is to come.
 */
export async function shortestRetention(
  database: Database,
  present: number,
  waits: boolean,
): Promise<number> {
  return database.exclusively(async (query) => {
    const [row] = await query('SELECT value FROM archive_progress WHERE name = $1', ['retention']);
    const before = row === undefined ? Infinity : Number(row['value']);
    const shortest = waits ? Math.min(before, present) : present;
    if (shortest !== before)
      await query(
        `INSERT INTO archive_progress (name, value) VALUES ('retention', $1)
          ON CONFLICT (name) DO UPDATE SET value = excluded.value`,
        [String(shortest)],
      );
    return shortest;
  });
}

/** A run that could not be kept now: it is tried again until it is, or Temporal has forgotten it. */
export async function noteMissing(database: Database, run: EndedRun, error: string): Promise<void> {
  await database.query(
    `INSERT INTO archive_missing (run, payment, ended, closed_at, tries, tried_at, error)
      VALUES ($1, $2, $3, $4, 1, $5, $6)
      ON CONFLICT (run) DO UPDATE SET tries = archive_missing.tries + 1, tried_at = excluded.tried_at, error = excluded.error`,
    [run.run, run.payment, run.ended, run.closedAt, new Date().toISOString(), error],
  );
}

export async function clearMissing({ query }: Database, run: string): Promise<void> {
  await query('DELETE FROM archive_missing WHERE run = $1', [run]);
}

/** Those first that were not tried for longest. */
export async function listMissing({ query }: Database, limit: number): Promise<readonly MissingRun[]> {
  const rows = await query('SELECT * FROM archive_missing ORDER BY tried_at, run LIMIT $1', [limit]);
  return rows.map((row) => ({
    payment: String(row['payment']),
    run: String(row['run']),
    ended: String(row['ended']) as Ending,
    closedAt: instantOf(row['closed_at']),
    tries: Number(row['tries']),
    error: String(row['error']),
  }));
}

export async function countMissing({ query }: Database): Promise<Missing> {
  const [row] = await query('SELECT count(*) AS count, min(closed_at) AS oldest FROM archive_missing');
  const oldest = row?.['oldest'] ?? null;
  return { count: Number(row?.['count'] ?? 0), oldest: oldest === null ? null : instantOf(oldest) };
}

/** The head as it is told to a second witness: `12:9f3c…`. */
export const headText = ({ n, link }: Head): string => `${n}:${link}`;
