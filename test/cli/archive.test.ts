// Rule: `tranche archive` finds, shows, exports, checks, copies and removes, with and without --json, and says by its exit code how it went.
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openArchive } from '../../audit/archive/open-archive.ts';
import { goldenRecords } from '../audit/archive/archives.ts';
import { testKeyRing } from '../support/test-key.ts';
import { type Ran, runCli } from './run-cli.ts';

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tranche-archive-cli-'));
  await fill('a');
  configure('a', {});
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function fill(name: string): Promise<void> {
  const path = join(folder, `${name}.sqlite`);
  const archive = await openArchive({ engine: 'sqlite', path }, testKeyRing());
  for (const record of await goldenRecords()) await archive.put(record);
  await archive.close();
}

function configure(name: string, keep: Readonly<Record<string, string>>): void {
  const keys = [{ id: 'test', key: Buffer.alloc(32, 7).toString('base64') }];
  const archive = { url: `sqlite:${join(folder, `${name}.sqlite`)}`, keep };
  writeFileSync(
    join(folder, `${name}.json`),
    JSON.stringify({ encryption: { keys }, archive, accounts: {} }),
  );
}

const run = (name: string, ...args: readonly string[]): Promise<Ran> =>
  runCli(['--config', `${name}.json`, 'archive', ...args], folder);

const json = async (name: string, ...args: readonly string[]): Promise<Record<string, unknown>> => {
  const { stdout, stderr } = await run(name, ...args, '--json');
  try {
    return JSON.parse(stdout) as Record<string, unknown>;
  } catch {
    throw new Error(`${args.join(' ')}: ${stdout}${stderr}`);
  }
};

test('list finds by what it is told and goes on page by page; show tells of one payment', async () => {
  const [record] = await goldenRecords();
  const { payment, account, status, amount } = record?.facts ?? {};
  const found = await json(
    'a',
    'list',
    '--payment',
    payment ?? '',
    '--account',
    account ?? '',
    '--status',
    status ?? '',
    '--least',
    String(amount),
    '--since',
    '2020-01-01T00:00:00Z',
  );
  expect(found).toMatchObject({ items: [{ payment, account, status, amount, kind: 'bundle' }], next: null });
  expect(await json('a', 'list', '--most', '1')).toEqual({ items: [], next: null });
  const first = await json('a', 'list', '--limit', '2');
  const second = await json('a', 'list', '--limit', '2', '--cursor', String(first['next']));
  const numbers = [first, second].flatMap(({ items }) => (items as { n: number }[]).map(({ n }) => n));
  expect(numbers).toEqual([5, 4, 3, 2]);

  expect(await json('a', 'show', payment ?? '')).toMatchObject({ payment, ended: { status } });
  const shown = await run('a', 'show', payment ?? '');
  expect(shown.stdout).toContain('bundle');
  expect((await run('a', 'show', 'nobody')).code).toBe(1);
  expect((await run('a', 'list', '--since', 'yesterday')).code).toBe(2);
  expect((await run('a', 'list', '--kind', 'all')).code).toBe(2);
});

test('what export writes is what audit verify takes', async () => {
  expect((await run('a', 'export', '--out', 'bundles')).code).toBe(0);
  const files = readdirSync(join(folder, 'bundles'));
  expect(files).toHaveLength((await goldenRecords()).length);
  const one = join('bundles', files[0] ?? '');
  expect((await runCli(['audit', 'verify', one], folder)).code).toBe(0);
  expect((await run('a', 'export', 'nobody', '--out', 'bundles')).code).toBe(1);
});

test('verify holds, and a head that is not in the chain is seen', async () => {
  const { head } = (await json('a', 'status')) as { head: string };
  expect(await json('a', 'verify', '--head', head)).toMatchObject({ holds: true });
  const other = await run('a', 'verify', '--head', `9:${'f'.repeat(64)}`);
  expect(other.code).toBe(1);
  expect(other.stdout).toContain('does not hold');
  expect((await run('a', 'verify', '--head', 'x')).code).toBe(2);
});

test('a copy is restored, and another archive is not written over', async () => {
  expect((await run('a', 'backup', '--to', 'sqlite:b.sqlite')).code).toBe(0);
  configure('c', {});
  const restored = await json('c', 'restore', '--from', 'sqlite:b.sqlite');
  expect(restored).toMatchObject({ entries: 5, head: (await json('a', 'status'))['head'] });
  expect((await run('c', 'embargo', 'another', '--ahead', '--why', 'it goes another way')).code).toBe(0);
  await fill('f');
  expect((await run('c', 'restore', '--from', 'sqlite:f.sqlite')).code, 'another one').toBe(1);
});

test('records go by rule and stay by embargo', async () => {
  await fill('e');
  configure('e', { default: 'PT0S' });
  const payment = (await goldenRecords())[0]?.facts.payment ?? '';
  expect((await run('e', 'embargo', payment, '--why', 'a dispute')).code).toBe(0);
  type Gone = { readonly payments: readonly { readonly payment: string; readonly embargo: boolean }[] };
  const would = (await json('e', 'expire', '--dry-run')) as unknown as Gone;
  expect(would.payments).toHaveLength(5);
  const gone = (await json('e', 'expire')) as unknown as Gone;
  expect(gone).toMatchObject({ payments: would.payments });
  expect(gone.payments.filter(({ embargo }) => embargo).map((each) => each.payment)).toEqual([payment]);
  expect((await run('e', 'verify', '--offline')).stdout).toContain('1 bundles hold');
  expect((await run('e', 'rekey')).stdout).toContain('0 record(s)');
});

test('an archive that does not open is unreachable, and its password is not told', async () => {
  const keys = [{ id: 'test', key: Buffer.alloc(32, 7).toString('base64') }];
  const url = 'postgres://writer:archive-canary@127.0.0.1:9/none';
  writeFileSync(
    join(folder, 'd.json'),
    JSON.stringify({ encryption: { keys }, archive: { url }, accounts: {} }),
  );
  const { code, stdout, stderr } = await run('d', 'status');
  expect(code).toBe(3);
  expect(stdout + stderr).not.toContain('archive-canary');
});

test('an embargo on a payment that is not there is refused, unless it is said to come ahead', async () => {
  await fill('g');
  configure('g', {});
  const before = (await json('g', 'status'))['head'];
  const typo = await run('g', 'embargo', 'o-typo', '--why', 'a dispute');
  expect(typo.code).toBe(1);
  expect(typo.stderr).toContain('nothing of payment o-typo');
  expect((await run('g', 'embargo', 'o-typo', '--why', 'x', '--lift')).code).toBe(1);
  expect((await json('g', 'status'))['head']).toBe(before);
  expect((await run('g', 'embargo', 'o-typo', '--why', 'a dispute', '--ahead')).code).toBe(0);
  expect((await run('g', 'embargo', 'o-typo', '--why', 'settled', '--lift')).code).toBe(0);
});

test('--archive names another one than the configuration, and verify says first which', async () => {
  await fill('h');
  configure('i', {});
  const place = `sqlite:${join(folder, 'h.sqlite')}`;
  const verified = await run('i', 'verify', '--archive', place);
  expect(verified.code).toBe(0);
  expect(verified.stdout.split('\n')[0]).toContain(join(folder, 'h.sqlite'));
  expect(await json('i', 'verify', '--archive', place)).toMatchObject({
    place: `sqlite ${join(folder, 'h.sqlite')}`,
    holds: true,
  });
  expect(await json('i', 'status', '--archive', place)).toMatchObject({ bundles: 5 });
  expect((await json('i', 'list', '--archive', place))['items']).toHaveLength(5);
  expect((await run('i', 'verify', '--archive', `sqlite:${join(folder, 'none.sqlite')}`)).code).toBe(3);
  expect((await run('i', 'verify', '--archive', 'mysql://x')).code).toBe(2);
  expect((await run('i', 'accept', 'x')).code).toBe(2);
});
