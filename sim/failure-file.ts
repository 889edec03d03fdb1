import { readFileSync, writeFileSync } from 'node:fs';
import { REAL_ENGINE, type Engine } from './engine.ts';
import type { Life } from './life.ts';
import { live, type LifeReport } from './live.ts';
import { PLANTS } from './plants.ts';
import { shrinkLife } from './shrink.ts';
import { INVARIANTS, type Invariant } from './violation.ts';

/** A failing life as it is kept: all that is needed to live it again, on another machine or after a repair. */
export interface FailureFile {
  readonly format: 'tranche.sim/1';
  readonly invariant: Invariant;
  readonly message: string;
  /** The planted bug that it needs, or null for the machines as they are. */
  readonly plant: string | null;
  readonly life: Life;
}

/** The smallest life found that breaks the same invariant. */
export function shrunkFailure(life: Life, plant: string | null = null): FailureFile | null {
  const engine = engineOf(plant);
  const wanted = live(life, engine).broken?.invariant;
  if (wanted === undefined) return null;
  const smaller = shrinkLife(life, (each) => live(each, engine).broken?.invariant === wanted);
  const { broken } = live(smaller, engine);
  return broken === null ? null : { format: 'tranche.sim/1', ...broken, plant, life: smaller };
}

export function writeFailure(file: string, failure: FailureFile): void {
  writeFileSync(file, `${JSON.stringify(failure, null, 2)}\n`);
}

/** @throws Error where the file is not a kept failure. */
export function readFailure(file: string): FailureFile {
  const value = JSON.parse(readFileSync(file, 'utf8')) as Partial<FailureFile> | null;
  const known = value?.format === 'tranche.sim/1' && INVARIANTS.includes(value.invariant as Invariant);
  if (!known || value.life === undefined || !Array.isArray(value.life.decisions)) {
    throw new Error(`${file} is not a failing life of the simulator (format tranche.sim/1)`);
  }
  return value as FailureFile;
}

/** Lives a kept failure again. */
export function replay(failure: FailureFile): LifeReport {
  return live(failure.life, engineOf(failure.plant));
}

function engineOf(plant: string | null): Engine {
  if (plant === null) return REAL_ENGINE;
  const found = PLANTS.find((each) => each.name === plant);
  if (found === undefined) throw new Error(`no planted bug is called ${plant}`);
  return found.around(REAL_ENGINE);
}
