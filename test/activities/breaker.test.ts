// A breaker opens after so many failures in a row, lets one call try when its time is over, and closes on any answer.
import { expect, test } from 'vitest';
import { Breaker, type Leave } from '../../activities/breaker.ts';
import type { Sighting } from '../../activities/sighting.ts';

function setup(failures = 3, random = 0) {
  const clock = { now: 1_000 };
  const changes: string[] = [];
  const breaker = new Breaker(
    { failures, openFor: 10_000 },
    () => clock.now,
    () => random,
  );
  const ask = (): Leave => breaker.ask((change) => changes.push(change));
  const call = (...seen: Sighting[]): void => {
    for (const sighting of seen) {
      const leave = ask();
      if (!leave.go) throw new Error(`held back for ${leave.pausedFor} ms`);
      leave.saw(sighting);
    }
  };
  const leave = (): ((sighting: Sighting) => void) => {
    const given = ask();
    if (!given.go) throw new Error('held back');
    return given.saw;
  };
  return { clock, changes, ask, call, leave };
}

test('an answer between failures starts the count anew, and what proves nothing counts for nothing', () => {
  const { changes, ask, call } = setup();
  call('away', 'away', 'there', 'away', 'nothing', 'away');
  expect(changes).toEqual([]);
  call('away');
  expect(changes).toEqual(['opened']);
  expect(ask()).toEqual({ go: false, pausedFor: 10_000 });
});

test('those held back are told the time left, spread over a tenth of the whole', () => {
  const { clock, call, ask } = setup(1, 0.5);
  call('away');
  clock.now += 4_000;
  expect(ask()).toEqual({ go: false, pausedFor: 6_500 });
});

test('one call tries, the others wait; its answer lets all go', () => {
  const { clock, changes, ask, call, leave } = setup(1);
  call('away');
  clock.now += 10_000;
  const saw = leave();
  expect(ask()).toEqual({ go: false, pausedFor: 10_000 });
  saw('there');
  expect(changes).toEqual(['opened', 'closed']);
  expect(ask().go).toBe(true);
});

test('a try that fails keeps it open as long again, and is not told as another opening', () => {
  const { clock, changes, ask, call, leave } = setup(2);
  call('away', 'away');
  clock.now += 10_000;
  leave()('away');
  expect(ask()).toEqual({ go: false, pausedFor: 10_000 });
  expect(changes).toEqual(['opened']);
});

test('a try that proved nothing leaves the turn to the next', () => {
  const { clock, ask, call, leave } = setup(1);
  call('away');
  clock.now += 10_000;
  leave()('nothing');
  expect(ask().go).toBe(true);
});

test('an answer to a call that left before closes it, a failure of one prolongs nothing', () => {
  const { clock, changes, ask, call, leave } = setup(1);
  const early = leave();
  const late = leave();
  call('away');
  clock.now += 9_000;
  late('away');
  expect(ask()).toEqual({ go: false, pausedFor: 1_000 });
  early('there');
  expect(changes).toEqual(['opened', 'closed']);
  expect(ask().go).toBe(true);
});

test('after it closed it opens only after so many failures again', () => {
  const { clock, changes, call, leave } = setup(2);
  call('away', 'away');
  clock.now += 10_000;
  leave()('there');
  call('away');
  expect(changes).toEqual(['opened', 'closed']);
  call('away');
  expect(changes).toEqual(['opened', 'closed', 'opened']);
});
