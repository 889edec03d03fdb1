/** Rule: a payment that Temporal has forgotten is reported, replayed, exported and listed from the archive as one that it still has. */
import '../support/quiet-runtime.ts';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest';
import { type Archiving, startArchiving } from '../support/archiving.ts';
import { ACCOUNT, cardPayment, SHOP, until } from '../support/payments.ts';
import { runCli } from './run-cli.ts';

// Temporal takes its time to delete a run.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

const KEY = Buffer.alloc(32, 7).toString('base64');
const folder = mkdtempSync(join(tmpdir(), 'tranche-archived-'));
let engine: Archiving;
let id: string;

const tranche = (...args: readonly string[]) => runCli(args, folder);

beforeAll(async () => {
  const temporal = inject('temporal');
  const path = join(folder, 'archive.sqlite');
  engine = await startArchiving(temporal, { place: { engine: 'sqlite', path } });
  writeFileSync(
    join(folder, 'tranche.config.json'),
    JSON.stringify({
      temporal: { ...temporal, taskQueue: engine.taskQueue },
      encryption: { keys: [{ id: 'test', key: KEY }] },
      archive: { url: `sqlite:${path}` },
      accounts: { [ACCOUNT]: engine.accountConfig },
    }),
  );
  const body = cardPayment();
  ({ id } = body);
  await engine.payments.create(body, { by: 'shop' });
  await engine.payments.command(id, { type: 'capture', id: 'c-1' }, SHOP);
  await engine.client.workflow.getHandle(`payment/${id}`).result();
  await engine.archived(id);
  await engine.forget(id);
  await until(
    async () => (await engine.client.workflow.count(`WorkflowId = 'payment/${id}'`)).count,
    (count) => count === 0,
    'visibility to forget it',
  );
});

afterAll(async () => {
  await engine.stop();
  rmSync(folder, { recursive: true, force: true });
});

test('audit report has it, and its record holds', async () => {
  const { code, stdout } = await tranche('audit', 'report', id, '--md');
  expect(stdout).toContain(`# Audit report: payment ${id}`);
  expect(stdout).toMatch(/\| replay \| pass \|/);
  expect(code).toBe(0);
});

test('audit replay has it', async () => {
  const { code, stdout } = await tranche('audit', 'replay', id);
  expect(stdout).toContain('capture.approved');
  expect(code).toBe(0);
});

test('audit export has it, and the bundle holds', async () => {
  const { code, stderr } = await tranche('audit', 'export', id, '--out', 'out');
  expect(stderr).toContain('1 bundle written');
  expect(code).toBe(0);
  const file = join('out', `${id}.audit.json`);
  expect(JSON.parse(readFileSync(join(folder, file), 'utf8'))).toMatchObject({ payment: { id } });
  expect((await tranche('audit', 'verify', file)).code).toBe(0);
});

test.each([[[]], [['--account', ACCOUNT]], [['--from', '2020-01-01']]])(
  'audit ledger has its movements once %j',
  async (args) => {
    const { code, stdout } = await tranche('audit', 'ledger', '--csv', ...args);
    const rows = stdout.split('\r\n').filter((row) => row.includes(`,${id},`));
    expect(rows).toHaveLength(1);
    expect(rows[0]).toContain(',capture,c-1,');
    expect(code).toBe(0);
  },
);
