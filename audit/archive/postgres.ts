import pg from 'pg';
import type { Database, Query } from './database.ts';

/** Milliseconds. A database that is away must not hold anybody up for long. */
const CONNECT_MS = 5_000;
const STATEMENT_MS = 30_000;
/** Our own number among the advisory locks of the database: `tranche archive` in a telephone's digits. */
const LOCK = 872_624_327;

/**
 * PostgreSQL. Nothing is asked of it before the first query, and a connection that breaks is made anew.
 *
 * @param url - `postgres://user:password@host:port/database`, with the parameters that `pg` knows.
 */
export function openPostgres(url: string): Database {
  const pool = new pg.Pool({
    connectionString: url,
    max: 4,
    connectionTimeoutMillis: CONNECT_MS,
    query_timeout: STATEMENT_MS,
    statement_timeout: STATEMENT_MS,
    application_name: 'tranche archive',
    allowExitOnIdle: true,
  });
  // Of a connection that nobody uses: the next query makes another or says what is wrong.
  pool.on('error', () => undefined);
  const query: Query = async (sql, values = []) => (await pool.query(sql, [...values])).rows as never;
  return {
    engine: 'postgres',
    query,
    exclusively: async (work) => {
      const client = await pool.connect();
      // A connection that breaks between two queries tells it here, and the next query rejects.
      const broken = (): void => undefined;
      client.on('error', broken);
      try {
        await client.query('BEGIN');
        await client.query('SELECT pg_advisory_xact_lock($1)', [LOCK]);
        const result = await work(
          async (sql, values = []) => (await client.query(sql, [...values])).rows as never,
        );
        await client.query('COMMIT');
        client.off('error', broken);
        client.release();
        return result;
      } catch (error) {
        await client.query('ROLLBACK').catch(() => undefined);
        client.off('error', broken);
        client.release(true);
        throw error;
      }
    },
    erase: ['SELECT archive_erase($1)'],
    moved: () => false,
    close: () => pool.end(),
  };
}
