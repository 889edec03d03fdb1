// Rule: a figure is the median of its rounds, held against a target from the right side.
import { expect, test } from 'vitest';
import { median, meets } from '../../../bench/engine/figures.ts';

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
