/** Rule: an export of many that was killed goes on where it stopped, writes each payment whole or not at all, and again only what has moved since. */
import '../support/quiet-runtime.ts';
import { once } from 'node:events';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import type { Bundle } from '../../audit/bundle.ts';
import { ACCOUNT, cardPayment, type Engine, SHOP, startEngine, until } from '../support/payments.ts';
import { runCli, spawnCli } from './run-cli.ts';

/** More than a page of visibility. */
const COUNT = 220;
const AT_ONCE = 16;
const QUERY = `TrancheAccount = '${ACCOUNT}'`;
let folder: string;
let engine: Engine;
const ids: string[] = [];

const exporting = (...more: readonly string[]) => [
  'audit',
  'export',
  '--query',
  QUERY,
  '--out',
  'out',
  ...more,
];
const files = (): readonly string[] => readdirSync(join(folder, 'out'));
const times = (): ReadonlyMap<string, number> =>
  new Map(files().map((name) => [name, statSync(join(folder, 'out', name)).mtimeMs]));

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tranche-export-'));
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
  const wanted = Array.from({ length: COUNT }, () => cardPayment()).values();
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (const body of wanted) {
        await engine.payments.create(body, { by: 'shop' });
        ids.push(body.id);
      }
    }),
  );
  await until(
    async () =>
      (
        await engine.client.workflowService.countWorkflowExecutions({
          namespace: temporal.namespace,
          query: QUERY,
        })
      ).count,
    (count) => Number(count) === COUNT,
  );
});

afterAll(async () => {
  await engine.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe('an export of many', () => {
  test('that was killed goes on where it stopped', async () => {
    const killed = spawnCli(exporting(), folder);
    const ended = once(killed, 'exit');
    const written = (): number =>
      existsSync(join(folder, 'out')) ? files().filter((name) => name.endsWith('.json')).length : 0;
    // A busy machine takes its time to start it; the test's own patience is the bound.
    while (written() <= 10 && killed.exitCode === null) await delay(20);
    killed.kill('SIGKILL');
    await ended;
    const whole = files().filter((name) => name.endsWith('.json'));
    for (const name of whole) JSON.parse(readFileSync(join(folder, 'out', name), 'utf8'));
    const before = times();
    const { code, stderr } = await runCli(exporting('--jobs', '8'), folder);
    expect(code).toBe(0);
    expect(stderr).toContain(`${whole.length} were there already`);
    const after = times();
    for (const name of whole) expect(after.get(name)).toBe(before.get(name));
    expect(files().filter((name) => name.endsWith('.json'))).toHaveLength(COUNT);
  });

  test('writes again what has moved, what is spoilt, and takes old drafts away', async () => {
    const some = ids.slice(0, 10);
    const [moved = '', spoilt = ''] = some;
    const args = ['audit', 'export', ...some, '--out', 'moved', '--jobs', '3', '--no-recorded'];
    expect((await runCli(args, folder)).code).toBe(0);
    await engine.payments.command(moved, { type: 'capture', id: 'c-1', amount: 100 }, SHOP);
    const file = (id: string) => join(folder, 'moved', `${id}.audit.json`);
    const text = readFileSync(file(spoilt), 'utf8');
    writeFileSync(file(spoilt), text.slice(0, -100));
    const draft = `${file(spoilt)}.00000000-0000-4000-8000-000000000000`;
    writeFileSync(draft, 'half');
    utimesSync(draft, 0, 0);
    const { code, stderr } = await runCli(args, folder);
    expect(code).toBe(0);
    expect(stderr).toContain('2 bundles written');
    expect(stderr).toContain(`${some.length - 2} were there already`);
    // Members of a map come from the server in any order, which digests do not see.
    const written = JSON.parse(readFileSync(file(spoilt), 'utf8')) as Bundle;
    expect(written.digests).toEqual((JSON.parse(text) as Bundle).digests);
    const bundle = JSON.parse(readFileSync(file(moved), 'utf8')) as Bundle;
    expect(bundle.ledger.at(-1)).toMatchObject({ type: 'capture.approved', operation: 'c-1' });
    expect(existsSync(draft)).toBe(false);
  });

  test('goes to standard output a line each, and all of them hold', async () => {
    const { code, stdout } = await runCli(['audit', 'export', ...ids.slice(0, 12), '--no-recorded'], folder);
    expect(code).toBe(0);
    writeFileSync(join(folder, 'some.ndjson'), stdout);
    const verified = await runCli(['--json', 'audit', 'verify', 'some.ndjson'], folder);
    expect(verified.code).toBe(0);
    const { bundles } = JSON.parse(verified.stdout) as {
      readonly bundles: readonly { readonly payment: string }[];
    };
    expect(new Set(bundles.map(({ payment }) => payment))).toEqual(new Set(ids.slice(0, 12)));
  });
});
