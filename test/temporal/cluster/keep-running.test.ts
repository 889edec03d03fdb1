/** A part that ends by itself is started again until it comes up; one that is ended for good is not. */
import { expect, test } from 'vitest';
import { keepRunning } from '../../../temporal/cluster/keep-running.ts';

/** Parts that end when they are told to; `fails` starts in a row do not come up. */
function parts(fails: readonly number[] = []) {
  let starts = 0;
  const ends: (() => void)[] = [];
  const start = async () => {
    starts += 1;
    if (fails.includes(starts)) throw new Error(`start ${starts} failed`);
    const pid = starts;
    const { promise: exited, resolve } = Promise.withResolvers<void>();
    ends[pid] = resolve;
    return { pid, exited, stop: async () => resolve() };
  };
  return { start, end: (pid: number) => ends[pid]?.(), starts: () => starts };
}

test('it comes back, also when two starts fail', async () => {
  const { start, end } = parts([2, 3]);
  const notes: string[] = [];
  const back = Promise.withResolvers<void>();
  const kept = await keepRunning('a part', start, (note) => void notes.push(note), back.resolve);
  expect(kept.current().pid).toBe(1);
  end(1);
  await back.promise;
  expect(kept.current().pid).toBe(4);
  expect(notes.join('\n')).toMatch(/start 2 failed[^]*start 3 failed[^]*runs again, process 4/);
  await kept.stop();
});

test('the first failure is the caller’s', async () => {
  const { start } = parts([1]);
  await expect(
    keepRunning(
      'a part',
      start,
      () => undefined,
      () => undefined,
    ),
  ).rejects.toThrow('start 1 failed');
});

test('what is ended stays ended, also between two starts', async () => {
  const { start, end, starts } = parts();
  const kept = await keepRunning(
    'a part',
    start,
    () => undefined,
    () => undefined,
  );
  end(1);
  await kept.stop();
  expect(starts()).toBe(1);
});
