/** The heart beats at once and while the work is under way, and stops with it, however it ends. */
import { MockActivityEnvironment } from '@temporalio/testing';
import { expect, test } from 'vitest';
import { whileBeating } from '../../activities/heartbeat.ts';

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

async function beats(run: () => Promise<unknown>): Promise<{ during: number; after: number }> {
  const environment = new MockActivityEnvironment();
  let count = 0;
  environment.on('heartbeat', () => (count += 1));
  await environment.run(() => whileBeating(run, 5)).catch(() => undefined);
  const during = count;
  await pause(40);
  return { during, after: count - during };
}

test('while it succeeds', async () => {
  const { during, after } = await beats(() => pause(60));
  expect(during).toBeGreaterThan(1);
  expect(after).toBe(0);
});

test('while it fails', async () => {
  const { during, after } = await beats(async () => {
    await pause(60);
    throw new Error('no');
  });
  expect(during).toBeGreaterThan(1);
  expect(after).toBe(0);
});

test('once for work that ends at once', async () => {
  expect(await beats(() => Promise.resolve())).toEqual({ during: 1, after: 0 });
});

test('and gives what the work gives', async () => {
  await expect(new MockActivityEnvironment().run(() => whileBeating(() => Promise.resolve(7)))).resolves.toBe(
    7,
  );
});
