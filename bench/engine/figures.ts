/** Numbers of one bench run: medians and ratios only, since a lone absolute time says nothing on a shared machine. */

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const upper = sorted[Math.floor(middle)];
  const lower = sorted[Math.ceil(middle) - 1];
  if (upper === undefined || lower === undefined) throw new Error('no values');
  return (upper + lower) / 2;
}

/** A measurement of one kind for each side. */
export interface Both<T> {
  readonly engine: T;
  readonly floor: T;
}

/** The engine's value as a multiple of the floor's, round by round. */
export const ratios = <T>(rounds: readonly Both<T>[], value: (one: T) => number): number[] =>
  rounds.map(({ engine, floor }) => value(engine) / value(floor));

/** One figure of the engine as a multiple of the floor's, a ratio for each round. */
export interface Figure {
  readonly name: string;
  readonly rounds: readonly number[];
  /** At least, or at most; null where the figure only helps to read another. */
  readonly target: null | { readonly least: number } | { readonly most: number };
}

/** Whether the median keeps to the target; null where there is none. */
export function meets({ rounds, target }: Figure): boolean | null {
  if (target === null) return null;
  return 'least' in target ? median(rounds) >= target.least : median(rounds) <= target.most;
}
