// The walk ends by itself within its bounds, and it finds a bug that somebody could really make, in a life of up to four
// captures, two refunds and a release. `node bench/model-check.ts --bound issue` walks that bound to its end.
import { describe, expect, test } from 'vitest';
import { ISSUE, leftOut, MANY, SMALL } from '../../../bench/model/bounds.ts';
import type { Found } from '../../../bench/model/walk.ts';
import { walk } from '../../../bench/model/walk.ts';
import { REAL_ENGINE } from '../../../sim/engine.ts';
import { PLANTS } from '../../../sim/plants.ts';

function told({ bounds, states, transitions, depth, paths, seconds, breach }: Found): string {
  const figures = `${bounds.name}: ${states} states, ${transitions} transitions, longest path ${depth}, ${paths} paths take every transition, ${seconds.toFixed(1)} s of processor time`;
  return [figures, ...leftOut(bounds), ...(breach === null ? [] : [breach.message, ...breach.path])].join(
    '\n  ',
  );
}

/** No clock decides: a walk is bounded by its states. */
const PATIENCE = 900_000;

/** Bugs of a core that repeats, numbers and sums; the others need a provider's books or its terminals. */
const FOUND_BY = {
  'drops-the-repeat': 'liveness',
  'number-plus-one': 'M10',
  'skips-the-amount-guard': 'M1',
  'unknown-is-declined': 'M3',
  'forgets-the-reserved': 'M1',
  'releases-twice': 'M1',
  'new-key-while-unknown': 'M3',
  'new-body-while-unknown': 'M10',
  'number-gone-with-a-decline': 'M9',
  'forgets-in-a-crash': 'M10',
};

describe('model check', { timeout: PATIENCE }, () => {
  test.each([SMALL, MANY])('the bound $name, to its end', (bounds) => {
    const found = walk(bounds);
    process.stdout.write(`${told(found)}\n`);
    expect(found.breach).toBeNull();
    expect(found.cut).toBe(false);
    expect(found.states).toBeGreaterThan(4_000);
  });

  test('the first 20 000 states of four captures, two refunds and a release with a trouble', () => {
    const found = walk(ISSUE, { mostStates: 20_000 });
    process.stdout.write(`${told(found)}\n`);
    expect(found.breach).toBeNull();
  });

  test.each(Object.entries(FOUND_BY))('finds %s by %s', (name, rule) => {
    const plant = PLANTS.find((each) => each.name === name);
    const found = walk(ISSUE, {
      core: plant?.around(REAL_ENGINE) ?? REAL_ENGINE,
      mostStates: 20_000,
    });
    expect(found.breach?.message).toContain(`${rule}:`);
  });
});
