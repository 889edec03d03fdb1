import type { Life } from './life.ts';
import type { LifeReport } from './live.ts';
import type { Invariant } from './violation.ts';

/** A life that broke an invariant. */
export interface Failure {
  readonly life: Life;
  readonly invariant: Invariant;
  readonly message: string;
}

/** What many lives came to; plain JSON, so that workers can send it. */
export interface Tally {
  lives: number;
  closed: number;
  steps: number;
  calls: number;
  entries: number;
  checks: number;
  refused: number;
  resolutions: number;
  /** Lives by provider, and by plan. */
  drawn: Record<string, number>;
  /** Faults and provider events that befell something, by kind. */
  met: Record<string, number>;
  failures: Failure[];
  /** Lives that failed; more than `failures` holds when there are many. */
  failed: number;
}

/** Most failures that are kept whole. */
const MOST_KEPT = 20;

export function emptyTally(): Tally {
  return {
    lives: 0,
    closed: 0,
    steps: 0,
    calls: 0,
    entries: 0,
    checks: 0,
    refused: 0,
    resolutions: 0,
    drawn: {},
    met: {},
    failures: [],
    failed: 0,
  };
}

export function count(tally: Tally, life: Life, report: LifeReport): void {
  tally.lives++;
  if (report.closed) tally.closed++;
  tally.steps += report.steps;
  tally.calls += report.calls;
  tally.entries += report.entries;
  tally.checks += report.checks;
  tally.refused += report.refused;
  tally.resolutions += report.resolutions;
  addCounts(tally.drawn, { [life.setting.provider]: 1, [`plan ${life.setting.plan}`]: 1 });
  addCounts(tally.met, report.met);
  if (report.broken === null) return;
  tally.failed++;
  if (tally.failures.length < MOST_KEPT) tally.failures.push({ life, ...report.broken });
}

/** Adds `more` into `tally`. */
export function addTally(tally: Tally, more: Tally): void {
  for (const name of [
    'lives',
    'closed',
    'steps',
    'calls',
    'entries',
    'checks',
    'refused',
    'resolutions',
    'failed',
  ] as const) {
    tally[name] += more[name];
  }
  addCounts(tally.drawn, more.drawn);
  addCounts(tally.met, more.met);
  tally.failures.push(...more.failures.slice(0, MOST_KEPT - tally.failures.length));
}

function addCounts(counts: Record<string, number>, more: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(more)) counts[name] = (counts[name] ?? 0) + value;
}
