/** Rule: report, ledger and reconcile take the engine or files alike; exit codes tell what holds and agrees, and what was wrong use. */
import '../support/quiet-runtime.ts';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { ACCOUNT, cardPayment, type Engine, SHOP, startEngine, until } from '../support/payments.ts';
import { runCli } from './run-cli.ts';

const KEY = Buffer.alloc(32, 7).toString('base64');
const folder = mkdtempSync(join(tmpdir(), 'tranche-report-'));
let engine: Engine;
let id: string;
let day: string;

const tranche = (...args: readonly string[]) => runCli(args, folder);
const read = (file: string): string => readFileSync(join(folder, file), 'utf8');

beforeAll(async () => {
  const temporal = inject('temporal');
  engine = await startEngine(temporal);
  writeFileSync(
    join(folder, 'tranche.config.json'),
    JSON.stringify({
      temporal: { ...temporal, taskQueue: engine.taskQueue },
      encryption: { keys: [{ id: 'test', key: KEY }] },
      accounts: { [ACCOUNT]: engine.accountConfig },
    }),
  );
  const body = cardPayment({ metadata: { note: '<script>alert(1)</script>' } });
  ({ id } = body);
  await engine.payments.create(body, { by: 'shop' });
  await engine.payments.command(id, { type: 'capture', id: 'c-1', amount: 2_500 }, SHOP);
  await engine.payments.command(id, { type: 'capture', id: 'c-2', amount: 1_500 }, SHOP);
  await engine.payments.command(id, { type: 'refund', id: 'r-1', amount: 400 }, SHOP);
  day = (await engine.payments.ledger(id))[0]?.at.slice(0, 10) ?? '';
  const { code, stderr } = await tranche('audit', 'export', id, '--out', 'bundles', '--no-recorded');
  if (code !== 0) throw new Error(stderr);
});

afterAll(async () => {
  await engine.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe('report', () => {
  test('of a file, the same bytes each time, and of the engine by its id', async () => {
    const file = join('bundles', `${id}.audit.json`);
    const made = await tranche('audit', 'report', file, '--out', 'a.html');
    expect(made).toMatchObject({ code: 0 });
    expect(made.stdout).toContain('the record holds');
    expect(await tranche('audit', 'report', file, '--html', '--out', 'b.html')).toMatchObject({ code: 0 });
    expect(read('a.html')).toBe(read('b.html'));
    expect(read('a.html')).toContain('The record holds.');
    expect(read('a.html')).toContain('&lt;script&gt;');
    expect(read('a.html')).not.toContain('<script');
    const markdown = await tranche('audit', 'report', id, '--md');
    expect(markdown.code).toBe(0);
    expect(markdown.stdout).toContain(`# Audit report: payment ${id}`);
    expect(markdown.stdout).toMatch(/\| replay \| pass \|/);
  });

  test('of a record that does not hold is written and is exit 1', async () => {
    const text = read(join('bundles', `${id}.audit.json`));
    writeFileSync(join(folder, 'lie.json'), text.replace('"booked":2500', '"booked":2501'));
    expect(await tranche('audit', 'report', 'lie.json', '--out', 'lie.html')).toMatchObject({ code: 1 });
    expect(read('lie.html')).toContain('The record does not hold.');
  });

  test('brings no control characters of a bundle to the terminal', async () => {
    const bundle = JSON.parse(read(join('bundles', `${id}.audit.json`))) as { payment: object };
    const payment = { ...bundle.payment, id: 'p\u001b[2J\u009b31m\u202e' };
    writeFileSync(join(folder, 'crafted.json'), JSON.stringify({ ...bundle, payment }));
    for (const json of [[], ['--json']]) {
      const out = await tranche('audit', 'report', 'crafted.json', '--out', 'crafted.html', ...json);
      expect(out.stdout).toContain('crafted.html');
      expect(`${out.stdout}${out.stderr}`).not.toMatch(/[^\P{Cc}\n]|[\u202a-\u202e]/u);
    }
  });

  test('to a path that cannot be written is exit 2 and one sentence', async () => {
    const { code, stderr } = await tranche(
      'audit',
      'report',
      join('bundles', `${id}.audit.json`),
      '--out',
      'none/x',
    );
    expect(stderr).toBe('--out none/x cannot be written (ENOENT)\n');
    expect(code).toBe(2);
  });

  test.each([
    ['both forms', ['x.json', '--html', '--md'], 2],
    ['no file', ['x.json'], 2],
    ['no bundle', ['tranche.config.json'], 2],
    ['no such payment', ['none-such'], 1],
  ])('%s is refused', async (_what, args, code) => {
    expect(await tranche('audit', 'report', ...args)).toMatchObject({ code });
  });
});

describe('ledger', () => {
  test('CSV of a folder, JSON of the engine', async () => {
    const csv = await tranche('audit', 'ledger', '--csv', '--bundles', 'bundles');
    expect(csv.code).toBe(0);
    const rows = csv.stdout.trimEnd().split('\r\n');
    expect(rows).toHaveLength(4);
    expect(rows[1]).toContain(`,capture,c-1,25.00,2500,EUR,`);
    expect(rows[3]).toContain(`,refund,r-1,4.00,400,EUR,`);
    const file = await tranche(
      'audit',
      'ledger',
      '--csv',
      'out.csv',
      '--bom',
      '--bundles',
      'bundles',
      '--from',
      '2030-01-01',
    );
    expect(file).toMatchObject({ code: 0, stdout: 'out.csv: 0 movements\n' });
    expect(read('out.csv')).toMatch(/^\uFEFFdate,/);
    const listed = await until(
      () => tranche('--json', 'audit', 'ledger', '--account', ACCOUNT),
      ({ stdout }) => stdout.includes('"r-1"'),
    );
    expect((JSON.parse(listed.stdout) as { movements: unknown[] }).movements).toHaveLength(3);
  });

  test.each([
    ['a folder', ['--bundles', 'bundles']],
    ['the engine', []],
  ])('of an account that nobody pays through, from %s, says so and is exit 1', async (_what, args) => {
    const { code, stderr } = await tranche('audit', 'ledger', '--account', 'nobody', ...args);
    expect(stderr).toContain('no payment of account nobody');
    expect(code).toBe(1);
  });

  test.each([
    ['no such folder', ['--csv', 'none/x.csv'], '--csv none/x.csv cannot be written (ENOENT)'],
    ['a full disk', ['--csv', '/dev/full'], '--csv /dev/full cannot be written (ENOSPC)'],
    ['days the wrong way round', ['--from', '2026-11-21', '--to', '2026-11-20'], '--from'],
  ])('%s is exit 2', async (_what, args, sentence) => {
    const { code, stderr } = await tranche('audit', 'ledger', '--bundles', 'bundles', ...args);
    expect(stderr).toContain(sentence);
    expect(stderr).not.toContain('    at ');
    expect(code).toBe(2);
  });
});

describe('reconcile', () => {
  const settle = (rows: readonly string[]): void =>
    writeFileSync(
      join(folder, 'settlement.csv'),
      ['date,type,amount,currency,provider_reference,sequence_number,our_reference', ...rows, ''].join('\n'),
    );
  const reconcile = (...more: readonly string[]) =>
    tranche(
      'audit',
      'reconcile',
      '--account',
      ACCOUNT,
      '--from',
      day,
      '--to',
      day,
      '--settlement',
      'settlement.csv',
      ...more,
    );

  test('exit 0 where all agrees, from a folder and from the engine; 1 with the differences where not', async () => {
    const view = await engine.payments.get(id);
    const txid = view.authorization.providerReference ?? '';
    const rows = [
      `${day},capture,25.00,EUR,${txid},1,`,
      `${day},capture,15.00,EUR,${txid},2,`,
      `${day},refund,-4.00,EUR,${txid},3,`,
    ];
    settle(rows);
    const agreed = await reconcile('--bundles', 'bundles');
    expect(agreed.stdout).toContain('agrees: 3 of 3 bookings found');
    expect(agreed.code).toBe(0);
    expect((await reconcile()).code).toBe(0);

    settle([rows[0] ?? '', `${day},capture,15.01,EUR,${txid},2,`]);
    const differs = await reconcile('--bundles', 'bundles', '--csv', 'differences.csv');
    expect(differs.code).toBe(1);
    expect(differs.stdout).toMatch(/amount-differs +\S+ c-2 +capture +15\.00 EUR/);
    expect(differs.stdout).toContain('does not agree: 1 missing-at-provider, 1 amount-differs');
    expect(read('differences.csv')).toContain(`difference,missing-at-provider,refund,${id},r-1,`);
    expect(read('differences.csv')).toContain('total,,capture,');
    const json = JSON.parse((await reconcile('--bundles', 'bundles', '--json')).stdout) as Record<
      string,
      unknown
    >;
    expect(json).toMatchObject({
      agrees: false,
      differences: { 'amount-differs': 1, 'missing-at-provider': 1 },
    });
  });

  test.each([
    ['an account that nobody pays through', ['--account', 'typo'], 'no payment of account typo'],
    [
      'days on which nothing moved',
      ['--from', '2020-01-01', '--to', '2020-01-02'],
      'neither a booking nor a line',
    ],
  ])('%s compares nothing, and is exit 1', async (_what, args, sentence) => {
    settle([]);
    const { code, stdout } = await reconcile('--bundles', 'bundles', ...args);
    expect(stdout).toContain(`nothing was compared: ${sentence}`);
    expect(stdout).not.toContain('agrees:');
    expect(code).toBe(1);
    const told = await reconcile('--bundles', 'bundles', '--json', ...args);
    expect(JSON.parse(told.stdout)).toMatchObject({ agrees: false });
  });

  test('differences to a path that cannot be written are exit 2 and one sentence', async () => {
    settle([]);
    const { code, stderr } = await reconcile('--bundles', 'bundles', '--csv', 'none/x.csv');
    expect(stderr).toBe('--csv none/x.csv cannot be written (ENOENT)\n');
    expect(code).toBe(2);
  });

  test.each([
    ['a day that is none', ['--from', '2026-02-30']],
    ['a mapping that is none', ['--mapping', 'tranche.config.json']],
    ['a file that is not there', ['--settlement', 'none.csv']],
    ['a folder that is not there', ['--bundles', 'none']],
    ['columns that are not there', ['--settlement', 'tranche.config.json']],
  ])('%s is exit 2', async (_what, args) => {
    settle([]);
    const { code, stderr } = await reconcile('--bundles', 'bundles', ...args);
    expect(stderr).not.toBe('');
    expect(code).toBe(2);
  });
});
