/**
 * Rule: `audit verify --against-provider` asks the provider's own books by reads alone. What agrees is a pass, what was
 * made elsewhere is the first difference, a provider that cannot be asked is no pass, and one that is away is exit 3.
 */
import '../support/quiet-runtime.ts';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { createProviderActivities } from '../../activities/provider-activities.ts';
import type { Bundle } from '../../audit/bundle.ts';
import { exportPayment, writeBundle } from '../../audit/export.ts';
import { compareWithProvider } from '../../audit/provider-compare.ts';
import { besideTwin } from '../../cli/twins.ts';
import type { HoldReference } from '../../payment/hold.ts';
import type { AccountConfig } from '../../providers/provider.ts';
import { spawnFinlineTwin } from '../../sandbox/finline/spawn.ts';
import { spawnSwedbankPayTwin } from '../../sandbox/swedbankpay/spawn.ts';
import { configureAccounts } from '../../temporal/accounts.ts';
import { workflowBundle } from '../../temporal/bundle.ts';
import { PaymentClient } from '../../temporal/client.ts';
import { encryptionCodec } from '../../temporal/codec.ts';
import { dataConverter } from '../../temporal/data-converter.ts';
import { createWorker } from '../../temporal/worker.ts';
import { goldenBundle } from '../audit/bundles.ts';
import { TWIN_ACCOUNTS } from '../support/five-providers.ts';
import { accountFor, SHOP, until } from '../support/payments.ts';
import { testKeyRing } from '../support/test-key.ts';
import { runCli } from './run-cli.ts';

type Json = Readonly<Record<string, unknown>>;
interface Books {
  readonly requests: readonly { readonly request: string | null; readonly tookEffect: boolean }[];
}

const folder = mkdtempSync(join(tmpdir(), 'tranche-against-'));
const suffix = randomUUID().slice(0, 8);
const [SWEDBANK, FINLINE, PAYONE] = [`swedbank-${suffix}`, `finline-${suffix}`, 'payone-c5c3b82d'];
const configs: Record<string, AccountConfig> = {};
const closers: (() => Promise<unknown>)[] = [];
const twins: Record<string, { readonly url: string; stop(): Promise<void> }> = {};
let payments: PaymentClient;
let client: Client;

const verify = (file: string) => runCli(['audit', 'verify', file, '--against-provider'], folder);

async function admin(account: string, path: string, body?: Json): Promise<Json> {
  const headers = { 'content-type': 'application/json' };
  const post = { method: 'POST', headers, body: JSON.stringify(body) };
  const answer = await fetch(`${twins[account]?.url}/admin/${path}`, body === undefined ? {} : post);
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as Json;
}

async function adopted(account: string, currency: string, reference: HoldReference): Promise<string> {
  const id = `p-${randomUUID()}`;
  const amount = { value: 10_000, currency };
  await payments.create({ id, account, amount, authorization: { adopt: { reference } } }, { by: 'shop' });
  return id;
}

async function exported(id: string): Promise<string> {
  await until(
    () => payments.get(id),
    ({ captures, releases, refunds }) =>
      [...captures, ...releases, ...refunds].every(
        ({ state }) => state === 'approved' || state === 'declined',
      ),
  );
  const { bundle } = await exportPayment({ client, codec: encryptionCodec(testKeyRing()) }, id);
  return writeBundle(folder, bundle);
}

beforeAll(async () => {
  const temporal = inject('temporal');
  const swedbank = await spawnSwedbankPayTwin();
  const finline = await spawnFinlineTwin();
  Object.assign(twins, { [SWEDBANK]: swedbank, [FINLINE]: finline });
  const add = (name: string, provider: 'swedbankpay' | 'finline', url: string): void => {
    const config = { ...TWIN_ACCOUNTS[provider], timeoutMs: 3_000, provider };
    configs[name] = besideTwin(config, url, 'http://127.0.0.1:1/');
  };
  add(SWEDBANK, 'swedbankpay', swedbank.url);
  add(FINLINE, 'finline', finline.apiUrl);
  const accounts = configureAccounts(configs);
  const payone = accountFor('http://127.0.0.1:1/');
  writeFileSync(
    join(folder, 'tranche.config.json'),
    JSON.stringify({ accounts: { ...configs, [PAYONE]: payone } }),
  );
  writeFileSync(join(folder, 'other.json'), JSON.stringify({ accounts: { other: payone } }));
  const keyRing = testKeyRing();
  const converter = dataConverter(keyRing);
  const connection = await Connection.connect({ address: temporal.address });
  const native = await NativeConnection.connect({ address: temporal.address });
  client = new Client({ connection, namespace: temporal.namespace, dataConverter: converter });
  const taskQueue = `test-${randomUUID()}`;
  payments = new PaymentClient({ client, taskQueue, accounts, keyRing });
  const worker = await createWorker({
    connection: native,
    namespace: temporal.namespace,
    taskQueue,
    dataConverter: converter,
    activities: createProviderActivities({ accounts, keyRing }),
    bundle: await workflowBundle(),
    longestCallMs: 3_000,
  });
  const running = worker.run();
  closers.push(async () => {
    worker.shutdown();
    await running;
    for (const account of accounts.values()) await account.close();
    await native.close();
    await connection.close();
    for (const twin of Object.values(twins)) await twin.stop();
    rmSync(folder, { recursive: true, force: true });
  });
});

afterAll(async () => {
  for (const close of closers) await close();
});

describe('Swedbank Pay', () => {
  test('books that agree are a pass, found by reads alone; a capture made elsewhere is not', async () => {
    const made = await admin(SWEDBANK, 'payments', { payeeReference: 'E1', amount: 10_000, currency: 'SEK' });
    const id = await adopted(SWEDBANK, 'SEK', { payment: String(made['id']) });
    await payments.command(id, { type: 'capture', id: 'c-1', amount: 3_000 }, SHOP);
    await payments.command(id, { type: 'capture', id: 'c-2', amount: 2_000 }, SHOP);
    await payments.command(id, { type: 'refund', id: 'r-1', amount: 500 }, SHOP);
    const file = await exported(id);
    const before = (await admin(SWEDBANK, 'books')) as unknown as Books;
    const held = await verify(file);
    expect(held.stdout).toMatch(/pass {2}provider .*captured 5000, refunded 500, held 5000/);
    expect(held.code).toBe(0);
    const after = (await admin(SWEDBANK, 'books')) as unknown as Books;
    const asked = after.requests.slice(before.requests.length);
    expect(asked.length).toBeGreaterThan(3);
    expect(asked.filter(({ tookEffect }) => tookEffect)).toEqual([]);

    await admin(SWEDBANK, 'observe', { payment: made['id'], kind: 'capture', amount: 1_000 });
    const altered = await verify(file);
    expect(altered.stdout).toMatch(/FAIL {2}provider +held\s+expected 5000\s+actual +4000/);
    expect(altered.code).toBe(1);
    const json = await runCli(['--json', 'audit', 'verify', file, '--against-provider'], folder);
    expect(JSON.parse(json.stdout)).toMatchObject({ holds: false, bundles: [{ holds: false }] });
  });

  test('an operation that the books do not have is the first difference', async () => {
    const made = await admin(SWEDBANK, 'payments', { payeeReference: 'E2', amount: 10_000, currency: 'SEK' });
    const id = await adopted(SWEDBANK, 'SEK', { payment: String(made['id']) });
    await payments.command(id, { type: 'capture', id: 'c-1', amount: 3_000 }, SHOP);
    const bundle = JSON.parse(readFileSync(await exported(id), 'utf8')) as Bundle;
    const { ledger, payment } = bundle;
    const account = configureAccounts(configs).get(SWEDBANK);
    expect((await compareWithProvider(bundle, account)).check).toMatchObject({ pass: true });
    // The same payment with a key that Swedbank Pay never saw: what a bundle of another platform would ask for.
    const foreign = ledger.map((entry) =>
      entry.data['keys'] === undefined
        ? entry
        : { ...entry, data: { ...entry.data, keys: { payment: made['id'], payeeReference: 'NEVERSEEN' } } },
    );
    const { check } = await compareWithProvider({ ...bundle, payment, ledger: foreign }, account);
    expect(check).toMatchObject({
      pass: false,
      difference: { where: 'capture c-1', expected: 'approved', actual: 'absent' },
    });
    await account?.close();
  });
});

describe('finline', () => {
  test('books that agree are a pass, and a capture made elsewhere is not', async () => {
    await admin(FINLINE, 'orders', { orderId: 'E1', amount: 10_000, currency: 'UAH' });
    const captured = await adopted(FINLINE, 'UAH', { orderId: 'E1' });
    await payments.command(captured, { type: 'capture', id: 'c-1', amount: 6_000 }, SHOP);
    const file = await exported(captured);
    expect(await verify(file)).toMatchObject({ code: 0 });

    await admin(FINLINE, 'orders', { orderId: 'E2', amount: 10_000, currency: 'UAH' });
    const open = await exported(await adopted(FINLINE, 'UAH', { orderId: 'E2' }));
    expect(await verify(open)).toMatchObject({ code: 0 });
    await admin(FINLINE, 'observe', { orderId: 'E2', kind: 'capture', amount: 4_000 });
    const altered = await verify(open);
    expect(altered.stdout).toMatch(/FAIL {2}provider +held\s+expected 10000\s+actual +0/);
    expect(altered.code).toBe(1);
  });
});

describe('a provider that cannot be asked', () => {
  test.each([
    ['whose books nobody can read', 'tranche.config.json', 'books of payone cannot be asked'],
    ['of an account that is not configured', 'other.json', 'is not in this configuration'],
  ])('%s is no pass', async (_what, config, why) => {
    const file = join(folder, 'golden.json');
    writeFileSync(file, JSON.stringify(await goldenBundle('three-shipments')));
    const args = ['--config', config, 'audit', 'verify', file, '--against-provider'];
    const { code, stdout } = await runCli(args, folder);
    expect(stdout).toMatch(new RegExp(`- +provider .*${why}`));
    expect(code).toBe(1);
  });

  test('because it is away is exit 3, and the verdict is printed before', async () => {
    await admin(FINLINE, 'orders', { orderId: 'E9', amount: 10_000, currency: 'UAH' });
    const file = await exported(await adopted(FINLINE, 'UAH', { orderId: 'E9' }));
    const away = besideTwin(
      { ...configs[FINLINE], provider: 'finline' },
      'http://127.0.0.1:1/',
      'http://127.0.0.1:1/',
    );
    writeFileSync(join(folder, 'away.json'), JSON.stringify({ accounts: { [FINLINE]: away } }));
    const args = ['--config', 'away.json', 'audit', 'verify', file, '--against-provider'];
    const { code, stdout, stderr } = await runCli(args, folder);
    expect(stdout).toMatch(/- +provider .*could not be read/);
    expect(stderr).toContain('does not answer');
    expect(code).toBe(3);
  });
});
