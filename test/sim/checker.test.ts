/**
 * The rule: the checker sees what is wrong with a ledger, a state, a call or the provider's books. Each
 * case takes a sound life and spoils one thing by hand.
 */
import { describe, expect, it } from 'vitest';
import type { Effect, Step } from '../../machines/core-input.ts';
import type { CoreState } from '../../machines/core-state.ts';
import type { LedgerEntry } from '../../payment/ledger.ts';
import { emptyBooks } from '../../sim/books.ts';
import { Checker } from '../../sim/checker.ts';
import { drawLife } from '../../sim/draw.ts';
import { REAL_ENGINE } from '../../sim/engine.ts';
import { BEGIN } from '../../sim/facts.ts';
import type { Life } from '../../sim/life.ts';
import { LifeRun } from '../../sim/life-run.ts';
import { Violation } from '../../sim/violation.ts';

const drawn = drawLife(1, 'safety', { provider: 'payone' }).setting;
if (drawn.provider !== 'payone') throw new Error('drawn for another provider');
const LIFE: Life = {
  seed: 1,
  mode: 'safety',
  setting: {
    ...drawn,
    clearing: 'cc',
    amount: 1000,
    adopted: 0,
    plan: 'immediate',
    onDeadline: 'alert',
    deadlineAfter: null,
    gate: 'response',
    sequenceMax: 127,
    lenient: false,
    busyFor: 0,
    latency: 40,
    noticeDelay: 200,
    calmAfter: null,
  },
  decisions: [
    { kind: 'command', after: 10, command: { type: 'capture', id: 'c-1', amount: 300 } },
    { kind: 'command', after: 20, command: { type: 'capture', id: 'c-2', amount: 200 } },
  ],
};

/** The steps of the sound life, and its books. */
function lived(until = 5000) {
  const steps: Step[] = [];
  const keep = (step: Step): Step => {
    steps.push(step);
    return step;
  };
  const run = new LifeRun(LIFE, {
    ...REAL_ENGINE,
    begin: (facts, at) => keep(REAL_ENGINE.begin(facts, at)),
    step: (state, input, at) => keep(REAL_ENGINE.step(state, input, at)),
  });
  run.run(BEGIN + until);
  return { run, steps, books: run.model.books };
}

/** The invariant that breaks when the steps of the sound life are checked after `spoil` changed one. */
function spoiled(spoil: (step: Step, index: number) => Step, books = lived().books): string | null {
  const checker = new Checker(books);
  try {
    for (const [index, step] of lived().steps.entries()) {
      const changed = spoil(step, index);
      checker.afterStep(changed, new Map(Object.entries(changed.state.timers)));
      checker.answered('c-1', { outcome: 'approved' });
      checker.fold(changed.state);
    }
    return null;
  } catch (error) {
    if (error instanceof Violation) return error.invariant;
    throw error;
  }
}

const withState = (step: Step, state: Partial<CoreState>): Step => ({
  ...step,
  state: { ...step.state, ...state },
});
const withEntry = (step: Step, type: string, change: (entry: LedgerEntry) => LedgerEntry): Step =>
  withState(step, {
    ledger: step.state.ledger.map((entry) => (entry.type === type ? change(entry) : entry)),
  });
const withCall = (step: Step, change: (effect: Extract<Effect, { type: 'call' }>) => Effect): Step => ({
  ...step,
  effects: step.effects.map((effect) => (effect.type === 'call' ? change(effect) : effect)),
});

describe('the checker', () => {
  it('finds nothing in a sound life', () => {
    expect(spoiled((step) => step)).toBeNull();
    const { run } = lived();
    expect(run.checker.accounts.sums).toMatchObject({ authorized: 1000, captured: 500, reserved: 0 });
    expect(run.checker.checks).toBeGreaterThan(50);
  });

  it('M1: sees a call above what was asked', () => {
    expect(
      spoiled((step) =>
        withCall(step, (effect) => ({ ...effect, call: { ...effect.call, amount: effect.call.amount + 1 } })),
      ),
    ).toBe('M1');
  });

  it('M3: sees an approval that the provider never booked, and one that it booked twice', () => {
    expect(spoiled((step) => step, { ...emptyBooks(), holds: [{ amount: 1000, state: 'booked' }] })).toBe(
      'M3',
    );
    const { books } = lived();
    const [first] = books.bookings;
    if (first === undefined) throw new Error('nothing booked');
    expect(
      spoiled((step) => step, { ...books, bookings: [...books.bookings, { ...first, sequenceNumber: 9 }] }),
    ).toBe('M3');
  });

  it('M4: sees a number that is not the next', () => {
    const raised = (step: Step): Step =>
      withCall(step, (effect) =>
        'sequenceNumber' in effect.call ? { ...effect, call: { ...effect.call, sequenceNumber: 7 } } : effect,
      );
    expect(spoiled(raised)).toBe('M4');
  });

  it('M5: sees a payment that is closed while something is held', () => {
    const closed = (step: Step): Step => {
      const last = step.state.ledger.at(-1);
      if (last === undefined) return step;
      const entry: LedgerEntry = {
        ...last,
        n: last.n + 1,
        type: 'payment.closed',
        operation: null,
        data: {},
      };
      return withState(step, { ledger: [...step.state.ledger, entry] });
    };
    expect(spoiled((step, index) => (index === 0 ? closed(step) : step))).toBe('M5');
  });

  it('M6: sees a sum that its entries do not make', () => {
    const forgot = (entry: LedgerEntry): LedgerEntry => ({
      ...entry,
      after: { ...entry.after, amounts: { ...entry.after.amounts, reserved: 0 } },
    });
    expect(spoiled((step) => withEntry(step, 'capture.planned', forgot))).toBe('M6');
  });

  it('M7: sees money that is no integer', () => {
    expect(
      spoiled((step) =>
        withEntry(step, 'capture.planned', (entry) => ({
          ...entry,
          data: { ...entry.data, amount: 299.999 },
        })),
      ),
    ).toBe('M7');
    expect(
      spoiled((step) =>
        withCall(step, (effect) => ({ ...effect, call: { ...effect.call, amount: 0.1 + 0.2 } })),
      ),
    ).toBe('M7');
  });

  it('M9: sees a state that its ledger does not give', () => {
    const drifted = (step: Step): Step => {
      const { machine } = step.state;
      return withState(step, { machine: { ...machine, context: { ...machine.context, warned: true } } });
    };
    expect(spoiled(drifted)).toBe('M9');
    expect(
      spoiled((step) =>
        withEntry(step, 'capture.sent', (entry) => ({
          ...entry,
          after: { ...entry.after, status: 'captured' },
        })),
      ),
    ).toBe('M9');
  });

  it('M10: sees a first send that pretends to be a repeat', () => {
    expect(
      spoiled((step) => withCall(step, (effect) => ({ ...effect, call: { ...effect.call, attempt: 2 } }))),
    ).toBe('M10');
  });

  it('sees a lane with two in it, a ledger that lost an entry, and one that goes back in time', () => {
    expect(spoiled((step) => withCall(step, (effect) => ({ ...effect, number: effect.number + 1 })))).toBe(
      'lane',
    );
    expect(
      spoiled((step, index) =>
        index > 2 ? withState(step, { ledger: step.state.ledger.slice(0, 2) }) : step,
      ),
    ).toBe('ledger');
    expect(
      spoiled((step) =>
        withEntry(step, 'capture.sent', (entry) => ({ ...entry, at: '2020-01-01T00:00:00.000Z' })),
      ),
    ).toBe('ledger');
  });

  it('sees a caller who waits for nothing, and a timer that does not run', () => {
    expect(
      spoiled((step, index) =>
        index === 0 ? withState(step, { waiting: [{ command: 'x', operation: 'x' }] }) : step,
      ),
    ).toBe('waiting');
    const checker = new Checker(lived().books);
    const [first] = lived().steps;
    if (first === undefined) throw new Error('no step');
    expect(() => checker.afterStep(first, new Map([['gate', 1]]))).toThrow(Violation);
  });
});
