// Rule: one archive is scheduled for each task queue, what its last turn said can be read without it, and the gauges say it.
import { randomUUID } from 'node:crypto';
import { ScheduleOverlapPolicy } from '@temporalio/client';
import { expect, inject, onTestFinished, test } from 'vitest';
import {
  ARCHIVE_EVERY,
  archiveIdOf,
  ensureArchive,
  lagOf,
  leftOf,
  readArchive,
  retentionOf,
} from '../../temporal/archive-schedule.ts';
import { viewArchive } from '../../temporal/archive-view.ts';
import { Metrics } from '../../temporal/metrics.ts';
import { startArchiving } from '../support/archiving.ts';
import { until } from '../support/payments.ts';

const at = (text: string): number => Date.parse(text);

test('an archive is as far behind as the run that waits longest', () => {
  const now = at('2026-11-21T12:00:00Z');
  const until = '2026-11-21T11:59:00.000Z';
  expect(lagOf({ until, missing: { count: 0, oldest: null } }, now)).toBe(60_000);
  expect(lagOf({ until, missing: { count: 1, oldest: '2026-11-20T12:00:00.000Z' } }, now)).toBe(86_400_000);
  expect(lagOf({ until: '2026-11-21T12:00:01.000Z', missing: { count: 0, oldest: null } }, now)).toBe(0);
});

test('a longer retention saves nothing that has ended, so it does not count', () => {
  const now = at('2026-11-21T12:00:00Z');
  const day = 86_400_000;
  const result = {
    until: '2026-11-21T11:59:00.000Z',
    missing: { count: 1, oldest: '2026-11-20T12:00:00.000Z' },
  };
  expect(leftOf({ ...result, retention: 3 * day }, 30 * day, now)).toBe(2 * day);
  expect(leftOf({ ...result, retention: 30 * day }, 3 * day, now)).toBe(2 * day);
  expect(leftOf(result, 3 * day, now)).toBe(2 * day);
});

test('it is scheduled once, and how its turns went is told by schedule and gauges', async () => {
  const engine = await startArchiving(inject('temporal'));
  onTestFinished(() => engine.stop());
  const { client, taskQueue } = engine;
  expect(archiveIdOf('tranche')).toBe('tranche-archive');
  expect(await readArchive(client, taskQueue)).toBeNull();
  const scrape = async (): Promise<string> => {
    const metrics = new Metrics({ ofProcess: false });
    viewArchive(metrics, { client, taskQueue }, { patience: 20_000 });
    return metrics.text();
  };
  expect(await scrape()).not.toMatch(/^tranche_archive_lag_seconds /m);

  const done = await Promise.all([1, 2, 3].map(() => ensureArchive(client, taskQueue)));
  onTestFinished(() => client.schedule.getHandle(archiveIdOf(taskQueue)).delete());
  expect(done.toSorted()).toEqual(['created', 'unchanged', 'unchanged']);
  const handle = client.schedule.getHandle(archiveIdOf(taskQueue));
  const { spec, policies } = await handle.describe();
  expect(spec.intervals).toMatchObject([{ every: ARCHIVE_EVERY }]);
  expect(policies.overlap).toBe(ScheduleOverlapPolicy.SKIP);

  await handle.trigger();
  const report = await until(
    () => readArchive(client, taskQueue),
    (each) => each?.result !== null && each !== null,
    'a turn',
  );
  expect(report?.result).toMatchObject({ stored: 0, missing: { count: 0 }, head: `0:${'0'.repeat(64)}` });
  const text = await scrape();
  expect(text).toMatch(/^tranche_archive_lag_seconds \d/m);
  expect(text).toMatch(/^tranche_archive_missing_runs 0$/m);
  const left = Number(/^tranche_archive_left_seconds (\S+)$/m.exec(text)?.[1]);
  expect(left).toBeGreaterThan(0);
  expect(left * 1_000).toBeLessThanOrEqual(await retentionOf(client));
  expect(await readArchive(client, `none-${randomUUID()}`)).toBeNull();
});
