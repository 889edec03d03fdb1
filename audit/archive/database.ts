/** A row as the driver gives it; instants as text or Date, whole numbers as text, number or bigint. */
export type Row = Readonly<Record<string, unknown>>;

/** @param values - in the place of `$1`, `$2` and so on. */
export type Query = (sql: string, values?: readonly unknown[]) => Promise<readonly Row[]>;

/** Somebody else writes, and went on for longer than a writer waits. Nothing was changed. */
export class ArchiveBusy extends Error {
  override readonly name = 'ArchiveBusy';
}

/**
 * What an archive needs of a database. The statements are the same for each; what differs stands here. Every method
 * rejects with the driver's own error where the database does not answer, and bounds its own time.
 */
export interface Database {
  readonly engine: 'postgres' | 'sqlite';
  readonly query: Query;
  /** One writer at a time, over all processes; all of it is kept or nothing. */
  exclusively<T>(run: (query: Query) => Promise<T>): Promise<T>;
  /** Removes the content of a record (`$1`, its hash); refused by the database itself unless its tombstone stands. */
  readonly erase: readonly string[];
  /** Whether something else stands at its place by now: a file that was removed or exchanged. What is open is no archive then. */
  moved(): boolean;
  close(): Promise<void>;
}
