/**
 * The net below the payments' own timers: looks at the open payments that should have moved, pokes each of them once in
 * six hours, freezes those that share a hold, and names those that did not end by their own rules. A schedule starts it.
 * Each begins where the last one ended, which it reads from that one's result, and remembers nothing else.
 */
import { continueAsNew, log, proxyActivities } from '@temporalio/workflow';
import type { SharedHold, SweepActivities, SweepAsk, SweepResult } from '../activities/contract.ts';
import { SWEEP_OPTIONS } from './activity-options.ts';

export interface SweepInput {
  /** Milliseconds in which a payment is poked at most once. @default 6 hours */
  readonly period?: number;
  /** Pages in one run, before it goes on as a new one. @default 100 */
  readonly pagesPerRun?: number;
  /** What the run before carried over. */
  readonly state?: SweepState;
}

type Pass = 'overdue' | 'shared' | 'broken';

interface SweepState {
  readonly pass: Pass;
  readonly since: number;
  readonly until: number;
  readonly cursor: string | null;
  readonly pages: number;
  readonly looked: number;
  readonly poked: number;
  readonly shared: readonly SharedHold[];
  readonly complete: boolean;
  /** Holds and payments that the last sweep named. */
  readonly told: readonly string[];
}

const MINUTE = 60_000;
const PERIOD = 360 * MINUTE;
/** The first sweep of all looks back for so long. */
const FIRST = 15 * MINUTE;
const PAGES_PER_RUN = 100;
/** Pages of one pass in one sweep: some 200 000 payments. */
const MOST_PAGES = 1_000;
/** A result names no more than so many holds. */
const MOST_SHARED = 200;

export async function sweep(input: SweepInput = {}): Promise<SweepResult> {
  const { period = PERIOD, pagesPerRun = PAGES_PER_RUN } = input;
  const activities = proxyActivities<SweepActivities>(SWEEP_OPTIONS);
  let state = input.state ?? begun(Date.now(), await activities.lastSweep());

  for (let pages = 0; state.pass !== 'broken'; pages += 1) {
    if (pages === pagesPerRun) await continueAsNew<typeof sweep>({ ...input, state });
    state = await page(state, period, activities);
  }

  const { since, until, looked, poked, shared, complete } = state;
  const terminated = await activities.listBroken();
  const result: SweepResult = {
    since: new Date(since).toISOString(),
    until: new Date(until).toISOString(),
    looked,
    poked,
    shared,
    terminated,
    complete,
  };
  tell(result, state.told);
  return result;
}

/** What the last sweep told is not told again. */
function tell({ shared, terminated, complete, looked }: SweepResult, told: readonly string[]): void {
  if (!complete) log.warn('the sweep ended before the last page', { pages: MOST_PAGES, looked });
  for (const { hold, payments } of shared) {
    if (told.includes(hold)) continue;
    log.error('payments share one hold and are frozen', { hold, payments: payments.join(' ') });
  }
  for (const { payment, how } of terminated.payments) {
    if (told.includes(payment)) continue;
    log.error('a payment did not end by its own rules', { payment, how });
  }
}

/** Begins where the last sweep that came to its end did; each payment's turn falls into one of them. */
function begun(now: number, last: SweepResult | null): SweepState {
  const until = now;
  const since = Math.min(until, last === null ? until - FIRST : Date.parse(last.until));
  return {
    pass: 'overdue',
    since,
    until,
    cursor: null,
    pages: 0,
    looked: 0,
    poked: 0,
    shared: [],
    complete: true,
    told:
      last === null
        ? []
        : [...last.shared.map((each) => each.hold), ...last.terminated.payments.map((each) => each.payment)],
  };
}

async function page(state: SweepState, period: number, activities: SweepActivities): Promise<SweepState> {
  const { pass, since, until, cursor } = state;
  const ask: SweepAsk = { since, until, period, cursor };
  if (pass === 'overdue') {
    const { looked, poked, next } = await activities.pokeOverdue(ask);
    return turned({ ...state, looked: state.looked + looked, poked: state.poked + poked }, next, 'shared');
  }
  const { shared, next } = await activities.freezeShared(ask);
  return turned({ ...state, shared: merged(state.shared, shared) }, next, 'broken');
}

/** A page further, or on to the next pass. */
function turned(state: SweepState, cursor: string | null, then: Pass): SweepState {
  const pages = state.pages + 1;
  if (cursor !== null && pages < MOST_PAGES) return { ...state, cursor, pages };
  return { ...state, pass: then, cursor: null, pages: 0, complete: state.complete && cursor === null };
}

/** Two pages may show two owners of one hold. */
function merged(known: readonly SharedHold[], more: readonly SharedHold[]): readonly SharedHold[] {
  const holds = new Set(known.map((each) => each.hold));
  return [...known, ...more.filter((each) => !holds.has(each.hold))].slice(0, MOST_SHARED);
}
