import { append, type Archive } from './archive.ts';
import type { Query } from './database.ts';
import { type Entry, entryOf, instantOf, NO_FACTS } from './entry.ts';

/** How long records are kept after their payment ended, milliseconds; null: for ever. */
export interface KeepRules {
  readonly overall: number | null;
  /** Before `overall`, where an account is named. */
  readonly byAccount: Readonly<Record<string, number>>;
}

/** A payment whose time is over. */
export interface Expired {
  readonly payment: string;
  readonly account: string | null;
  /** RFC 3339: when it ended. */
  readonly endedAt: string;
  /** Records whose content goes; 0 of one under embargo. */
  readonly records: number;
  readonly embargo: boolean;
}

export interface Expiring {
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Who does it, for the tombstone. */
  readonly by: string;
  /** Says only what would go. */
  readonly dry: boolean;
}

/** Payments that are looked at together. */
const PAGE = 200;

/**
 * Removes the content of payments whose time is over, each with a tombstone that says which, why, when and who. Entries stay:
 * that a payment was, and what it came to, is still found. A payment under embargo is left alone.
 *
 * @returns one after the other, as they go.
 */
export async function* expire(
  archive: Archive,
  rules: KeepRules,
  { now, by, dry }: Expiring,
): AsyncGenerator<Expired> {
  for (const { account, keep } of await accountsUnder(archive, rules)) {
    const before = new Date(now - keep).toISOString();
    let after = '';
    for (;;) {
      const due = await dueBefore(archive, account, { before, after });
      for (const { payment, endedAt } of due) {
        const why = `its time was over at ${new Date(Date.parse(endedAt) + keep).toISOString()}`;
        const records = await recordsOf(archive.database.query, payment);
        const embargo = await isUnderEmbargo(archive.database.query, payment);
        if (!dry && !embargo) await remove(archive, payment, why, by);
        yield { payment, account, endedAt, records: embargo ? 0 : records.length, embargo };
      }
      if (due.length < PAGE) break;
      after = due.at(-1)?.payment ?? '';
    }
  }
}

/** From here on the payment's records stay, whatever the rules say. */
export async function embargo(archive: Archive, payment: string, why: string, by: string): Promise<Entry> {
  return archive.say({ ...NO_FACTS, kind: 'embargo', payment, note: why, actor: by });
}

/** From here on the rules hold again. */
export async function liftEmbargo(
  archive: Archive,
  payment: string,
  why: string,
  by: string,
): Promise<Entry> {
  return archive.say({ ...NO_FACTS, kind: 'embargo-lifted', payment, note: why, actor: by });
}

/** The accounts whose records end some day; null stands for records that name no account. */
async function accountsUnder(
  { database }: Archive,
  { overall, byAccount }: KeepRules,
): Promise<readonly { readonly account: string | null; readonly keep: number }[]> {
  const rows = await database.query('SELECT DISTINCT account FROM archive_entry ORDER BY account');
  return rows.flatMap((row) => {
    const account = (row['account'] as string | null) ?? null;
    const own = account !== null && Object.hasOwn(byAccount, account) ? byAccount[account] : undefined;
    const keep = own ?? overall;
    return keep === null ? [] : [{ account, keep }];
  });
}

/** A payment ends with its last run: those that went on are parts of it. */
async function dueBefore(
  { database }: Archive,
  account: string | null,
  { before, after }: { readonly before: string; readonly after: string },
): Promise<readonly { readonly payment: string; readonly endedAt: string }[]> {
  const rows = await database.query(
    `SELECT payment, max(closed_at) AS ended_at FROM archive_entry AS record
      WHERE kind IN ('run', 'bundle') AND ended <> 'continued' AND payment > $1
        AND (account = $2 OR (account IS NULL AND $2 IS NULL))
        AND NOT EXISTS (SELECT 1 FROM archive_entry AS gone WHERE gone.kind = 'tombstone' AND gone.hash = record.hash)
      GROUP BY payment HAVING max(closed_at) < $3 ORDER BY payment LIMIT $4`,
    [after, account, before, PAGE],
  );
  return rows.map((row) => ({ payment: String(row['payment']), endedAt: instantOf(row['ended_at']) }));
}

/** Records of a payment whose content stands. */
async function recordsOf(query: Query, payment: string): Promise<readonly Entry[]> {
  const rows = await query(
    `SELECT * FROM archive_entry AS record WHERE payment = $1 AND kind IN ('run', 'bundle')
      AND NOT EXISTS (SELECT 1 FROM archive_entry AS gone WHERE gone.kind = 'tombstone' AND gone.hash = record.hash)
      ORDER BY n`,
    [payment],
  );
  return rows.map(entryOf);
}

async function isUnderEmbargo(query: Query, payment: string): Promise<boolean> {
  const [row] = await query(
    `SELECT kind FROM archive_entry WHERE payment = $1 AND kind IN ('embargo', 'embargo-lifted')
      ORDER BY n DESC LIMIT 1`,
    [payment],
  );
  return row?.['kind'] === 'embargo';
}

/** The database refuses it where an embargo came in between. */
async function remove({ database }: Archive, payment: string, why: string, by: string): Promise<void> {
  await database.exclusively(async (query) => {
    for (const { hash, run, account } of await recordsOf(query, payment)) {
      await append(query, {
        ...NO_FACTS,
        kind: 'tombstone',
        hash,
        payment,
        run,
        account,
        note: why,
        actor: by,
      });
      for (const statement of database.erase) await query(statement, [hash]);
    }
  });
}
