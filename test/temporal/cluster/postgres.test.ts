/**
 * A private PostgreSQL keeps what was committed over a SIGKILL of its main process, lets nobody in without the
 * password, and where it is missing the error says how to get it.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { expect, test } from 'vitest';
import { PostgresMissing, startPostgres } from '../../../temporal/cluster/postgres.ts';
import { testPostgres } from '../../support/postgres.ts';

async function query(url: string, text: string): Promise<readonly unknown[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end().catch(() => undefined);
  }
}

test('what was committed is there after a SIGKILL, on the same port and with the same password', async () => {
  const first = await testPostgres();
  if (first === null) return;
  try {
    await query(first.url, "create table kept as select 'a word' as text");
    first.kill();
    await first.exited;
    const second = await startPostgres({ folder: first.folder, port: first.port });
    try {
      expect(second.url).toBe(first.url);
      expect(await query(second.url, 'select text from kept')).toEqual([{ text: 'a word' }]);
    } finally {
      await second.stop();
    }
  } finally {
    await first.remove();
  }
});

test('it listens on 127.0.0.1 alone and refuses a wrong password', async () => {
  const postgres = await testPostgres();
  if (postgres === null) return;
  try {
    expect(await query(postgres.url, 'show listen_addresses')).toEqual([{ listen_addresses: '127.0.0.1' }]);
    expect(await query(postgres.url, 'show unix_socket_directories')).toEqual([
      { unix_socket_directories: '' },
    ]);
    const wrong = new URL(postgres.url);
    wrong.password = 'guess';
    await expect(query(wrong.href, 'select 1')).rejects.toThrow('password authentication failed');
  } finally {
    await postgres.remove();
  }
});

test('a folder that is in use is left alone', async () => {
  const postgres = await testPostgres();
  if (postgres === null) return;
  try {
    await expect(startPostgres({ folder: postgres.folder, readyTimeoutMs: 5_000 })).rejects.toThrow(
      'postmaster.pid',
    );
    expect(await query(postgres.url, 'select 1 as one')).toEqual([{ one: 1 }]);
  } finally {
    await postgres.remove();
  }
});

test('a machine without it is told what to install', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tranche-postgres-'));
  try {
    const start = startPostgres({ folder, env: { PG_BIN: folder } });
    await expect(start).rejects.toBeInstanceOf(PostgresMissing);
    await expect(start).rejects.toThrow('apt-get install postgresql');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
