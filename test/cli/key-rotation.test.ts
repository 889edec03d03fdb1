/**
 * Rule: of several keys the first writes and all read, so that a key is replaced under running payments; without a key
 * that wrote, the error names it and says how to mend it (docs/security.md).
 */
import { type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection, type WorkflowHandle } from '@temporalio/client';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { type SpawnedPayoneTwin, spawnPayoneTwin } from '../../sandbox/payone/spawn.ts';
import { accountFor, until } from '../support/payments.ts';
import { readiness, runCli, spawnCli } from './run-cli.ts';

const A = { id: 'key-2025', key: Buffer.alloc(32, 1).toString('base64') };
const B = { id: 'key-2026', key: Buffer.alloc(32, 2).toString('base64') };
const account = `payone-${randomUUID().slice(0, 8)}`;
const payment = `p-${randomUUID()}`;
const running: ChildProcess[] = [];
let folder: string;
let twin: SpawnedPayoneTwin;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tranche-rotation-'));
  twin = await spawnPayoneTwin({});
  const taskQueue = `rotation-${randomUUID()}`;
  for (const [name, keys] of [
    ['old', [A]],
    ['both', [B, A]],
    ['new', [B]],
  ] as const) {
    writeFileSync(
      join(folder, `${name}.json`),
      JSON.stringify({
        temporal: { ...inject('temporal'), taskQueue },
        encryption: { keys },
        accounts: { [account]: accountFor(twin.gatewayUrl) },
      }),
    );
  }
});

afterAll(async () => {
  for (const child of running) await stop(child);
  await twin.stop();
  rmSync(folder, { recursive: true, force: true });
});

const tranche = (keys: 'old' | 'both' | 'new', ...args: readonly string[]) =>
  runCli(['--config', `${keys}.json`, ...args], folder);

/** A worker with these keys alone, and what it says on stderr. */
async function worker(keys: 'old' | 'both' | 'new'): Promise<{ child: ChildProcess; told(): string }> {
  for (const child of running.splice(0)) await stop(child);
  const child = spawnCli(['--config', `${keys}.json`, 'worker'], folder);
  running.push(child);
  let told = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    told += chunk.toString('utf8');
  });
  await readiness(child);
  return { child, told: () => told };
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const ended = new Promise((resolve) => child.once('close', resolve));
  child.kill('SIGTERM');
  await ended;
}

async function ask<T>(what: (handle: WorkflowHandle) => Promise<T>): Promise<T> {
  const { address, namespace } = inject('temporal');
  const connection = await Connection.connect({ address });
  try {
    const client = new Client({ connection, namespace });
    return await connection.withDeadline(Date.now() + 20_000, () =>
      what(client.workflow.getHandle(`payment/${payment}`)),
    );
  } finally {
    await connection.close();
  }
}

/** Ids of the keys under which the events of the payment's history were written, in their order. */
async function keysInHistory(): Promise<readonly string[]> {
  const { events } = await ask((handle) => handle.fetchHistory());
  const ids = (events ?? []).flatMap(keysIn);
  return ids.filter((id, at) => id !== ids[at - 1]);
}

function keysIn(part: unknown): readonly string[] {
  if (typeof part !== 'object' || part === null || part instanceof Uint8Array) return [];
  return Object.entries(part).flatMap(([name, value]) =>
    name === 'encryption-key-id' ? [Buffer.from(value as Uint8Array).toString('utf8')] : keysIn(value),
  );
}

it('is done while a payment runs', async () => {
  await worker('old');
  const create = ['payment', 'create', '--id', payment, '--account', account, '--amount', '100.00'];
  const created = await tranche(
    'old',
    ...create,
    '--method',
    'cc',
    '--option',
    'pseudocardpan=9410010000000000001',
  );
  expect(created, created.stderr).toMatchObject({ code: 0 });
  expect((await tranche('old', 'capture', payment, '--id', 'c-1', '--amount', '30.00')).code).toBe(0);
  expect(await keysInHistory()).toEqual(['key-2025']);

  await worker('both');
  expect((await tranche('both', 'capture', payment, '--id', 'c-2', '--amount', '20.00')).code).toBe(0);
  expect((await keysInHistory()).slice(0, 2)).toEqual(['key-2025', 'key-2026']);
  const exported = await tranche('both', 'audit', 'export', payment, '--out', 'out');
  expect(exported, exported.stderr).toMatchObject({ code: 0 });
  const verified = await tranche('both', 'audit', 'verify', join('out', `${payment}.audit.json`));
  expect(verified, verified.stdout).toMatchObject({ code: 0 });

  const { told } = await worker('new');
  const mend =
    'no key "key-2025" in encryption.keys, under which this was written: put it back, behind the first';
  const again = await tranche('new', 'audit', 'export', payment, '--out', 'elsewhere');
  expect(again.code).toBe(1);
  expect(again.stderr).toContain(mend);
  // Whatever wakes the payment up; the worker cannot answer and says why.
  await ask((handle) => handle.query('__stack_trace')).catch(() => undefined);
  await until(
    async () => told(),
    (log) => log.includes('unknown-key'),
  );
  expect(told()).toContain(JSON.stringify(mend).slice(1, -1));
  expect(told()).not.toMatch(new RegExp(`${A.key}|${B.key}`));
}, 300_000);
