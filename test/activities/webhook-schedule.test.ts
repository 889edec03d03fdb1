// When an event is tried again: Standard Webhooks' distances, three days in all, and no sooner than the endpoint asks.
import { expect, test } from 'vitest';
import { nextTry, WEBHOOK_WAITS } from '../../activities/webhook-schedule.ts';

const HOUR = 3_600_000;

test('it begins as Standard Webhooks says and lasts for three days', () => {
  expect(WEBHOOK_WAITS.slice(0, 6)).toEqual([5_000, 300_000, 1_800_000, 2 * HOUR, 5 * HOUR, 10 * HOUR]);
  const all = WEBHOOK_WAITS.reduce((sum, wait) => sum + wait, 0);
  expect(all).toBeGreaterThanOrEqual(72 * HOUR);
  expect(all).toBeLessThan(80 * HOUR);
  WEBHOOK_WAITS.forEach((wait, index) => expect(nextTry(index + 1, null)).toBe(wait));
  expect(nextTry(WEBHOOK_WAITS.length + 1, null)).toBe(null);
});

test('Retry-After makes it later, never sooner, and by a day at most', () => {
  expect(nextTry(1, 60_000)).toBe(60_000);
  expect(nextTry(4, 60_000)).toBe(2 * HOUR);
  expect(nextTry(1, 1_000 * HOUR)).toBe(24 * HOUR);
  expect(nextTry(1, 60_000, [])).toBe(null);
});
