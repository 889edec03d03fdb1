// Rule: a figure is the median of its rounds, each the engine's value over the floor's, held against a target from the
// right side.
import { expect, test } from 'vitest';
import { median, meets, ratios } from '../../../bench/engine/figures.ts';

test('the median of an even number of rounds lies between the two middle ones', () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 2, 3])).toBe(2.5);
  expect(() => median([])).toThrow('no values');
});

test('a target is a floor or a ceiling for the median, and a figure without one is neither met nor missed', () => {
  const rounds = [0.2, 0.9, 0.85];
  expect(meets({ name: 'rate', rounds, target: { least: 0.85 } })).toBe(true);
  expect(meets({ name: 'rate', rounds, target: { least: 0.86 } })).toBe(false);
  expect(meets({ name: 'cost', rounds, target: { most: 0.85 } })).toBe(true);
  expect(meets({ name: 'cost', rounds, target: { most: 0.84 } })).toBe(false);
  expect(meets({ name: 'other', rounds, target: null })).toBeNull();
});

test('a ratio is the engine over the floor, round by round', () => {
  const rounds = [
    { engine: { events: 30, cpu: 10 }, floor: { events: 20, cpu: 5 } },
    { engine: { events: 8, cpu: 2 }, floor: { events: 8, cpu: 4 } },
  ];
  expect(ratios(rounds, (each) => each.events / each.cpu)).toEqual([0.75, 2]);
});
