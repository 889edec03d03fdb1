/** Rule: a bucket gives its burst and then its rate, tells the first refusal of a burst, and remembers no more names than it may. */
import { expect, it } from 'vitest';
import { Buckets } from '../../api/buckets.ts';

it('tells the first refusal until the bucket was full again', () => {
  let now = 0;
  const buckets = new Buckets({ perSecond: 1, burst: 2 }, () => now);
  const refused = () => buckets.take('a')?.first ?? null;
  expect([refused(), refused(), refused(), refused()]).toEqual([null, null, true, false]);
  now = 1_000;
  expect([refused(), refused()]).toEqual([null, false]);
  now = 10_000;
  expect([refused(), refused(), refused()]).toEqual([null, null, true]);
});

it('forgets who was silent longest', () => {
  const buckets = new Buckets({ perSecond: 1, burst: 1 }, () => 0, 2);
  for (const name of ['a', 'b', 'a', 'c']) buckets.take(name);
  expect(buckets.take('a')).toMatchObject({ retryAfter: 1 });
  expect(buckets.take('b')).toBe(null);
});
