import { begin } from '../machines/core.ts';
import type { Effect } from '../machines/core-input.ts';
import type { CoreState, PaymentFacts } from '../machines/core-state.ts';
import { carriedOver } from '../machines/older.ts';
import type { LedgerEntry } from '../payment/ledger.ts';
import type { Exchange } from '../payment/outcome.ts';
import type { Refs, RunHistory } from './bundle.ts';
import type { Linked } from './chain.ts';
import { commandDifference } from './commands.ts';
import { type Word, signalsSaid } from './words.ts';
import { asJson, type Difference, firstDifference } from './difference.ts';
import { answerDifference, askingDifference, endDifference } from './told.ts';
import { membersOf } from './event.ts';
import { begun, type Lived, type LivedTask, live, type Moved } from './lived-task.ts';
import { type Job, type Run, runOf, type Task } from './tasks.ts';

/** What the histories of a payment say that happened. */
export interface Trace {
  readonly facts: PaymentFacts;
  /** Every entry with the event that wrote it. */
  readonly links: readonly Linked[];
  /** The driver as the last completed task left it. */
  readonly core: CoreState;
  /** Where a history says something else than the core makes of it. */
  readonly differences: readonly Difference[];
  /** How many events of each kind the core heard of. */
  readonly heard: Heard;
}

export interface Heard {
  readonly calls: number;
  readonly reads: number;
  readonly notices: number;
  readonly updates: number;
  readonly timers: number;
  /** Answers, reads, notices and updates after which the ledger stood as before. */
  readonly silent: number;
}

/** Something that the core was told, with what came of it. */
export interface Moment {
  readonly runId: string;
  /** Milliseconds since the epoch: the workflow's clock. */
  readonly at: number;
  readonly moved: Moved;
  /** The event that wrote its entries. */
  readonly refs: Refs;
}

export interface Tracing {
  /** Told of everything in turn; of a task before what it led to is kept. */
  readonly watch?: (moment: Moment) => void;
  /** The first history may be a later run: it begins with what it says that it was handed over. */
  readonly alone?: boolean;
}

/** A history that is none of a payment, or that the core cannot live through. */
export class NoTrace extends Error {
  override readonly name = 'NoTrace';
}

const MOST_DIFFERENCES = 20;
/** Ends of one task that are tried in other orders. */
const MOST_REORDERED = 5;

/**
 * Lives through the histories again, event by event, with the same core as the workflow: what the core writes at an
 * event is what that event wrote. The order in which a workflow hears of two ends in one task is the SDK's; where the
 * order of events does not fit, the others are tried.
 *
 * @param known - the ledger as it was recorded, where there is one.
 * @throws NoTrace
 */
export function trace(
  histories: readonly RunHistory[],
  known?: readonly LedgerEntry[],
  tracing: Tracing = {},
): Trace {
  const tracer = new Tracer(known, tracing);
  try {
    for (const history of histories) tracer.run(history);
  } catch (error) {
    if (error instanceof NoTrace) throw error;
    throw new NoTrace(error instanceof Error ? error.message : String(error), { cause: error });
  }
  return tracer.result();
}

class Tracer {
  readonly #known: readonly LedgerEntry[] | undefined;
  readonly #tracing: Tracing;
  readonly #links: Linked[] = [];
  readonly #differences: Difference[] = [];
  readonly #heard = { calls: 0, reads: 0, notices: 0, updates: 0, timers: 0, silent: 0 };
  /** What each update of the run asked. */
  readonly #askings = new Map<string, unknown>();
  /** Words to other workflows that are owed; a lease waits for its asking. */
  #owed: readonly Word[] = [];
  #lived: Lived | null = null;

  constructor(known: readonly LedgerEntry[] | undefined, tracing: Tracing) {
    this.#known = known;
    this.#tracing = tracing;
  }

  run({ runId, events }: RunHistory): void {
    const run = runOf(events);
    if (run === null) throw new NoTrace(`run ${runId} does not begin with its start`);
    const [first] = run.tasks;
    const at = first?.at ?? Number.NaN;
    const { core, effects } =
      this.#lived === null && !this.#isLater(run)
        ? this.#born(run, runId, at)
        : this.#carriedOver(run, runId);
    const start = { runId, eventId: run.started.eventId };
    if (this.#lived === null) {
      const moved = { job: null, input: null, entries: core.ledger, core, effects, refused: false };
      this.#tracing.watch?.({ runId, at, moved, refs: start });
    }
    let lived = begun(core, effects, at);
    this.#askings.clear();
    this.#owed = [];
    run.tasks.forEach((task, index) => {
      for (const job of task.asked) if (job.kind === 'update') this.#askings.set(job.updateId, job.argument);
      const before: Lived = index === 0 ? lived : { ...lived, clockwork: lived.clockwork.next() };
      const opening: Moved[] =
        index === 0 ? [{ job: null, input: null, entries: [], core, effects, refused: false }] : [];
      const chosen = this.#choose(before, task, opening);
      this.#keep(chosen.moves, runId, task.at);
      const found = this.#differs(chosen, task, opening);
      if (found !== null) this.#differ(found, runId);
      this.#owed = this.#said(chosen, task, opening).owed;
      lived = chosen.lived;
    });
    this.#lived = lived;
  }

  #born(
    run: Run,
    runId: string,
    at: number,
  ): { readonly core: CoreState; readonly effects: readonly Effect[] } {
    const { facts } = membersOf(run.input);
    if (typeof facts !== 'object' || facts === null) throw new NoTrace(`run ${runId} begins with no facts`);
    if (Number.isNaN(at)) throw new NoTrace(`run ${runId} has no completed workflow task yet`);
    const { state, effects } = begin(facts as PaymentFacts, at);
    const refs = { runId, eventId: run.started.eventId };
    for (const entry of state.ledger) this.#links.push({ entry, refs });
    return { core: state, effects };
  }

  #isLater(run: Run): boolean {
    return this.#tracing.alone === true && Object.hasOwn(membersOf(run.input), 'core');
  }

  /** What a run carried over is what the one before it left. */
  #carriedOver(run: Run, runId: string): { readonly core: CoreState; readonly effects: readonly Effect[] } {
    const handed = membersOf(run.input)['core'];
    const core = this.#lived?.core ?? carriedOver(handed as CoreState);
    const found = this.#lived === null ? null : firstDifference(asJson(core), handed, 'core');
    if (found !== null) this.#differ(found, runId);
    const effects = Object.entries(core.timers).map(
      ([timer, due]) => ({ type: 'timer.start', timer, at: due }) as Effect,
    );
    return { core, effects };
  }

  /** The first order in which everything fits, or the order of events. */
  #choose(before: Lived, task: Task, opening: readonly Moved[]): LivedTask {
    const plain = live(before, task);
    if (this.#fits(plain, task, opening)) return plain;
    const moving = task.ended.filter(({ kind }) => kind !== 'cancel');
    if (moving.length < 2 || task.ended.length > MOST_REORDERED) return plain;
    for (const order of permutations(task.ended)) {
      const other = live(before, task, order);
      if (this.#fits(other, task, opening)) return other;
    }
    return plain;
  }

  #fits(lived: LivedTask, task: Task, opening: readonly Moved[]): boolean {
    return this.#differs(lived, task, opening) === null && this.#agrees(lived);
  }

  #agrees({ moves }: LivedTask): boolean {
    if (this.#known === undefined) return true;
    const written = moves.flatMap(({ entries }) => entries);
    const at = this.#links.length;
    return written.every((entry, index) => firstDifference(asJson(entry), this.#stored(at + index)) === null);
  }

  #stored(index: number): unknown {
    const entry = this.#known?.[index];
    if (entry === undefined) return null;
    const { n, at, type, operation, by, rule, data, after } = entry;
    return { n, at, type, operation, by, rule, data, after };
  }

  #differs(
    { lived, moves }: LivedTask,
    task: Task,
    opening: readonly Moved[],
  ): Omit<Difference, 'entry'> | null {
    const all = [...opening, ...moves];
    const { facts } = lived.core;
    const effects = all.flatMap((move) => move.effects);
    return (
      commandDifference(task.commands, effects, lived.clockwork.work, facts) ??
      answerDifference(task.commands, all, this.#askings) ??
      firstOf(moves, askingDifference) ??
      this.#said({ lived, moves }, task, opening).found ??
      endDifference(task.commands, lived.core)
    );
  }

  #said({ lived, moves }: LivedTask, task: Task, opening: readonly Moved[]): ReturnType<typeof signalsSaid> {
    const effects = [...opening, ...moves].flatMap((move) => move.effects);
    return signalsSaid(task.commands, this.#owed, effects, lived.core.facts);
  }

  #keep(moves: readonly Moved[], runId: string, at: number): void {
    for (const moved of moves) {
      const { job, entries } = moved;
      if (job === null) continue;
      this.#count(job, entries.length);
      const refs = refsOf(job, runId);
      this.#tracing.watch?.({ runId, at, moved, refs });
      const exchange = exchangeOf(job);
      const cited = exchange === undefined ? -1 : citing(job, entries);
      entries.forEach((entry, index) => {
        this.#links.push({ entry, refs, ...(index === cited && exchange !== undefined ? { exchange } : {}) });
      });
    }
  }

  #count(job: Job, entries: number): void {
    const kind = kindOf(job);
    if (kind === null) return;
    this.#heard[kind] += 1;
    if (entries === 0 && kind !== 'timers') this.#heard.silent += 1;
  }

  #differ(found: Omit<Difference, 'entry'>, runId: string): void {
    if (this.#differences.length < MOST_DIFFERENCES)
      this.#differences.push({ ...found, entry: null, where: `run ${runId}, ${found.where}` });
  }

  result(): Trace {
    const core = this.#lived?.core;
    if (core === undefined) throw new NoTrace('there is no run');
    return {
      facts: core.facts,
      links: this.#links,
      core,
      differences: this.#differences,
      heard: this.#heard,
    };
  }
}

function firstOf<T, R>(items: readonly T[], look: (item: T) => R | null): R | null {
  for (const item of items) {
    const found = look(item);
    if (found !== null) return found;
  }
  return null;
}

function kindOf(job: Job): Exclude<keyof Heard, 'silent'> | null {
  switch (job.kind) {
    case 'activity':
      if (job.activityId.includes('@')) return null;
      return job.activityType === 'read' ? 'reads' : 'calls';
    case 'signal':
      return job.name === 'notice' ? 'notices' : null;
    case 'update':
      return job.name === 'create' ? null : 'updates';
    case 'timer':
      return 'timers';
    case 'cancel':
      return null;
  }
}

function refsOf(job: Job, runId: string): Refs {
  const base = { runId, eventId: job.event.eventId };
  if (job.kind === 'activity') return { ...base, activityId: job.activityId };
  return job.kind === 'update' ? { ...base, updateId: job.updateId } : base;
}

function exchangeOf(job: Job): Exchange | undefined {
  if (job.kind !== 'activity') return undefined;
  return membersOf(job.result)['exchange'] as Exchange | undefined;
}

/**
 * The entry that says what an answer meant for its operation, else the first that the provider's word led to; -1 where a
 * notice or a person had said it before.
 */
function citing(job: Job, entries: readonly LedgerEntry[]): number {
  const operation = job.kind === 'activity' ? job.activityId.replace(/[#?]\d+$/, '') : '';
  const own = entries.findIndex(
    (entry) => entry.operation === operation && !/\.(planned|sent)$/.test(entry.type),
  );
  return own === -1 ? entries.findIndex(({ by }) => by.kind === 'provider') : own;
}

function* permutations<T>(items: readonly T[]): Generator<readonly T[]> {
  if (items.length < 2) {
    yield items;
    return;
  }
  for (const [index, item] of items.entries()) {
    for (const rest of permutations(items.toSpliced(index, 1))) yield [item, ...rest];
  }
}
