// Rule: a dev server is ready when it answers with namespace, retention and search attributes; its file
// survives a restart; and it ends with whoever started it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type DevServer, startDevServer } from '../../temporal/dev-server.ts';
import { findTemporal } from '../../temporal/find-temporal.ts';
import { isFree } from '../../temporal/free-port.ts';
import { SEARCH_ATTRIBUTES, SEARCH_ATTRIBUTE_TYPES } from '../../temporal/search-attributes.ts';

let binary: string;
let folder: string;
let servers: DevServer[];

beforeAll(async () => {
  const env = { ...process.env };
  delete env['TEMPORAL_ADDRESS'];
  const found = await findTemporal({ env });
  if (found.kind !== 'binary') throw new Error('an address without TEMPORAL_ADDRESS');
  binary = found.path;
});
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tranche-server-'));
  servers = [];
});
afterEach(async () => {
  await Promise.all(servers.map((server) => server.stop()));
  rmSync(folder, { recursive: true, force: true });
});

const start = async (options: Partial<Parameters<typeof startDevServer>[0]> = {}) => {
  const server = await startDevServer({ binary, ...options });
  servers.push(server);
  return server;
};

test('it answers with the search attributes and thirty days of retention', async () => {
  const { address } = await start({ namespace: 'shop' });
  expect(address).toMatch(/^127\.0\.0\.1:\d+$/);
  const connection = await Connection.connect({ address });
  const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace: 'shop' });
  expect(Object.keys(customAttributes ?? {})).toEqual(
    expect.arrayContaining(Object.keys(SEARCH_ATTRIBUTE_TYPES)),
  );
  const { config } = await connection.workflowService.describeNamespace({ namespace: 'shop' });
  expect(Number(config?.workflowExecutionRetentionTtl?.seconds)).toBe(30 * 86_400);
  await connection.close();
});

test('a file keeps workflows, search attributes and all, over a restart', async () => {
  const dbFilename = join(folder, 'temporal.db');
  const first = await start({ dbFilename });
  const before = await Connection.connect({ address: first.address });
  await new Client({ connection: before }).workflow.start('payment', {
    workflowId: 'payment/kept',
    taskQueue: 'nobody',
    typedSearchAttributes: [{ key: SEARCH_ATTRIBUTES.account, value: 'payone-de' }],
  });
  await before.close();
  await first.stop();

  const second = await start({ dbFilename });
  const after = await Connection.connect({ address: second.address });
  const kept = await new Client({ connection: after }).workflow.getHandle('payment/kept').describe();
  expect(kept.status.name).toBe('RUNNING');
  expect(kept.typedSearchAttributes.get(SEARCH_ATTRIBUTES.account)).toBe('payone-de');
  await after.close();
});

test('stop ends the process and frees its port, and may be called again', async () => {
  const server = await start();
  await server.stop();
  await server.stop();
  await server.exited;
  expect(() => process.kill(server.pid, 0)).toThrow(/ESRCH/);
  expect(await isFree(Number(server.address.split(':')[1]))).toBe(true);
});

test('two servers do not meet', async () => {
  const [one, two] = await Promise.all([start(), start()]);
  expect(one.address).not.toBe(two.address);
});

test('a port in use is refused before anything starts', async () => {
  const { address } = await start();
  const port = Number(address.split(':')[1]);
  await expect(start({ port })).rejects.toThrow(`port ${port} of 127.0.0.1 is in use`);
});

test('a program that ends early fails with what it said', async () => {
  await expect(start({ searchAttributes: { TrancheStatus: 'Colour' } })).rejects.toThrow(
    /ended while starting: .+/,
  );
  await expect(start({ binary: join(folder, 'nothing') })).rejects.toThrow(/could not be started: .*ENOENT/);
});

test('a caller that is killed takes its server along', async () => {
  const main = fileURLToPath(new URL('../support/dev-server-main.ts', import.meta.url));
  const caller = spawn(process.execPath, [main, binary], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(createInterface({ input: caller.stdout }), 'line')) as [string];
  const pid = Number(line);
  process.kill(pid, 0);
  caller.kill('SIGKILL');
  await once(caller, 'exit');
  await expect.poll(() => isAlive(pid), { timeout: 60_000, interval: 200 }).toBe(false);
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
