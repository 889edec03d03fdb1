// The calls of an account with limits have a queue of their own, where the limits hold, and which is always served.
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { NativeConnection } from '@temporalio/worker';
import { expect, inject, onTestFinished, test } from 'vitest';
import { createProviderActivities } from '../../activities/provider-activities.ts';
import { type AccountLimits, BREAKER_DEFAULTS } from '../../providers/account-limits.ts';
import { workflowBundle } from '../../temporal/bundle.ts';
import { callQueueOf, callQueuesOf, createWorkers, workerOptionsOf } from '../../temporal/call-queue.ts';
import { parseConfiguration } from '../../temporal/configuration.ts';
import { dataConverter } from '../../temporal/data-converter.ts';
import { ACCOUNT, cardPayment, type Engine, startEngine } from '../support/payments.ts';
import { testKeyRing } from '../support/test-key.ts';

const limits = (each: Partial<AccountLimits>): ReadonlyMap<string, AccountLimits> =>
  new Map([[ACCOUNT, { breaker: BREAKER_DEFAULTS, ...each }]]);

/** Approves every authorisation after a while, and remembers when each came and how many were there at once. */
async function startProvider(answerAfterMs: number) {
  const seen = { arrivals: [] as number[], present: 0, most: 0 };
  const server = createServer((request, response) => {
    seen.arrivals.push(performance.now());
    seen.present += 1;
    seen.most = Math.max(seen.most, seen.present);
    const txid = 300_000_000 + seen.arrivals.length;
    request.resume();
    void delay(answerAfterMs).then(() => {
      seen.present -= 1;
      response.end(`status=APPROVED\ntxid=${txid}\nuserid=100\n`);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return { seen, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` };
}

/** An engine whose payments know the limits of `created`, and whose workers are given by the test. */
async function start(url: string, created: ReadonlyMap<string, AccountLimits>): Promise<Engine> {
  const taskQueue = `test-${randomUUID()}`;
  const engine = await startEngine(inject('temporal'), {
    worker: false,
    taskQueue,
    account: { url, timeoutMs: 20_000 },
    client: { callQueues: callQueuesOf(taskQueue, created), acceptWithin: 30_000 },
  });
  onTestFinished(() => engine.stop());
  return engine;
}

/** As a process of its own would. */
async function work(engine: Engine, known: ReadonlyMap<string, AccountLimits>): Promise<void> {
  const { address, namespace } = inject('temporal');
  const keyRing = testKeyRing();
  const connection = await NativeConnection.connect({ address });
  const workers = await createWorkers({
    connection,
    namespace,
    taskQueue: engine.taskQueue,
    dataConverter: dataConverter(keyRing),
    activities: createProviderActivities({ accounts: engine.accounts, keyRing }),
    bundle: await workflowBundle(),
    longestCallMs: 3_000,
    limits: known,
  });
  const running = workers.map((worker) => worker.run());
  onTestFinished(async () => {
    for (const worker of workers) worker.shutdown();
    await Promise.all(running);
    await connection.close();
  });
}

const pay = (engine: Engine, count: number) =>
  Promise.all(
    Array.from({ length: count }, async () => {
      const body = cardPayment();
      const { receipt } = await engine.payments.create(body, { by: 'shop' });
      return { id: body.id, state: receipt.state };
    }),
  );

/** Where the activities of a payment were sent. */
async function queuesOf(engine: Engine, id: string): Promise<readonly string[]> {
  const { events } = await engine.client.workflow.getHandle(`payment/${id}`).fetchHistory();
  return (events ?? []).flatMap((event) => {
    const name = event.activityTaskScheduledEventAttributes?.taskQueue?.name;
    return name === undefined || name === null ? [] : [name];
  });
}

test('one worker process has at most `maxConcurrent` calls at the provider', async () => {
  const provider = await startProvider(100);
  const engine = await start(provider.url, limits({ maxConcurrent: 2 }));
  await work(engine, limits({ maxConcurrent: 2 }));
  const paid = await pay(engine, 10);
  expect(paid.map((each) => each.state)).toEqual(Array.from({ length: 10 }, () => 'approved'));
  expect(provider.seen.arrivals).toHaveLength(10);
  expect(provider.seen.most).toBeLessThanOrEqual(2);
  expect(await queuesOf(engine, paid[0]?.id ?? '')).toEqual([callQueueOf(engine.taskQueue, ACCOUNT)]);
});

test('all processes together begin no more than `rate` calls a second', async () => {
  const provider = await startProvider(1);
  const engine = await start(provider.url, limits({ rate: 2 }));
  await work(engine, limits({ rate: 2 }));
  await work(engine, limits({ rate: 2 }));
  await pay(engine, 10);
  const { arrivals } = provider.seen;
  // Ten at two a second take 4.5 s; the server may give a burst at the start, and no machine is too fast for it.
  expect((arrivals[9] ?? 0) - (arrivals[0] ?? 0)).toBeGreaterThan(2_000);
});

test('a payment keeps its queue, and an account that lost its limits is served on it', async () => {
  const provider = await startProvider(1);
  const engine = await start(provider.url, limits({ rate: 1 }));
  await work(engine, limits({}));
  const [paid] = await pay(engine, 1);
  expect(paid?.state).toBe('approved');
  expect(await queuesOf(engine, paid?.id ?? '')).toEqual([callQueueOf(engine.taskQueue, ACCOUNT)]);
});

test('an account without limits has its calls on the engine’s queue', () => {
  const known = new Map([...limits({}), ['b', { breaker: BREAKER_DEFAULTS, rate: 1 }] as const]);
  expect([...callQueuesOf('tranche', known)]).toEqual([['b', 'tranche.b']]);
});

test('the worker options of a configuration name the longest call of its accounts, and their limits', () => {
  const key = Buffer.alloc(32, 3).toString('base64');
  const options = (accounts: object) =>
    workerOptionsOf(parseConfiguration({ encryption: { keys: [{ id: 'k', key }] }, accounts }));
  expect(options({})).toEqual({ taskQueue: 'tranche', longestCallMs: 30_000, limits: new Map() });
  const shop = {
    provider: 'payone',
    url: 'http://127.0.0.1:9/',
    mid: '14648',
    aid: '17321',
    portalId: '2040559',
    key: 'portal-key',
    mode: 'test',
    timeoutMs: 45_000,
    maxConcurrent: 2,
  };
  const { longestCallMs, limits: found } = options({ shop });
  expect(longestCallMs).toBe(45_000);
  expect(callQueuesOf('tranche', found)).toEqual(new Map([['shop', 'tranche.shop']]));
  const terminal = {
    provider: 'ccv',
    url: 'http://127.0.0.1:9000',
    operatingEnvironment: 'UNATTENDED',
    accessProtocol: 'OPI_NL',
    language: 'ENG',
    environment: 'EVCHARGING',
  };
  // A cardholder may take three minutes.
  expect(options({ shop, terminal }).longestCallMs).toBe(180_000);
});
