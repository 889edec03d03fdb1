import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import pg from 'pg';
import type { Log } from '../progress.ts';
import { DATABASES, SQL_PLUGIN, type Database } from './server-config.ts';

const run = promisify(execFile);

/** Long: an update of a big table may rewrite it. */
const LONGEST_MS = 60 * 60_000;

const SCHEMAS = [
  { name: DATABASES.main, schema: 'postgresql/v12/temporal' },
  { name: DATABASES.visibility, schema: 'postgresql/v12/visibility' },
] as const;

/**
 * Makes the two databases where they are missing and brings their schema to the version of the SQL tool. A schema that
 * is there already is left as it is; an older one is brought up, each step once.
 *
 * @param sql - path of Temporal's SQL tool.
 * @throws Error with the tool's last lines.
 */
export async function prepareSchema(sql: string, database: Database, log: Log): Promise<void> {
  for (const { name, schema } of SCHEMAS) {
    const made = await makeDatabase(database, name);
    const tool = async (...args: readonly string[]): Promise<void> => {
      try {
        await run(sql, ['--plugin', SQL_PLUGIN, '--database', name, ...args], {
          env: {
            ...process.env,
            SQL_HOST: database.host,
            SQL_PORT: String(database.port),
            SQL_USER: database.user,
            // In the environment and not in the arguments, which every user of a machine may read.
            SQL_PASSWORD: database.password,
          },
          timeout: LONGEST_MS,
          killSignal: 'SIGKILL',
          maxBuffer: 64 * 1024 * 1024,
        });
      } catch (error) {
        const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
        const last = `${stdout}${stderr}`.trim().split('\n').slice(-5).join('\n');
        throw new Error(`the schema of ${name} could not be prepared: ${last || String(error)}`, {
          cause: error,
        });
      }
    };
    if (made || !(await hasSchema(database, name))) {
      log(`cluster: setting up the schema of database ${name} …`);
      await tool('setup-schema', '-v', '0.0');
    }
    await tool('update-schema', '--schema-name', schema);
  }
}

/** @returns whether it was missing */
async function makeDatabase(database: Database, name: string): Promise<boolean> {
  return withClient(database, 'postgres', async (client) => {
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [name]);
    if (rowCount !== 0) return false;
    await client.query(`create database ${client.escapeIdentifier(name)}`);
    return true;
  });
}

/** Set up means that a version is noted; a setting up that was cut short has noted none. */
async function hasSchema(database: Database, name: string): Promise<boolean> {
  return withClient(database, name, async (client) => {
    const { rows } = await client.query<{ table: string | null }>(
      "select to_regclass('schema_version')::text as table",
    );
    if ((rows[0]?.table ?? null) === null) return false;
    return (await client.query('select 1 from schema_version')).rowCount !== 0;
  });
}

async function withClient<Result>(
  { host, port, user, password }: Database,
  database: string,
  use: (client: pg.Client) => Promise<Result>,
): Promise<Result> {
  const client = new pg.Client({ host, port, user, password, database, connectionTimeoutMillis: 10_000 });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}
