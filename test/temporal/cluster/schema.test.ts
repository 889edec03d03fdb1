/** A cluster comes up on a PostgreSQL that runs already, whose schema is older, and leaves one that is new as it is. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { expect, test } from 'vitest';
import { startCluster } from '../../../temporal/cluster/cluster.ts';
import { prepareSchema } from '../../../temporal/cluster/schema.ts';
import { findServerPrograms } from '../../../temporal/cluster/server-programs.ts';
import { BUILD_MS, haveCluster } from '../../support/cluster-programs.ts';
import { testPostgres } from '../../support/postgres.ts';

const OLDER = '1.15';

test(
  'an older schema is brought up, and the cluster runs on it',
  async () => {
    if (!(await haveCluster())) return;
    const postgres = await testPostgres();
    if (postgres === null) return;
    const folder = mkdtempSync(join(tmpdir(), 'tranche-cluster-'));
    const { sql } = await findServerPrograms();
    const { hostname, port, username, password } = new URL(postgres.url);
    const database = { host: hostname, port: Number(port), user: username, password };
    const versions = async (): Promise<readonly unknown[]> => {
      const client = new pg.Client({ ...database, database: 'temporal' });
      await client.connect();
      try {
        const { rows } = await client.query<Record<string, unknown>>(
          'select curr_version, creation_time, xmin::text from schema_version',
        );
        return rows;
      } finally {
        await client.end();
      }
    };
    const tool = (...args: string[]): void => {
      const env = {
        ...process.env,
        SQL_HOST: database.host,
        SQL_PORT: port,
        SQL_USER: username,
        SQL_PASSWORD: password,
      };
      const common = ['--plugin', 'postgres12_pgx', '--database', 'temporal'];
      execFileSync(sql, [...common, ...args], { env, stdio: 'pipe', timeout: 60_000 });
    };
    try {
      tool('create-database');
      tool('setup-schema', '-v', '0.0');
      tool('update-schema', '--schema-name', 'postgresql/v12/temporal', '-v', OLDER);
      expect(await versions()).toMatchObject([{ curr_version: OLDER }]);

      const notes: string[] = [];
      const log = (line: string): void => void notes.push(line);
      const cluster = await startCluster({ folder, postgresUrl: postgres.url, namespace: 'upgraded', log });
      try {
        expect(cluster.processes()).toEqual({ server: expect.any(Number) as number });
        const [after] = await versions();
        expect(after).not.toMatchObject({ curr_version: OLDER });
        await prepareSchema(sql, database, log);
        expect(await versions()).toEqual([after]);
      } finally {
        await cluster.stop();
      }
    } finally {
      await postgres.remove();
      rmSync(folder, { recursive: true, force: true });
    }
  },
  BUILD_MS,
);
