/**
 * A private PostgreSQL keeps what was committed over a SIGKILL of its main process, lets nobody in without the
 * password, never removes a database that somebody put back, and where it is missing the error says how to get it.
 */
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { expect, test } from 'vitest';
import { PostgresMissing, startPostgres } from '../../../temporal/cluster/postgres.ts';
import { installPostgres, testPostgres } from '../../support/postgres.ts';

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

test('a database that was put back with its password is taken, on another machine too', async () => {
  const first = await testPostgres();
  if (first === null) return;
  const elsewhere = mkdtempSync(join(tmpdir(), 'tranche-postgres-'));
  try {
    await query(first.url, "create table kept as select 'a word' as text");
    expect(await query(first.url, 'show data_checksums')).toEqual([{ data_checksums: 'on' }]);
    await first.stop();
    // Nothing else than what the manual backs up.
    cpSync(join(first.folder, 'data'), join(elsewhere, 'data'), { recursive: true });
    if (process.getuid?.() === 0) execFileSync('chown', ['-R', 'postgres:', elsewhere]);
    chmodSync(join(elsewhere, 'data'), 0o700);

    await expect(startPostgres({ folder: elsewhere })).rejects.toThrow(join(elsewhere, 'password'));
    expect(existsSync(join(elsewhere, 'data', 'PG_VERSION'))).toBe(true);

    cpSync(join(first.folder, 'password'), join(elsewhere, 'password'));
    const second = await startPostgres({ folder: elsewhere });
    try {
      expect(await query(second.url, 'select text from kept')).toEqual([{ text: 'a word' }]);
    } finally {
      await second.stop();
    }
  } finally {
    await first.remove();
    rmSync(elsewhere, { recursive: true, force: true });
  }
});

test('a backup that is not whole is left alone and named; a start that was cut short is made anew', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tranche-postgres-'));
  const data = join(folder, 'data');
  mkdirSync(data);
  writeFileSync(join(data, 'backup_label'), 'START WAL LOCATION');
  mkdirSync(join(folder, 'data.new'));
  writeFileSync(join(folder, 'data.new', 'PG_VERSION'), '15');
  try {
    installPostgres();
    await expect(startPostgres({ folder })).rejects.toThrow(`${data} holds backup_label but no PG_VERSION`);
    renameSync(data, join(folder, 'data.before'));
    const postgres = await startPostgres({ folder });
    await postgres.stop();
    expect(existsSync(join(folder, 'data.before', 'backup_label'))).toBe(true);
    expect(existsSync(join(folder, 'data.new'))).toBe(false);
  } catch (error) {
    if (!(error instanceof PostgresMissing)) throw error;
    process.stdout.write(`NOT RUN postgres: ${error.message}\n`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
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
