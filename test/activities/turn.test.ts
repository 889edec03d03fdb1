// Sweeps that follow one another give every payment one turn in each period, spread over all of it.
import { expect, test } from 'vitest';
import * as fc from 'fast-check';
import { turnBetween, turnOf } from '../../activities/turn.ts';

const HOUR = 3_600_000;
const PERIOD = 6 * HOUR;
const START = Date.UTC(2026, 10, 21, 9);

test('over whole periods, however they are cut into sweeps, a payment has as many turns, with numbers of their own', () => {
  const cuts = fc.array(fc.integer({ min: 1, max: 4 * PERIOD - 1 }), { maxLength: 40 });
  fc.assert(
    fc.property(fc.string({ minLength: 1, maxLength: 64 }), cuts, (payment, inner) => {
      const instants = [0, ...new Set(inner), 4 * PERIOD]
        .toSorted((a, b) => a - b)
        .map((each) => START + each);
      const turns = instants
        .slice(1)
        .map((until, index) => turnBetween(payment, instants[index] ?? 0, until, 4 * PERIOD) ?? [])
        .flat();
      expect(turns).toHaveLength(1);
    }),
  );
});

test('a sweep that looks back over many periods gives one turn, the last', () => {
  const late = turnBetween('p-1', START, START + 10 * PERIOD, PERIOD);
  expect(late).toBe(turnBetween('p-1', START + 9 * PERIOD, START + 10 * PERIOD, PERIOD));
  expect(turnBetween('p-1', START, START, PERIOD)).toBeNull();
});

test('ids that differ in their last characters have their turns apart', () => {
  const counts = Array.from({ length: 24 }, () => 0);
  for (let k = 0; k < 2_400; k += 1) {
    const quarter = Math.floor((turnOf(`order-${k}`, PERIOD) / PERIOD) * 24);
    counts[quarter] = (counts[quarter] ?? 0) + 1;
  }
  expect(Math.min(...counts)).toBeGreaterThan(50);
  expect(Math.max(...counts)).toBeLessThan(170);
});
