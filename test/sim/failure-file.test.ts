/** The rule: a failing life is kept whole, shrunk, and breaks the same invariant when it is lived again. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { drawLife } from '../../sim/draw.ts';
import { readFailure, replay, shrunkFailure, writeFailure } from '../../sim/failure-file.ts';
import type { Decision, Life } from '../../sim/life.ts';
import { live } from '../../sim/live.ts';
import { PLANTS } from '../../sim/plants.ts';
import { findPlant } from '../../sim/self-test.ts';
import { shrinkLife } from '../../sim/shrink.ts';

/** Lives, shrunk, that broke something before the core or a model was repaired. */
const REPAIRED = new URL('./fixtures/repaired/', import.meta.url).pathname;

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'tranche-sim-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('kept failures', () => {
  it('shrink, keep and break again', () => {
    const plant = PLANTS.find((each) => each.name === 'unknown-is-declined');
    if (plant === undefined) throw new Error('no such plant');
    const { found } = findPlant(plant);
    if (found === null) throw new Error('not found');
    const failure = shrunkFailure(found.life, plant.name);
    if (failure === null) throw new Error('did not break');
    expect(failure.invariant).toBe(found.invariant);
    expect(failure.life.decisions.length).toBeLessThanOrEqual(4);
    const file = path.join(folder, 'kept.json');
    writeFailure(file, failure);
    expect(readFailure(file)).toEqual(failure);
    expect(replay(readFailure(file)).broken).toEqual({
      invariant: failure.invariant,
      message: failure.message,
    });
  });

  it('a stored one breaks with its planted bug and not without it', () => {
    const stored = readFailure(new URL('./fixtures/unknown-is-declined.json', import.meta.url).pathname);
    expect(replay(stored).broken?.invariant).toBe(stored.invariant);
    expect(live(stored.life).broken).toBeNull();
  });

  it.each(readdirSync(REPAIRED))('%s broke the machines once and does no more', (name) => {
    const stored = readFailure(path.join(REPAIRED, name));
    expect(stored.plant).toBeNull();
    expect(replay(stored).broken).toBeNull();
  });

  it('a file of another shape is refused', () => {
    const file = path.join(folder, 'other.json');
    for (const text of [
      '{}',
      'null',
      '{"format":"tranche.sim/1","invariant":"M3"}',
      '{"format":"tranche.sim/2"}',
    ]) {
      writeFileSync(file, text);
      expect(() => readFailure(file)).toThrow('is not a failing life');
    }
  });
});

describe('shrinking', () => {
  const life = (decisions: readonly Decision[]): Life => ({ ...drawLife(1, 'safety'), decisions });
  const pokes = Array.from({ length: 40 }, (_, after): Decision => ({ kind: 'poke', after }));

  it('leaves only the decisions that matter', () => {
    const both = ({ decisions }: Life): boolean =>
      [7, 31].every((wanted) => decisions.some((each) => 'after' in each && each.after === wanted));
    expect(shrinkLife(life(pokes), both).decisions).toEqual([pokes[7], pokes[31]]);
  });

  it('ends, whatever fails', () => {
    expect(shrinkLife(life(pokes), () => true).decisions).toEqual([]);
    expect(shrinkLife(life(pokes), () => false).decisions).toEqual(pokes);
    expect(shrinkLife(life([]), () => true).decisions).toEqual([]);
  });
});
