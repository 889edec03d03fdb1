/** Rule: what is exported from a server is verified without one; a file that is there is not made again, and exit codes tell 0, 1 and 2 apart. */
import '../support/quiet-runtime.ts';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import type { Bundle } from '../../audit/bundle.ts';
import { ACCOUNT, cardPayment, type Engine, SHOP, startEngine } from '../support/payments.ts';
import { runCli } from './run-cli.ts';

const KEY = Buffer.alloc(32, 7).toString('base64');
let folder: string;
let engine: Engine;
let id: string;

const tranche = (...args: readonly string[]) => runCli(args, folder);
const fileOf = (payment: string): string => join('out', `${payment}.audit.json`);
const bundleOf = (payment: string): Bundle =>
  JSON.parse(readFileSync(join(folder, fileOf(payment)), 'utf8')) as Bundle;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tranche-audit-'));
  const temporal = inject('temporal');
  engine = await startEngine(temporal, { client: { continueAfter: 40 } });
  writeFileSync(
    join(folder, 'tranche.config.json'),
    JSON.stringify({
      temporal: { ...temporal, taskQueue: engine.taskQueue },
      encryption: { keys: [{ id: 'test', key: KEY }] },
      accounts: { [ACCOUNT]: engine.accountConfig },
    }),
  );
  const body = cardPayment();
  ({ id } = body);
  await engine.payments.create(body, { by: 'shop' });
  for (const number of [1, 2, 3, 4, 5, 6])
    await engine.payments.command(id, { type: 'capture', id: `c-${number}`, amount: 1_000 }, SHOP);
  await engine.payments.command(id, { type: 'refund', id: 'r-1', amount: 500 }, SHOP);
  await tranche('audit', 'keygen', '--out', 'key');
});

afterAll(async () => {
  await engine.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe('export and verify', () => {
  test('a continued payment, signed, with what the worker recorded', async () => {
    expect(statSync(join(folder, 'key')).mode & 0o777).toBe(0o600);
    const exported = await tranche('audit', 'export', id, '--out', 'signed', '--sign', 'key');
    expect(exported).toMatchObject({ code: 0, stdout: '' });
    expect(exported.stderr).toContain('1 bundle written');
    expect(exported.stderr).not.toContain('differ');
    const file = join('signed', `${id}.audit.json`);
    const bundle = JSON.parse(readFileSync(join(folder, file), 'utf8')) as Bundle;
    expect(bundle.histories.length).toBeGreaterThan(1);
    const { ledger } = bundle;
    expect(
      ledger.map(({ n, type, operation, by, rule, data, at, after }) => ({
        n,
        at,
        type,
        operation,
        by,
        rule,
        data,
        after,
      })),
    ).toEqual(await engine.payments.ledger(id));
    const verified = await tranche('audit', 'verify', file, '--key', 'key.pub');
    expect(verified.stdout).toContain('holds');
    expect(verified.stdout).not.toMatch(/FAIL|does not hold/);
    expect(verified.code).toBe(0);
  });

  test('a finished file is left as it is until the payment moves', async () => {
    const again = ['audit', 'export', id, '--out', 'out', '--no-recorded'] as const;
    expect((await tranche(...again)).code).toBe(0);
    const before = statSync(join(folder, fileOf(id))).mtimeMs;
    expect((await tranche(...again)).stderr).toContain('1 were there already');
    expect(statSync(join(folder, fileOf(id))).mtimeMs).toBe(before);
    await engine.payments.command(id, { type: 'refund', id: 'r-2', amount: 100 }, SHOP);
    expect((await tranche(...again)).stderr).toContain('1 bundle written');
    expect(bundleOf(id).ledger.at(-1)).toMatchObject({ type: 'refund.approved', operation: 'r-2' });
  });

  test('to stdout a bundle is one line, and it can be piped on', async () => {
    const { stdout, code } = await tranche('audit', 'export', id, '--no-recorded');
    expect(code).toBe(0);
    expect(stdout.trimEnd().split('\n')).toHaveLength(1);
    expect(JSON.parse(stdout)).toMatchObject({ format: 'tranche.audit/1', payment: { id } });
  });
});

describe('what does not hold', () => {
  test('is exit 1 with the entry and both words, as text and as JSON', async () => {
    await tranche('audit', 'export', id, '--out', 'out', '--no-recorded');
    const text = readFileSync(join(folder, fileOf(id)), 'utf8');
    writeFileSync(join(folder, 'lie.json'), text.replace('"booked":1000', '"booked":1001'));
    const told = await tranche('audit', 'verify', 'lie.json');
    expect(told.code).toBe(1);
    expect(told.stdout).toMatch(/FAIL +chain +entry \d+/);
    expect(told.stdout).toContain('does not hold');
    const { code, stdout } = await tranche('--json', 'audit', 'verify', 'lie.json', fileOf(id));
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ holds: false, bundles: [{ holds: false }, { holds: true }] });
  });

  test('is exit 2 where it is no bundle, or not there', async () => {
    await tranche('audit', 'export', id, '--out', 'out', '--no-recorded');
    writeFileSync(join(folder, 'half.json'), readFileSync(join(folder, fileOf(id)), 'utf8').slice(0, -20));
    for (const file of ['half.json', 'none.json', 'tranche.config.json']) {
      const { code, stdout } = await tranche('audit', 'verify', file);
      expect(code).toBe(2);
      expect(stdout).toContain('no bundle');
    }
  });
});

describe('wrong use', () => {
  test.each([
    ['nothing named', ['audit', 'export'], 2],
    ['both named', ['audit', 'export', 'p-1', '--since', '2026-01-01T00:00:00Z'], 2],
    ['no instant', ['audit', 'export', '--since', 'yesterday'], 2],
    ['a number', ['audit', 'export', '--since', '5'], 2],
    ['an instant of no zone', ['audit', 'export', '--since', '2026-11-21T10:00:00'], 2],
    ['no key', ['audit', 'export', 'p-1', '--sign', 'tranche.config.json'], 2],
    ['a payment that is not there', ['audit', 'export', 'none-such', '--no-recorded'], 1],
    ['no size', ['audit', 'verify', 'x', '--max-size', 'big'], 2],
  ])('%s', async (_what, args, code) => {
    expect((await tranche(...args)).code).toBe(code);
  });

  test.each([
    ['a folder that is a file', ['export', 'p-1', '--out', 'tranche.config.json'], 'EEXIST'],
    ['a folder within a file', ['export', 'p-1', '--out', 'tranche.config.json/x'], 'ENOTDIR'],
    ['a key where there is no folder', ['keygen', '--out', 'none/k'], 'ENOENT'],
  ])('%s cannot be written, in one sentence', async (_what, args, reason) => {
    const { code, stderr } = await tranche('audit', ...args);
    expect(stderr).toBe(`--out ${args.at(-1)} cannot be written (${reason})\n`);
    expect(code).toBe(2);
  });

  test('a key is never written over', async () => {
    expect((await tranche('audit', 'keygen', '--out', 'key')).code).toBe(2);
  });
});
