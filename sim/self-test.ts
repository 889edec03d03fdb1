import { drawLife } from './draw.ts';
import { REAL_ENGINE } from './engine.ts';
import type { Life, Mode } from './life.ts';
import { live } from './live.ts';
import { PLANTS, type Plant } from './plants.ts';
import type { Invariant } from './violation.ts';

/** Most seeds that a planted bug may hide from. */
export const MOST_SEEDS = 5000;

/** How a planted bug was found, or that it was not. */
export interface Found {
  readonly plant: string;
  readonly what: string;
  readonly found: null | {
    readonly seed: number;
    readonly mode: Mode;
    readonly invariant: Invariant;
    readonly message: string;
    readonly life: Life;
  };
}

/**
 * Looks for one planted bug, seed by seed in both modes. A life counts that breaks with the bug and
 * does not break without it.
 */
export function findPlant(plant: Plant, from = 1, most = MOST_SEEDS): Found {
  const engine = plant.around(REAL_ENGINE);
  for (let seed = from; seed < from + most; seed++) {
    for (const mode of ['safety', 'liveness'] as const) {
      const life = drawLife(seed, mode);
      const { broken } = live(life, engine);
      if (broken === null || live(life).broken !== null) continue;
      return { plant: plant.name, what: plant.what, found: { seed, mode, ...broken, life } };
    }
  }
  return { plant: plant.name, what: plant.what, found: null };
}

/** Every planted bug in turn. @param told - hears of each as soon as it is known. */
export function selfTest(told: (found: Found) => void, from = 1, most = MOST_SEEDS): boolean {
  let all = true;
  for (const plant of PLANTS) {
    const found = findPlant(plant, from, most);
    if (found.found === null) all = false;
    told(found);
  }
  return all;
}
