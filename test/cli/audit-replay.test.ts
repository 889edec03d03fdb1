/** Rule: replay needs no server for a file, tells wrong use from a bundle that does not hold, and nothing in a bundle reaches the terminal as a control character. */
import '../support/quiet-runtime.ts';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import type { Bundle } from '../../audit/bundle.ts';
import { bundleOf } from '../../audit/make-bundle.ts';
import { goldenBundle, goldenRuns } from '../audit/bundles.ts';
import { ACCOUNT, cardPayment, type Engine, SHOP, startEngine } from '../support/payments.ts';
import { runCli } from './run-cli.ts';

let folder: string;
const tranche = (...args: readonly string[]) => runCli(args, folder);
const put = (name: string, bundle: Bundle): void => writeFileSync(join(folder, name), JSON.stringify(bundle));

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tranche-replay-'));
  const bundle = await goldenBundle('three-shipments');
  put('a.json', bundle);
  put('b.json', await goldenBundle('declined-then-smaller'));
  const ledger = bundle.ledger.map((entry) => (entry.n === 6 ? { ...entry, rule: 'because' } : entry));
  put('lie.json', { ...bundle, ledger });
  // A command with signs that would clear a terminal, turn its lines and set its title.
  const runs = JSON.stringify(await goldenRuns('three-shipments'));
  const crafted = runs.replaceAll(
    '"amount":1000',
    '"reason":"\\u001b[2J\\u009b31m\\u202e\\u0007","amount":1000',
  );
  put('crafted.json', bundleOf(JSON.parse(crafted) as never).bundle);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a file', () => {
  test('is listed entry by entry, as text and as data', async () => {
    const { code, stdout } = await tranche('audit', 'replay', 'a.json');
    expect(code).toBe(0);
    expect(stdout).toContain('moved captured 0.00 EUR → 30.00 EUR');
    expect(stdout).toMatch(/legal capture, release.*captures left 126, final free/);
    const { stdout: json } = await tranche('--json', 'audit', 'replay', 'a.json', '--step');
    const { entries } = JSON.parse(json) as { entries: object[] };
    expect(entries[0]).toMatchObject({
      n: 1,
      type: 'payment.created',
      legal: ['reschedule'],
      limits: {},
      balances: { held: 0 },
    });
  });

  test('is shown as it stood', async () => {
    const { code, stdout } = await tranche('audit', 'replay', 'a.json', '--at', '5');
    expect(code).toBe(0);
    expect(stdout).toContain('in flight: call c-1#2');
    expect((await tranche('audit', 'replay', 'a.json', '--at', '99')).code).toBe(2);
  });

  test('differs between two entries, and from another file', async () => {
    const { stdout } = await tranche('audit', 'replay', 'a.json', '--diff', '5', '7');
    expect(stdout).toMatch(/amounts\.captured\.value +0 +3000/);
    const { stdout: two, code } = await tranche('audit', 'replay', '--diff', 'a.json', 'b.json');
    expect(code).toBe(0);
    expect(two).toContain('entry 1');
  });

  test('goes on otherwise, and the exit code tells a refusal', async () => {
    const { code, stdout } = await tranche(
      'audit',
      'replay',
      'a.json',
      '--what-if',
      'outcome c-2=declined',
      '--then',
      'replay',
    );
    expect(code).toBe(0);
    expect(stdout).toContain('unheard  entry 9 answer c-2#3');
    const refused = await tranche(
      'audit',
      'replay',
      'a.json',
      '--at',
      '6',
      '--what-if',
      'capture amount=200.00',
    );
    expect(refused.code).toBe(1);
    expect(refused.stdout).toContain('capturable 7 000, asked 20 000');
  });

  test('an id that is taken by another body is refused; the same body again is a repeat', async () => {
    const again = (text: string, ...more: readonly string[]) =>
      tranche(...more, 'audit', 'replay', 'a.json', '--at', '6', '--what-if', text);
    const other = await again('capture amount=60.01 id=c-1');
    expect(other.stdout).toContain('refused, idempotency-conflict: the id is taken by another body');
    expect(other.stdout).not.toContain('nothing follows');
    expect(other.code).toBe(1);
    const { stdout } = await again('capture amount=60.01 id=c-1', '--json');
    expect(JSON.parse(stdout)).toMatchObject({
      followed: [{ refused: { refusedBy: 'idempotency-conflict' }, entries: [] }],
    });
    const same = await again('capture amount=30.00 id=c-1');
    expect(same.stdout).toContain('nothing follows');
    expect(same.code).toBe(0);
  });

  test('whose ledger its histories do not give is exit 1', async () => {
    const { code, stderr } = await tranche('audit', 'replay', 'lie.json');
    expect(code).toBe(1);
    expect(stderr).toContain('first at entry 6');
  });

  test.each([[[]], [['--at', '3']], [['--diff', '1', '16']], [['--what-if', 'clock +P1D']], [['--json']]])(
    'brings no control characters %j',
    async (args) => {
      const { stdout, stderr } = await tranche('audit', 'replay', 'crafted.json', ...args);
      expect(stdout.length).toBeGreaterThan(100);
      expect(`${stdout}${stderr}`).not.toMatch(/[^\P{Cc}\n]|[\u202a-\u202e]/u);
    },
  );
});

describe('wrong use', () => {
  test.each([
    ['nothing named', []],
    ['no such file', ['none.json']],
    ['no point', ['a.json', '--at', 'noon']],
    ['an instant of no zone', ['a.json', '--at', '2036-01-01T00:00:00']],
    ['a day that is none', ['a.json', '--at', '2036-02-30T00:00:00Z']],
    ['a deadline that is none', ['a.json', '--at', '6', '--what-if', 'reschedule deadline=5']],
    ['one side', ['a.json', '--diff', '3']],
    ['two questions', ['a.json', '--diff', '1', '2', '--on', 'HEAD']],
    ['no supposition', ['a.json', '--what-if', 'fly']],
    ['then without what', ['a.json', '--then', 'replay']],
    ['no checkout', ['a.json', '--on', 'no-such-ref']],
  ])('%s', async (_what, args) => {
    expect((await tranche('audit', 'replay', ...args)).code).toBe(2);
  });
});

describe('with a server', () => {
  let engine: Engine;
  beforeAll(async () => {
    const temporal = inject('temporal');
    engine = await startEngine(temporal);
    writeFileSync(
      join(folder, 'tranche.config.json'),
      JSON.stringify({
        temporal: { ...temporal, taskQueue: engine.taskQueue },
        encryption: { keys: [{ id: 'test', key: Buffer.alloc(32, 7).toString('base64') }] },
        accounts: { [ACCOUNT]: engine.accountConfig },
      }),
    );
  });
  afterAll(() => engine.stop());

  test('a payment is exported first, and the gate replays what a query finds', async () => {
    const body = cardPayment();
    await engine.payments.create(body, { by: 'shop' });
    await engine.payments.command(body.id, { type: 'capture', id: 'c-1', amount: 1_000 }, SHOP);
    const { code, stdout } = await tranche('audit', 'replay', body.id);
    expect(code).toBe(0);
    expect(stdout).toContain('capture.approved');
    const query = `TrancheAccount = '${ACCOUNT}'`;
    const listed = async (): Promise<number> => Number((await engine.client.workflow.count(query)).count);
    while ((await listed()) === 0) await new Promise((resolve) => setTimeout(resolve, 200));
    const gated = await tranche('--json', 'audit', 'gate', '--query', query);
    expect(gated.code).toBe(0);
    expect(JSON.parse(gated.stdout)).toMatchObject({
      holds: true,
      types: [{ type: 'payment', runs: 1, diverged: 0 }],
    });
  });
});
