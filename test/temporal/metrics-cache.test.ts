/** Rule: however many ask, a value is read at most once in its time by one reader; nobody waits longer than the patience. */
import { expect, test } from 'vitest';
import { Cache } from '../../temporal/metrics-cache.ts';

function gate() {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

test('askers share one reading and get it again while it is fresh', async () => {
  let now = 0;
  let reads = 0;
  const cache = new Cache(
    async () => {
      reads += 1;
      return reads;
    },
    { freshFor: 100, patience: 1_000, now: () => now },
  );
  expect(await Promise.all([cache.get(), cache.get()])).toEqual([
    { value: 1, age: 0 },
    { value: 1, age: 0 },
  ]);
  now = 99;
  expect(await cache.get()).toEqual({ value: 1, age: 99 });
  now = 100;
  expect(await cache.get()).toEqual({ value: 2, age: 0 });
});

test('a slow reading is not waited for beyond the patience, and serves the next', async () => {
  const { opened, open } = gate();
  const cache = new Cache(() => opened.then(() => 'late'), { freshFor: 100, patience: 1, now: () => 0 });
  expect(await cache.get()).toBeNull();
  open();
  await opened;
  await new Promise((resolve) => setImmediate(resolve));
  expect(await cache.get()).toEqual({ value: 'late', age: 0 });
});

test('a reading that fails leaves the last value and is not tried again at once', async () => {
  let now = 0;
  let tries = 0;
  const cache = new Cache(
    async () => {
      tries += 1;
      if (tries > 1) throw new Error('away');
      return 'first';
    },
    { freshFor: 100, patience: 1_000, now: () => now },
  );
  await cache.get();
  now = 150;
  expect(await cache.get()).toEqual({ value: 'first', age: 150 });
  now = 160;
  expect(await cache.get()).toEqual({ value: 'first', age: 160 });
  expect(tries).toBe(2);
});
