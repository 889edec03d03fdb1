/** The twin in a process of its own: it says when it listens, ends on SIGTERM, and does not outlive its parent. */

import { expect, onTestFinished, test } from 'vitest';
import { spawnFinlineTwin } from '../../../sandbox/finline/spawn.ts';
import { runsOf } from '../../support/twin-process.ts';

const main = new URL('../../../sandbox/finline/main.ts', import.meta.url);

test('a child that is spawned keeps books, and ends when it is stopped', async () => {
  const twin = await spawnFinlineTwin({ seed: 3 });
  onTestFinished(() => twin.stop());
  await twin.admin.call('POST', 'orders', { orderId: 'child', amount: 100 });
  await twin.admin.fault({ fault: 'empty' });
  expect(await (await fetch(`${twin.apiUrl}capture`, { method: 'POST' })).text()).toBe('');
  await twin.admin.clearFaults();
  expect(await twin.admin.page('child')).toMatchObject({ authorised: 100 });
  expect((await twin.admin.books()).orders).toHaveLength(1);
  await twin.admin.set({ scripted: false });
  expect(twin.pid).not.toBe(process.pid);
  await twin.stop();
  await expect(fetch(`${twin.url}/admin/health`)).rejects.toThrow('fetch failed');
});

test('the ready line, SIGTERM and the end of standard input', async () => {
  const ready = expect.stringMatching(/^ready http:\/\/127\.0\.0\.1:\d+\n$/);
  expect(await runsOf(main, ['--notify-url', 'http://127.0.0.1:9/'])).toEqual([
    [ready, 0, null],
    [ready, 0, null],
  ]);
});

test('a wrong option ends it with what was wrong', async () => {
  await expect(spawnFinlineTwin({ path: 'x' })).rejects.toThrow('path');
});
