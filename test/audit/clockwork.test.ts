/** Rule: timers are counted and moved as the workflow's own are, so that a fired one is known by its number. */
import { expect, test } from 'vitest';
import { Clockwork } from '../../audit/clockwork.ts';

test('each sleep of a run has the next number; one that is moved is cancelled first', () => {
  const one = Clockwork.idle()
    .start('clock', 5_000, 1_000)
    .start('close', 1_000, 1_000)
    .start('clock', 9_000, 1_000);
  expect(one.work).toEqual({
    started: [
      { id: '1', millis: 4_000 },
      { id: '2', millis: 1 },
      { id: '3', millis: 8_000 },
    ],
    cancelled: ['1'],
  });
  expect(one.start('clock', 9_000, 2_000)).toBe(one);
});

test('a fired timer counts once, and only while it is the one that runs', () => {
  const one = Clockwork.idle().start('clock', 2_000, 1_000).start('clock', 3_000, 1_000);
  expect(one.fired('1', 3_000)[1]).toBeNull();
  const [after, name] = one.fired('2', 3_000);
  expect(name).toBe('clock');
  expect(after.fired('2', 3_000)[1]).toBeNull();
});

test('one that fires early sleeps on', () => {
  const [after, name] = Clockwork.idle().start('clock', 2_000, 1_000).next().fired('1', 1_999);
  expect(name).toBeNull();
  expect(after.work.started).toEqual([{ id: '2', millis: 1 }]);
  expect(after.fired('2', 2_000)[1]).toBe('clock');
});
