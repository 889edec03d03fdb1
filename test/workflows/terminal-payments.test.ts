// One terminal among several payments: no two talk to it at once, no requestId goes out twice, and after an outcome
// that nobody knows it is left alone until somebody settles it.
import '../support/quiet-runtime.ts';
import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { NativeConnection, type Worker } from '@temporalio/worker';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { createProviderActivities } from '../../activities/provider-activities.ts';
import type { AccountConfig, ProviderAccount } from '../../providers/provider.ts';
import { type SpawnedCcvTwin, spawnCcvTwin } from '../../sandbox/ccv/spawn.ts';
import { configureAccounts } from '../../temporal/accounts.ts';
import { workflowBundle } from '../../temporal/bundle.ts';
import { PaymentClient } from '../../temporal/client.ts';
import { dataConverter } from '../../temporal/data-converter.ts';
import { createWorker } from '../../temporal/worker.ts';
import { readTerminal, type TerminalView } from '../../workflows/messages.ts';
import type { terminal } from '../../workflows/terminal.ts';
import { OPERATOR, SHOP, until } from '../support/payments.ts';
import { testKeyRing } from '../support/test-key.ts';

const taskQueue = `terminal-${randomUUID()}`;
const keyRing = testKeyRing();
const converter = dataConverter(keyRing);
const children = new Set<ChildProcess>();
const twins: SpawnedCcvTwin[] = [];
const configs: Record<string, AccountConfig> = {};
let accounts: ReadonlyMap<string, ProviderAccount>;
let connection: Connection;
let native: NativeConnection;
let client: Client;
let payments: PaymentClient;
let running: { readonly worker: Worker; readonly done: Promise<void> };

/** A terminal for each test. */
const TERMINALS = ['race', 'lost', 'killed'] as const;
const nameOf = (name: (typeof TERMINALS)[number]): string => `${name}-${taskQueue}`;

beforeAll(async () => {
  const { address, namespace } = inject('temporal');
  for (const [seed, name] of TERMINALS.entries()) {
    const twin = await spawnCcvTwin({ seed, authoriseMs: 150, captureMs: 150 });
    twins.push(twin);
    configs[nameOf(name)] = {
      provider: 'ccv',
      url: twin.url,
      operatingEnvironment: 'UNATTENDED',
      accessProtocol: 'OPI_NL',
      language: 'ENG',
      environment: 'EVCHARGING',
      timeoutMs: 3_000,
      authorizationTimeoutMs: 3_000,
      unknownAfter: 'PT2M',
    };
  }
  accounts = configureAccounts(configs);
  connection = await Connection.connect({ address });
  client = new Client({ connection, namespace, dataConverter: converter });
  native = await NativeConnection.connect({ address });
  payments = new PaymentClient({ client, taskQueue, accounts, keyRing });
  running = await startWorker();
});
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  running.worker.shutdown();
  await running.done;
  await Promise.all([...accounts.values()].map((account) => account.close()));
  await Promise.all(twins.map((twin) => twin.stop()));
  await native.close();
  await connection.close();
});

async function startWorker(): Promise<typeof running> {
  const worker = await createWorker({
    connection: native,
    namespace: inject('temporal').namespace,
    taskQueue,
    dataConverter: converter,
    activities: createProviderActivities({ accounts, keyRing }),
    bundle: await workflowBundle(),
    longestCallMs: 3_000,
  });
  return { worker, done: worker.run() };
}

const viewed = (account: string, so: (view: TerminalView) => boolean): Promise<TerminalView> =>
  until(
    () => client.workflow.getHandle<typeof terminal>(`terminal/${account}`).query(readTerminal),
    so,
    'the terminal',
  );

async function authorised(account: string): Promise<string> {
  const id = `p-${randomUUID()}`;
  const { receipt } = await payments.create(
    {
      id,
      account,
      amount: { value: 5_000, currency: 'EUR' },
      authorization: { request: { method: 'terminal' } },
    },
    { by: 'shop' },
  );
  return ['approved', 'declined'].includes(receipt.state ?? '')
    ? id
    : until(
        () => payments.get(id),
        ({ authorization }) => authorization.state === 'approved',
        'the approval',
      ).then(() => id);
}

const captureOf = (id: string) => payments.command(id, { type: 'capture', id: 'c-1', amount: 2_500 }, SHOP);

const captured = (id: string) =>
  until(
    () => payments.get(id),
    ({ captures }) => captures[0]?.state === 'approved',
    'the capture',
  );

test('payments that race for one terminal take turns', async () => {
  const account = nameOf('race');
  const [twin] = twins;
  const ids = await Promise.all([authorised(account), authorised(account), authorised(account)]);
  await Promise.all(ids.map(captureOf));
  await Promise.all(ids.map(captured));
  const requests = (await twin?.admin.books())?.requests ?? [];
  expect(requests.map(({ requestId, status }) => [requestId, status])).toEqual(
    [1, 2, 3, 4, 5, 6].map((n) => [String(n), 'SUCCESS']),
  );
  expect(await viewed(account, ({ holder }) => holder === null)).toMatchObject({ counter: 6, queue: [] });
});

test('a lost answer keeps the others from the terminal until it is settled', async () => {
  const account = nameOf('lost');
  const twin = twins[1];
  const [a, b] = [await authorised(account), await authorised(account)];
  await twin?.admin.fault({ match: { paymentType: 'CAPTURE' }, fault: 'lost-after' });
  expect((await captureOf(a)).receipt.state).toBe('unknown');
  await viewed(account, ({ block }) => block?.payment === a);
  const { receipt } = await captureOf(b);
  expect(receipt.state).toBe('planned');
  const waiting = await until(
    () => payments.get(b),
    ({ attention }) => attention !== null,
    'the attention',
  );
  expect(waiting.attention).toMatchObject({ code: 'terminal-blocked' });
  expect((await twin?.admin.books())?.requests).toHaveLength(3);

  await payments.command(
    a,
    {
      type: 'resolve',
      id: 'r-1',
      word: { operation: 'c-1', outcome: 'approved' },
      evidence: 'the ticket says so',
      by: 'anna',
    },
    OPERATOR,
  );
  expect((await captured(b)).attentions).toEqual([]);
  const requests = (await twin?.admin.books())?.requests ?? [];
  expect(requests.map(({ requestId, tookEffect }) => [requestId, tookEffect])).toEqual(
    ['1', '2', '3', '4'].map((n) => [n, true]),
  );
});

test('a worker that dies between grant and send costs a number and doubles none', async () => {
  const account = nameOf('killed');
  const twin = twins[2];
  const [a, b] = [await authorised(account), await authorised(account)];
  running.worker.shutdown();
  await running.done;
  const main = fileURLToPath(new URL('../support/worker-main.ts', import.meta.url));
  const order = { ...inject('temporal'), taskQueue, accounts: configs };
  const faults = {
    TRANCHE_TEST_FAULTS: '1',
    TRANCHE_CRASH_AT: 'before-send',
    TRANCHE_CRASH_OPERATION: 'c-1',
  };
  const doomed = spawn(process.execPath, [main, JSON.stringify(order)], {
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { ...process.env, ...faults },
  });
  children.add(doomed);
  await once(createInterface({ input: doomed.stdout }), 'line');
  const killed = once(doomed, 'exit');
  const asked = captureOf(a).catch(() => undefined);
  await killed;
  running = await startWorker();
  await asked;

  // Nothing was sent, but nobody knows that: the terminal is left alone.
  expect((await viewed(account, ({ block }) => block !== null)).block).toMatchObject({ payment: a });
  await captureOf(b);
  await payments.command(
    a,
    {
      type: 'resolve',
      id: 'r-1',
      word: { operation: 'c-1', outcome: 'not_performed' },
      evidence: 'the terminal shows no ticket',
      by: 'anna',
    },
    OPERATOR,
  );
  await captured(b);
  const requests = (await twin?.admin.books())?.requests ?? [];
  expect(requests.map(({ requestId, tookEffect }) => [requestId, tookEffect])).toEqual(
    ['1', '2', '4'].map((n) => [n, true]),
  );
  expect(await viewed(account, ({ holder }) => holder === null)).toMatchObject({ counter: 4 });
});
