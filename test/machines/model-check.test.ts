// Every life of one payment within the stated bound keeps M1–M7, M9 and M10 and never waits for nothing. The
// small bound is walked to its end; of the full one, which `node bench/model-check.ts --bound full` walks, as many states as CI bears.
import { describe, expect, test } from 'vitest';
import { FULL, MANY, SMALL, leftOut } from '../../bench/model/bounds.ts';
import type { Found } from '../../bench/model/walk.ts';
import { walk } from '../../bench/model/walk.ts';

function told({ bounds, states, transitions, depth, closed, paths, seconds, breach }: Found): string {
  const figures = `${bounds.name}: ${states} states, ${transitions} transitions, depth ${depth}, ${closed} closed by ${paths} shortest paths, ${seconds.toFixed(1)} s of processor time`;
  return [figures, ...leftOut(bounds), ...(breach === null ? [] : [breach.message, ...breach.path])].join(
    '\n  ',
  );
}

/** No clock decides: the walk is bounded by its states. */
const PATIENCE = 900_000;

describe('model check', { timeout: PATIENCE }, () => {
  test('the small bound, to its end', () => {
    const found = walk(SMALL);
    process.stdout.write(`${told(found)}\n`);
    expect(found.breach).toBeNull();
    expect(found.cut).toBe(false);
    expect(found.closed).toBeGreaterThan(0);
  });

  test('four captures, two refunds and a release without trouble, to the end', () => {
    const found = walk(MANY);
    process.stdout.write(`${told(found)}\n`);
    expect(found.breach).toBeNull();
    expect(found.cut).toBe(false);
    expect(found.states).toBeGreaterThan(10_000);
  });

  test('the first 10 000 states of the full bound', () => {
    const found = walk(FULL, { mostStates: 10_000 });
    process.stdout.write(`${told(found)}\n`);
    expect(found.breach).toBeNull();
    expect(found.states).toBeGreaterThanOrEqual(10_000);
  });
});
