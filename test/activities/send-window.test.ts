/** A call that the server may have given up does not leave; a fresh one costs no question. */
import { expect, test } from 'vitest';
import { confirmByHeartbeat, mayBeStale, openSendWindow } from '../../activities/send-window.ts';
import { environment } from './support/fake-account.ts';

const NOW = 1_000_000;
const fresh = (age: number, heartbeatTimeoutMs: number | undefined): boolean => {
  const { heartbeatTimeoutMs: _, ...info } = environment({ currentAttemptScheduledTimestampMs: NOW - age })
    .context.info;
  return !mayBeStale(heartbeatTimeoutMs === undefined ? info : { ...info, heartbeatTimeoutMs }, NOW, 5_000);
};

test.each([
  [0, 10_000, true],
  [4_000, 10_000, true],
  [4_001, 10_000, false],
  [-1_000, 10_000, true],
  [-1_001, 10_000, false],
  [0, 5_000, false],
  [54_000, undefined, true],
  [54_001, undefined, false],
])('scheduled %d ms ago with a heartbeat time-out of %s ms: fresh %s', (age, timeout, expected) => {
  expect(fresh(age, timeout)).toBe(expected);
});

test('the window of a fresh activity ends its length after the start, unasked', async () => {
  const refuse = (): Promise<boolean> => Promise.reject(new Error('asked'));
  expect(await openSendWindow(environment().context, 100, 5_000, refuse)).toBe(5_100);
});

test.each([
  [true, 5_100],
  [false, null],
])('where it may be stale the server says %s', async (answer, expected) => {
  const { context } = environment({ currentAttemptScheduledTimestampMs: Date.now() - 60_000 });
  expect(await openSendWindow(context, 100, 5_000, () => Promise.resolve(answer))).toBe(expected);
});

test('no answer from the server is a no', async () => {
  expect(await confirmByHeartbeat(environment().context)).toBe(false);
});
