// One sweep is scheduled for each task queue, however many workers start, and its last word can be read without one.
import { randomUUID } from 'node:crypto';
import { Client, Connection, ScheduleNotFoundError, ScheduleOverlapPolicy } from '@temporalio/client';
import { expect, inject, onTestFinished, test } from 'vitest';
import { dataConverter } from '../../temporal/data-converter.ts';
import { ensureSweep, readSweep, SWEEP_EVERY, sweepIdOf } from '../../temporal/schedules.ts';
import { startEngine, until } from '../support/payments.ts';
import { testKeyRing } from '../support/test-key.ts';

async function start(): Promise<{ readonly client: Client; readonly taskQueue: string }> {
  const { address, namespace } = inject('temporal');
  const connection = await Connection.connect({ address });
  const client = new Client({ connection, namespace, dataConverter: dataConverter(testKeyRing()) });
  const taskQueue = `test-${randomUUID()}`;
  onTestFinished(async () => {
    await removeSweep(client, taskQueue);
    await connection.close();
  });
  return { client, taskQueue };
}

const removeSweep = (client: Client, taskQueue: string): Promise<void> =>
  client.schedule
    .getHandle(sweepIdOf(taskQueue))
    .delete()
    .catch((error: unknown) => {
      if (!(error instanceof ScheduleNotFoundError)) throw error;
    });

test('the sweep of the default task queue is called tranche-sweep', () => {
  expect(sweepIdOf('tranche')).toBe('tranche-sweep');
});

test('of many workers that start at once one makes it, and the others leave it', async () => {
  const { client, taskQueue } = await start();
  expect(await readSweep(client, taskQueue)).toBeNull();
  const done = await Promise.all(Array.from({ length: 4 }, () => ensureSweep(client, taskQueue)));
  expect(done.toSorted()).toEqual(['created', 'unchanged', 'unchanged', 'unchanged']);
  const { spec, policies, action } = await client.schedule.getHandle(sweepIdOf(taskQueue)).describe();
  expect(spec.intervals).toMatchObject([{ every: SWEEP_EVERY }]);
  expect(policies).toMatchObject({ overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: 60_000 });
  expect(action).toMatchObject({ workflowType: 'sweep', taskQueue });
  expect(await readSweep(client, taskQueue)).toMatchObject({ paused: false, startedAt: null, result: null });
});

test('a schedule of another version is made as it should be, and stays paused where a person paused it', async () => {
  const { client, taskQueue } = await start();
  await ensureSweep(client, taskQueue);
  const handle = client.schedule.getHandle(sweepIdOf(taskQueue));
  await handle.pause('by hand');
  await handle.update((now) => ({ ...now, spec: { intervals: [{ every: '2 hours' }] } }));
  expect(await ensureSweep(client, taskQueue)).toBe('updated');
  expect(await ensureSweep(client, taskQueue)).toBe('unchanged');
  expect((await handle.describe()).spec.intervals).toMatchObject([{ every: SWEEP_EVERY }]);
  expect(await readSweep(client, taskQueue)).toMatchObject({ paused: true });
});

test('what the last sweep did can be read, and the next one begins where it ended', async () => {
  const engine = await startEngine(inject('temporal'));
  onTestFinished(() => engine.stop());
  const { client, taskQueue } = engine;
  await ensureSweep(client, taskQueue);
  onTestFinished(() => removeSweep(client, taskQueue));
  const handle = client.schedule.getHandle(sweepIdOf(taskQueue));
  const swept = async (after: string) => {
    await handle.trigger();
    const report = await until(
      () => readSweep(client, taskQueue),
      (each) => each?.status === 'completed' && each.result !== null && each.result.until > after,
      'the sweep',
    );
    return report?.result;
  };
  const first = await swept('');
  expect(first).toMatchObject({ looked: 0, poked: 0, shared: [], terminated: { count: 0 }, complete: true });
  const second = await swept(first?.until ?? '');
  expect(second?.since).toBe(first?.until);
});
