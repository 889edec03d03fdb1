import { KINDS, type Kind } from './driver.ts';

/** What one way of asking came to over a run: times by kind of request, and what went wrong. */
export class Tally {
  /** From the first sending to the answer, milliseconds; repeats are within. */
  readonly latencies: Readonly<Record<Kind, number[]>> = { create: [], capture: [], read: [] };
  /** Answers 429, whose requests came again. */
  limited = 0;
  /** Requests without an answer, or with one that says nothing; they came again too. */
  lost = 0;
  /** Requests that the caller has stopped repeating, and holds that it has stopped waiting for. */
  givenUp = 0;
  readonly refused: string[] = [];
  /** The first few of what was lost, for the report. */
  readonly samples: string[] = [];

  count(kind: 'lost' | 'refused', why: string): void {
    if (kind === 'refused') this.refused.push(why);
    else {
      this.lost += 1;
      if (this.samples.length < 5) this.samples.push(why.slice(0, 300));
    }
  }

  get requests(): number {
    return KINDS.reduce((sum, kind) => sum + this.latencies[kind].length, 0);
  }
}

/** @param share - 0.5 is the median. @returns 0 without values */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}
