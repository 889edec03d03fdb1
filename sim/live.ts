import { figures } from '../machines/payment-state.ts';
import { authorizedIn, capturedIn, oursIn, refundedIn } from './books.ts';
import { DAY } from './capabilities.ts';
import { type Engine, REAL_ENGINE } from './engine.ts';
import { BEGIN } from './facts.ts';
import type { Life } from './life.ts';
import { LifeRun } from './life-run.ts';
import { type Invariant, Violation } from './violation.ts';

/** What became of one life. */
export interface LifeReport {
  readonly broken: null | { readonly invariant: Invariant; readonly message: string };
  readonly steps: number;
  readonly calls: number;
  readonly entries: number;
  readonly checks: number;
  readonly refused: number;
  readonly closed: boolean;
  readonly resolutions: number;
  readonly met: Readonly<Record<string, number>>;
}

/** A life in safety mode is looked at this long; the refund window of 400 days is past by then. */
const SAFETY_SPAN = 500 * DAY;
/** After the calm everything has to end or ask for a person within this time. */
const LIVENESS_SPAN = 800 * DAY;
/** Questions that one payment may ask of a person before it has to be closed. */
const MOST_RESOLUTIONS = 40;

/** Questions after which a person tidies up instead of answering the next one. */
const PATIENCE = 10;

/** A caller that tidies up is refused at most this often by what the life has still in store. */
const MOST_TIDYINGS = 16;

/** Lives one life to its end, and says what it broke, if anything. */
export function live(life: Life, engine: Engine = REAL_ENGINE): LifeReport {
  let run: LifeRun | null = null;
  let broken: LifeReport['broken'] = null;
  let resolutions = 0;
  try {
    run = new LifeRun(life, engine);
    if (life.mode === 'safety') run.run(BEGIN + SAFETY_SPAN);
    else resolutions = toTheEnd(run, life);
    run.checker.everyEffect();
    if (life.setting.provider !== 'payone') run.watch.amounts();
    run.checker.fold(run.state);
  } catch (error) {
    if (!(error instanceof Violation)) throw error;
    broken = { invariant: error.invariant, message: error.message };
  }
  return {
    broken,
    steps: run?.steps ?? 0,
    calls: run?.calls ?? 0,
    entries: run?.state.ledger.length ?? 0,
    checks: run?.checker.checks ?? 0,
    refused: run?.refused ?? 0,
    closed: run?.closed ?? false,
    resolutions,
    met: run?.faults.met ?? {},
  };
}

/** Liveness: settled and closed by itself, or in attention; then a person answers with the truth until it is closed. */
function toTheEnd(run: LifeRun, life: Life): number {
  const calm = BEGIN + (life.setting.calmAfter ?? 0);
  run.run(calm + 20 * DAY);
  let resolutions = 0;
  for (;;) {
    if (!run.closed && run.state.machine.context.attentions.length === 0) {
      endIfIdle(run);
      run.run(run.now + LIVENESS_SPAN);
    }
    if (run.closed) break;
    const { attentions } = run.state.machine.context;
    if (attentions.length === 0)
      throw new Violation('liveness', `neither closed nor in attention: ${standing(run)}`);
    if (!run.resolve())
      throw new Violation(
        'liveness',
        `attention ${attentions[0]?.code} and nothing to say: ${standing(run)}`,
      );
    resolutions++;
    // Whoever is asked the same again and again ends it.
    if (resolutions > PATIENCE) tidyUp(run, ({ state }) => state.running === null);
    if (resolutions > MOST_RESOLUTIONS)
      throw new Violation('liveness', `${resolutions} resolutions and no end: ${standing(run)}`);
    run.run(run.now + 3 * DAY);
  }
  booksAgree(run, life);
  return resolutions;
}

/**
 * What nobody asks for and nothing ends stays open by right (no expiry, no deadline): its caller then
 * tidies up, and where the provider takes nothing any more, a person says what became of the rest.
 */
function endIfIdle(run: LifeRun): void {
  tidyUp(run, isIdle);
}

function tidyUp(run: LifeRun, may: (run: LifeRun) => boolean): void {
  for (let nth = 1; nth <= MOST_TIDYINGS; nth++) {
    if (!may(run) || run.closed || figures(run.state.machine.context).held <= 0) return;
    const id = `tidy-${nth}`;
    const tidied =
      run.command({ type: 'release', id }) ||
      run.command({ type: 'capture', id, final: true }) ||
      withdrawn(run, id);
    if (!tidied) break;
    run.run(run.now + DAY);
  }
  run.resolveRest();
}

/** Nothing runs and nothing is to come, but for books that are asked day by day whether an expired hold still stands. */
function isIdle({ state }: LifeRun): boolean {
  const { deadlineReached, capabilities } = state.machine.context;
  const asks = deadlineReached && capabilities.query === 'operations';
  return state.running === null && Object.keys(state.timers).every((timer) => asks && timer === 'clock');
}

/** Takes back a capture that waits and can never go out. */
function withdrawn(run: LifeRun, id: string): boolean {
  const waiting = run.state.machine.context.operations.find(
    (each) => each.kind === 'capture' && each.state === 'planned',
  );
  return waiting !== undefined && run.command({ type: 'withdraw', id, capture: waiting.id });
}

function standing(run: LifeRun): string {
  const { context } = run.state.machine;
  const open = [context.authorization, ...context.operations].map(
    (operation) => `${operation.id} ${operation.state}`,
  );
  return `${run.state.machine.value}, held ${figures(context).held}, ${open.join(', ')}, timers ${Object.keys(run.state.timers).join(' ')}`;
}

/**
 * At the end the engine's sums are the sums of the provider's books. Where no notice tells of what was made
 * elsewhere, they are the sums of what was ours.
 */
function booksAgree(run: LifeRun, life: Life): void {
  const { books } = run.model;
  const { context } = run.state.machine;
  // An abandoned redirect ends by the clock (agreement, section 2); whose later approval nobody told, nobody can know.
  if (context.authorization.reason === 'await-expired' && context.authorization.redirectUrl !== undefined)
    return;
  const sums = figures(context);
  const told = life.setting.provider === 'payone';
  if (run.terminal.isOurs) throw new Violation('liveness', 'closed, and the terminal is still leased');
  const pairs: readonly (readonly [name: string, ours: number, theirs: number])[] = [
    ['authorized', sums.authorized, authorizedIn(books)],
    ['captured', sums.captured, told ? capturedIn(books) : oursIn(books, 'capture')],
    ['refunded', sums.refunded, told ? refundedIn(books) : oursIn(books, 'refund')],
    ['charged back', sums.chargedBack, books.chargedBack],
  ];
  for (const [name, ours, theirs] of pairs) {
    if (ours !== theirs)
      throw new Violation('M3', `closed with ${name} ${ours}, the provider's books say ${theirs}`);
  }
}
