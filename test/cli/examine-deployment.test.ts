/** Rule: `doctor` says when no version of the workers is current, and names payments whose version no worker serves. */
import { randomUUID } from 'node:crypto';
import { NativeConnection } from '@temporalio/worker';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { deploymentFindings, reportFindings } from '../../cli/examine-deployment.ts';
import { createProviderActivities } from '../../activities/provider-activities.ts';
import { workflowBundle } from '../../temporal/bundle.ts';
import { dataConverter } from '../../temporal/data-converter.ts';
import { deploymentOf } from '../../temporal/deployment.ts';
import { promoteVersion, readDeployment } from '../../temporal/deployment-client.ts';
import { createWorker } from '../../temporal/worker.ts';
import { cardPayment, type Engine, startEngine, until } from '../support/payments.ts';
import { testKeyRing } from '../support/test-key.ts';

let engine: Engine;
let native: NativeConnection;

beforeEach(async () => {
  engine = await startEngine(inject('temporal'), { worker: false });
  native = await NativeConnection.connect({ address: inject('temporal').address });
});

afterEach(async () => {
  await native.close();
  await engine.stop();
});

const settings = (versioning: 'off' | 'pinned', buildId?: string) => ({
  taskQueue: engine.taskQueue,
  versioning,
  buildId,
  deployment: undefined,
});

/** A worker of one version; ends when the returned function is called. */
async function startVersion(buildId: string): Promise<() => Promise<void>> {
  const keyRing = testKeyRing();
  const worker = await createWorker({
    connection: native,
    namespace: inject('temporal').namespace,
    taskQueue: engine.taskQueue,
    dataConverter: dataConverter(keyRing),
    activities: createProviderActivities({ accounts: engine.accounts, keyRing }),
    bundle: await workflowBundle(),
    longestCallMs: 3_000,
    deployment: deploymentOf(settings('pinned', buildId)) ?? expect.fail('not versioned'),
  });
  const done = worker.run();
  return async () => {
    worker.shutdown();
    await done;
  };
}

const findings = (versioning: 'off' | 'pinned') => deploymentFindings(engine.client, settings(versioning));

test('nothing is said where workers are not versioned, and what is missing where they should be', async () => {
  expect(await findings('off')).toEqual([]);
  expect(await findings('pinned')).toMatchObject([
    { ok: false, found: expect.stringContaining('polled yet') },
  ]);
});

test('a version that has payments and no worker is named with them and with what mends it', async () => {
  const stopFirst = await startVersion('v1');
  const known = await until(
    () => readDeployment(engine.client, engine.taskQueue, engine.taskQueue),
    (report) => report !== null,
  );
  expect(known?.current).toBeNull();
  expect(await findings('pinned')).toMatchObject([
    { ok: false, found: expect.stringContaining('no version') },
  ]);
  await promoteVersion(engine.client, engine.taskQueue, 'v1');
  const id = `p-${randomUUID()}`;
  await engine.payments.create(cardPayment({ id }), { by: 'shop' });
  expect(await findings('pinned')).toMatchObject([{ ok: true, found: expect.stringContaining('v1') }]);

  const stopSecond = await startVersion('v2');
  await promoteVersion(engine.client, engine.taskQueue, 'v2');
  await stopFirst();
  const report = await until(
    () => readDeployment(engine.client, engine.taskQueue, engine.taskQueue),
    (seen) => seen?.versions.find(({ buildId }) => buildId === 'v1')?.pinned === 1,
    'the pinned payment in visibility',
  );
  if (report === null) throw new Error('no deployment');
  // The server remembers pollers for minutes; v1 is given none here, the payment that is pinned to it is real.
  const versions = report.versions.map((each) => (each.buildId === 'v1' ? { ...each, workers: 0 } : each));
  const [current, pinned] = await reportFindings(engine.client, { ...report, versions }, true);
  expect(current).toMatchObject({ ok: true, found: expect.stringContaining('v2') });
  expect(pinned).toMatchObject({
    name: 'pinned payments',
    ok: false,
    found: expect.stringContaining(`payment/${id}`),
    mend: expect.stringContaining('tranche deployment move v1'),
  });
  await stopSecond();
});
