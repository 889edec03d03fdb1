/** The twin in a process of its own: it says when it listens, ends on SIGTERM, and does not outlive its parent. */

import { expect, onTestFinished, test } from 'vitest';
import { spawnCcvTwin } from '../../../sandbox/ccv/spawn.ts';
import { runsOf } from '../../support/twin-process.ts';

const main = new URL('../../../sandbox/ccv/main.ts', import.meta.url);

test('a child that is spawned answers, keeps books, and ends when it is stopped', async () => {
  const twin = await spawnCcvTwin({ seed: 3 });
  onTestFinished(() => twin.stop());
  const { id } = await twin.admin.open(100);
  await twin.admin.fault({ fault: 'empty' });
  await twin.admin.set({ state: 'LOCKED' });
  const response = await fetch(`${twin.url}/terminal/payment`, { method: 'POST', body: '{}' });
  expect(await response.text()).toBe('');
  await twin.admin.clearFaults();
  expect(await twin.admin.hold(id)).toMatchObject({ authorised: 100 });
  expect(await twin.admin.books()).toMatchObject({ holds: [{ id }], requests: [{ status: 'FORMAT_ERROR' }] });
  expect(twin.pid).not.toBe(process.pid);
  await twin.stop();
  await expect(fetch(`${twin.url}/admin/health`)).rejects.toThrow('fetch failed');
});

test('the ready line, SIGTERM and the end of standard input', async () => {
  const ready = expect.stringMatching(/^ready http:\/\/127\.0\.0\.1:\d+\n$/);
  expect(await runsOf(main)).toEqual([
    [ready, 0, null],
    [ready, 0, null],
  ]);
});

test('a wrong option ends it with what was wrong', async () => {
  await expect(spawnCcvTwin({ seed: -1 })).rejects.toThrow('seed');
});
