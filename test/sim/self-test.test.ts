/**
 * The rule: a simulator that finds nothing must be able to find something. Every planted bug is found,
 * by the invariant that it breaks; the full count of seeds runs with `npm run sim -- --self-test`.
 */
import { describe, expect, it } from 'vitest';
import { PLANTS } from '../../sim/plants.ts';
import { findPlant } from '../../sim/self-test.ts';
import type { Invariant } from '../../sim/violation.ts';

/** Which invariants may be the first to see a bug. */
const SEEN_BY: Readonly<Record<string, readonly Invariant[]>> = {
  'drops-the-repeat': ['liveness'],
  'number-plus-one': ['M10', 'M4'],
  'skips-the-amount-guard': ['M1'],
  'unknown-is-declined': ['M3'],
  'forgets-the-reserved': ['M1', 'M9'],
  'releases-twice': ['M6'],
  'float-money': ['M7'],
  'new-key-while-unknown': ['M3', 'M10'],
  'new-body-while-unknown': ['M10'],
  'number-gone-with-a-decline': ['M4', 'M9'],
  'forgets-in-a-crash': ['M10', 'M3', 'throws'],
  'repeats-after-one-absence': ['M10', 'M3'],
  'repeats-too-soon': ['M10'],
  'repeats-where-never': ['M10', 'M3'],
  'repeats-twice-where-once': ['M10'],
  'absent-is-declined': ['M3'],
  'takes-the-asked-amount': ['M3'],
  'ignores-the-brake': ['M10'],
  'ignores-the-lock': ['M10'],
  'never-cancels-the-rest': ['M6'],
  'does-not-await-the-lease': ['lane'],
  'uses-a-reference-again': ['M10'],
};

describe('planted bugs', () => {
  it('are at least fourteen, each with its expectation', () => {
    expect(PLANTS.length).toBeGreaterThanOrEqual(14);
    expect(PLANTS.map((plant) => plant.name).sort()).toEqual(Object.keys(SEEN_BY).sort());
  });

  it.each(PLANTS.map((plant) => [plant.name, plant] as const))('%s is found', (name, plant) => {
    const { found } = findPlant(plant, 1, 1500);
    expect(SEEN_BY[name]).toContain(found?.invariant);
  });
});
