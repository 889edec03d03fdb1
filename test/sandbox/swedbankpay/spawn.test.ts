/** The twin in a process of its own: it says when it listens, ends on SIGTERM, and does not outlive its parent. */

import { expect, onTestFinished, test } from 'vitest';
import { spawnSwedbankPayTwin } from '../../../sandbox/swedbankpay/spawn.ts';
import { runsOf } from '../../support/twin-process.ts';

const main = new URL('../../../sandbox/swedbankpay/main.ts', import.meta.url);

test('a child that is spawned answers, keeps books, and ends when it is stopped', async () => {
  const twin = await spawnSwedbankPayTwin({ seed: 3 });
  onTestFinished(() => twin.stop());
  await twin.admin.call('POST', 'payments', { payeeReference: 'child', amount: 100 });
  await twin.admin.fault({ fault: 'empty' });
  const response = await fetch(`${twin.url}/psp/creditcard/payments/x`, {
    headers: { authorization: 'Bearer sandbox-access-token' },
  });
  expect(await response.text()).toBe('');
  expect(await twin.admin.page('child')).toMatchObject({ authorised: 100 });
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
  await expect(spawnSwedbankPayTwin({ lockAfter: 0 })).rejects.toThrow('lockAfter');
});
