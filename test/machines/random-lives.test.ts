// Whatever the order of commands, outcomes, notices, words and timers, M1–M7, M9 and M10 hold at every step.
// A failing order is shrunk to a short one.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Bounds } from '../../bench/model/bounds.ts';
import { movesOf } from '../../bench/model/moves.ts';
import { first, take } from '../../bench/model/walk.ts';
import { checkFold, checkState } from '../../bench/model/checks.ts';

/** Wide enough that a life is limited by its length alone. */
const WIDE: Bounds = {
  name: 'wide',
  amount: 10_000,
  captures: 6,
  refunds: 3,
  releases: 2,
  queue: 6,
  notices: 4,
  losses: 4,
  refusals: 3,
  words: 3,
  troubles: 9,
  ticks: 4,
};
const RUNS = 1000;

test(`M1–M7, M9 and M10 over ${RUNS} random lives`, { timeout: 900_000 }, () => {
  let steps = 0;
  const choices = fc.array(fc.nat(0xffff), { minLength: 8, maxLength: 40 });
  fc.assert(
    fc.property(choices, (chosen) => {
      let node = first(WIDE);
      for (const choice of chosen) {
        const moves = movesOf(node, WIDE);
        const move = moves[choice % Math.max(1, moves.length)];
        if (move === undefined) return;
        const { after, entries } = take(node, move);
        checkFold(node, after, entries);
        checkState(after);
        node = after;
        steps += 1;
      }
    }),
    { numRuns: RUNS, verbose: 1 },
  );
  expect(steps).toBeGreaterThan(RUNS);
});
