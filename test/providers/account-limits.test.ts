// What an account says of its limits, with defaults, and what no account may say.
import { expect, test } from 'vitest';
import { hasOwnQueue, limitsOf } from '../../providers/account-limits.ts';

const limits = (options: object) => limitsOf({ provider: 'payone', ...options });

test('an account that says nothing has a breaker and no queue of its own', () => {
  expect(limits({ mid: '14648' })).toEqual({ breaker: { failures: 5, openFor: 30_000 } });
  expect(hasOwnQueue(limits({}))).toBe(false);
});

test('what is said is taken, durations as milliseconds, and either limit makes a queue', () => {
  const said = limits({ maxConcurrent: 2, rate: 0.5, breaker: { openFor: 'PT2M' } });
  expect(said).toEqual({ maxConcurrent: 2, rate: 0.5, breaker: { failures: 5, openFor: 120_000 } });
  expect(
    [{ maxConcurrent: 1 }, { rate: 1 }, { breaker: { failures: 1 } }].map((each) =>
      hasOwnQueue(limits(each)),
    ),
  ).toEqual([true, true, false]);
});

test.each([
  [{ maxConcurrent: 0 }],
  [{ maxConcurrent: 1.5 }],
  [{ rate: 0 }],
  [{ rate: '5' }],
  [{ breaker: { failures: 0 } }],
  [{ breaker: { openFor: '30s' } }],
  [{ breaker: { after: 3 } }],
])('%j is refused', (options) => {
  expect(() => limits(options)).toThrow();
});
