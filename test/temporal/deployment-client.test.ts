/**
 * Rule: a payment that is open while a new version of the worker becomes current goes on there under auto-upgrade; pinned,
 * it stays with the workers that it began with until it is moved. Workflows without an end are pinned in no case.
 */
import { randomUUID } from 'node:crypto';
import { NativeConnection } from '@temporalio/worker';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { createCommandActivities } from '../../activities/command-activities.ts';
import { createProviderActivities } from '../../activities/provider-activities.ts';
import { workflowBundle } from '../../temporal/bundle.ts';
import { dataConverter } from '../../temporal/data-converter.ts';
import { deploymentOf } from '../../temporal/deployment.ts';
import {
  moveFromVersion,
  promoteVersion,
  rampVersion,
  readDeployment,
} from '../../temporal/deployment-client.ts';
import { routeNotice } from '../../temporal/notice-routing.ts';
import { paymentPort } from '../../temporal/payment-port.ts';
import { createWorker } from '../../temporal/worker.ts';
import { ACCOUNT, cardPayment, type Engine, SHOP, startEngine, until } from '../support/payments.ts';
import { testKeyRing } from '../support/test-key.ts';

let engine: Engine;
let native: NativeConnection;
const stops = new Map<string, () => Promise<void>>();

beforeEach(async () => {
  engine = await startEngine(inject('temporal'), { worker: false });
  native = await NativeConnection.connect({ address: inject('temporal').address });
});

afterEach(async () => {
  await Promise.all([...stops.values()].map((stop) => stop()));
  stops.clear();
  await native.close();
  await engine.stop();
});

const name = () => engine.taskQueue;

/** A worker of one version; its identity in histories is the build id. */
async function startVersion(buildId: string, versioning: 'auto-upgrade' | 'pinned'): Promise<void> {
  const deployment = deploymentOf({
    taskQueue: engine.taskQueue,
    versioning,
    buildId,
    deployment: undefined,
  });
  if (deployment === null) throw new Error('not versioned');
  const keyRing = testKeyRing();
  const worker = await createWorker({
    connection: native,
    namespace: inject('temporal').namespace,
    taskQueue: engine.taskQueue,
    dataConverter: dataConverter(keyRing),
    activities: {
      ...createProviderActivities({ accounts: engine.accounts, keyRing }),
      ...createCommandActivities(paymentPort(engine.payments, engine.client)),
    },
    bundle: await workflowBundle(),
    longestCallMs: 3_000,
    identity: buildId,
    deployment,
  });
  const done = worker.run();
  stops.set(buildId, async () => {
    stops.delete(buildId);
    worker.shutdown();
    await done;
  });
  await until(
    () => readDeployment(engine.client, name(), engine.taskQueue),
    (report) => report?.versions.some((each) => each.buildId === buildId) === true,
    `version ${buildId}`,
  );
}

/** Who completed the last workflow task of a payment. */
async function servedBy(payment: string): Promise<string> {
  const { events } = await engine.client.workflow.getHandle(`payment/${payment}`).fetchHistory();
  return (events ?? []).findLast((event) => event.workflowTaskCompletedEventAttributes)
    ?.workflowTaskCompletedEventAttributes?.identity as string;
}

async function create(): Promise<string> {
  const id = `p-${randomUUID()}`;
  await engine.payments.create(cardPayment({ id }), { by: 'shop' });
  return id;
}

async function capture(payment: string, id: string): Promise<string | null> {
  const command = { type: 'capture', id, amount: 1_000, final: false } as const;
  return (await engine.payments.command(payment, command, SHOP)).receipt.state;
}

test('under auto-upgrade an open payment goes on at the version that is promoted', async () => {
  await startVersion('v1', 'auto-upgrade');
  await promoteVersion(engine.client, name(), 'v1');
  const payment = await create();
  expect(await capture(payment, 'c-1')).toBe('approved');
  expect(await servedBy(payment)).toBe('v1');

  await startVersion('v2', 'auto-upgrade');
  expect(await capture(payment, 'c-2')).toBe('approved');
  expect(await servedBy(payment)).toBe('v1');

  await promoteVersion(engine.client, name(), 'v2');
  expect(await capture(payment, 'c-3')).toBe('approved');
  expect(await servedBy(payment)).toBe('v2');
  const report = await readDeployment(engine.client, name(), engine.taskQueue);
  expect(report).toMatchObject({ name: name(), current: 'v2', ramping: null });
  expect(report?.versions.find(({ buildId }) => buildId === 'v1')).toMatchObject({ pinned: 0, workers: 1 });
});

test('pinned, it stays with its version until it is moved; new payments begin at the current one', async () => {
  await startVersion('v1', 'pinned');
  await promoteVersion(engine.client, name(), 'v1');
  const payment = await create();
  const second = await create();
  await startVersion('v2', 'pinned');
  await promoteVersion(engine.client, name(), 'v2');

  expect(await capture(payment, 'c-1')).toBe('approved');
  expect(await servedBy(payment)).toBe('v1');
  const other = await create();
  expect(await servedBy(other)).toBe('v2');

  const report = await until(
    () => readDeployment(engine.client, name(), engine.taskQueue),
    (seen) => seen?.versions.find(({ buildId }) => buildId === 'v1')?.pinned === 2,
    'the pinned payments in visibility',
  );
  expect(report?.versions.find(({ buildId }) => buildId === 'v1')?.status).toBe('draining');

  await stops.get('v1')?.();
  const moved = new Set<string>();
  const tell = (id: string): unknown => moved.add(id);
  // What is beyond the bound is not passed off as done.
  const one = { pages: 1, pageSize: 1 };
  expect(await moveFromVersion(engine.client, name(), 'v1', tell, one)).toEqual({ moved: 1, done: false });
  expect(await moveFromVersion(engine.client, name(), 'v1', tell)).toMatchObject({ done: true });
  expect(moved).toEqual(new Set([`payment/${payment}`, `payment/${second}`]));
  expect(await capture(payment, 'c-2')).toBe('approved');
  expect(await servedBy(payment)).toBe('v2');
});

test('the inbox follows the current version where payments are pinned', async () => {
  await startVersion('v1', 'pinned');
  await promoteVersion(engine.client, name(), 'v1');
  const notice = { id: randomUUID(), kind: 'status', reference: 'nobody', data: {} };
  await routeNotice(engine.client, engine.taskQueue, {
    account: ACCOUNT,
    notice: notice as unknown as Parameters<typeof routeNotice>[2]['notice'],
  });
  const behaviours = async () => {
    const { workflowExecutionInfo } = await engine.client.workflowService.describeWorkflowExecution({
      namespace: inject('temporal').namespace,
      execution: { workflowId: `inbox/${ACCOUNT}` },
    });
    return workflowExecutionInfo?.versioningInfo?.behavior;
  };
  expect(await until(behaviours, (behaviour) => behaviour !== 0 && behaviour !== undefined)).toBe(2);
});

test('a share of the payments can try a version first', async () => {
  await startVersion('v1', 'auto-upgrade');
  await promoteVersion(engine.client, name(), 'v1');
  await startVersion('v2', 'auto-upgrade');
  await rampVersion(engine.client, name(), 'v2', 100);
  expect(await readDeployment(engine.client, name(), engine.taskQueue)).toMatchObject({
    current: 'v1',
    ramping: { buildId: 'v2', percentage: 100 },
  });
  expect(await servedBy(await create())).toBe('v2');
});
