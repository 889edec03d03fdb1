import type { Query } from './database.ts';
import { type Entry, type EntryKind, entryOf } from './entry.ts';

/** What is looked for; what is left out is not asked. Newest first. */
export interface ArchiveQuery {
  readonly payment?: string;
  readonly account?: string;
  readonly provider?: string;
  readonly status?: string;
  readonly currency?: string;
  /** RFC 3339: ended at this instant or later. */
  readonly since?: string;
  /** RFC 3339: ended before this instant. */
  readonly until?: string;
  /** Minor units that were asked for when the payment was created, both ends included. */
  readonly least?: number;
  readonly most?: number;
  /** @default bundles */
  readonly kinds?: readonly EntryKind[];
  /** 1 to 1000. @default 50 */
  readonly limit?: number;
  /** The `next` of the page before. */
  readonly cursor?: string;
}

export interface EntryPage {
  readonly items: readonly Entry[];
  /** What the next page is asked for by; null after the last. */
  readonly next: string | null;
}

const LIMIT = 50;

export async function searchOf(query: Query, asked: ArchiveQuery): Promise<EntryPage> {
  const values: unknown[] = [];
  const bound = (value: unknown): string => `$${values.push(value)}`;
  const { kinds = ['bundle'], limit = LIMIT, cursor } = asked;
  const wanted = [`kind IN (${kinds.map(bound).join(', ')})`];
  const hold = (sql: string, value: unknown): void => {
    if (value !== undefined) wanted.push(`${sql} ${bound(value)}`);
  };
  hold('payment =', asked.payment);
  hold('account =', asked.account);
  hold('provider =', asked.provider);
  hold('status =', asked.status);
  hold('currency =', asked.currency);
  hold('closed_at >=', asked.since);
  hold('closed_at <', asked.until);
  hold('amount >=', asked.least);
  hold('amount <=', asked.most);
  hold('n <', cursor === undefined ? undefined : Number(cursor));
  const sql = `SELECT * FROM archive_entry WHERE ${wanted.join(' AND ')} ORDER BY n DESC LIMIT ${bound(limit + 1)}`;
  const items = (await query(sql, values)).map(entryOf);
  const page = items.slice(0, limit);
  return { items: page, next: items.length > limit ? String(page.at(-1)?.n) : null };
}
