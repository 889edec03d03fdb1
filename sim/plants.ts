import type { Effect, Input, Step } from '../machines/core-input.ts';
import type { CoreState } from '../machines/core-state.ts';
import { type Figures, figures, inFlight, type PaymentState } from '../machines/payment-state.ts';
import type { ProviderCall } from '../payment/call.ts';
import type { Amounts, LedgerEntry } from '../payment/ledger.ts';
import type { Operation } from '../payment/operation.ts';
import type { Engine } from './engine.ts';

/** A bug that is put around the machines from outside: the check of the check. */
export interface Plant {
  readonly name: string;
  readonly what: string;
  readonly around: (engine: Engine) => Engine;
}

type Context = (context: PaymentState) => PaymentState;

/** Bugs that the simulator has to find; each is one wrong decision that someone could really make. */
export const PLANTS: readonly Plant[] = [
  {
    name: 'drops-the-repeat',
    what: 'an unknown outcome is never repeated and never shown to a person',
    around: afterStep((step) => ({
      ...step,
      state: { ...step.state, timers: without(step.state.timers, ['repeat', 'unknown']) },
      effects: step.effects.filter(
        (effect) => !('timer' in effect) || (effect.timer !== 'repeat' && effect.timer !== 'unknown'),
      ),
    })),
  },
  {
    name: 'number-plus-one',
    what: 'a repeat takes the next sequence number',
    around: onCalls((call) =>
      call.attempt > 1 && 'sequenceNumber' in call
        ? { ...call, sequenceNumber: (call.sequenceNumber ?? 0) + 1 }
        : call,
    ),
  },
  {
    name: 'skips-the-amount-guard',
    what: 'a capture above what is capturable is accepted',
    around: (engine) =>
      blinded(engine, (context) => withAuthorized(context, 3 * (context.authorization.booked ?? 0))),
  },
  {
    name: 'unknown-is-declined',
    what: 'a lost answer is taken for a no',
    around: onInput((input) =>
      input.type === 'result' && input.result.outcome === 'unknown'
        ? {
            ...input,
            result: {
              outcome: 'declined',
              decline: { code: 'timeout', message: 'no answer', hold: 'stands', again: 'no' },
            },
          }
        : input,
    ),
  },
  {
    name: 'forgets-the-reserved',
    what: 'captures in flight reserve nothing',
    around: (engine) =>
      blinded(engine, (context) =>
        withAmounts(context, (each) => (each.kind === 'capture' && inFlight(each) ? 0 : each.amount)),
      ),
  },
  {
    name: 'releases-twice',
    what: 'what a release gives back leaves the hold twice',
    around: afterStep(releasedTwice),
  },
  {
    name: 'float-money',
    what: 'an amount goes through major units and back',
    around: onCalls((call) =>
      call.action === 'capture' ? { ...call, amount: (call.amount / 100) * 1.1 * (100 / 1.1) } : call,
    ),
  },
  {
    name: 'new-key-while-unknown',
    what: 'a repeat goes out under a key of its own',
    around: onCalls((call) => (call.attempt > 1 ? { ...call, operation: `${call.operation}-again` } : call)),
  },
  {
    name: 'new-body-while-unknown',
    what: 'a repeat goes out as the last capture, which the lost one was not',
    around: onCalls((call) =>
      call.attempt > 1 && call.action === 'capture' ? { ...call, final: !call.final } : call,
    ),
  },
  {
    name: 'number-gone-with-a-decline',
    what: 'a declined call uses its number up though the account says otherwise',
    around: afterStep(usedByDecline),
  },
  {
    name: 'forgets-in-a-crash',
    what: 'the bodies that wait are kept in memory only',
    around: afterStep((step) => ({ ...step, state: { ...step.state, bodies: {} } })),
  },
];

function afterStep(change: (step: Step, before: CoreState | null) => Step): Plant['around'] {
  return (engine) => ({
    ...engine,
    begin: (facts, at) => change(engine.begin(facts, at), null),
    step: (state, input, at) => change(engine.step(state, input, at), state),
  });
}

function onCalls(change: (call: ProviderCall) => ProviderCall): Plant['around'] {
  const changed = (effect: Effect): Effect =>
    effect.type === 'call' ? { ...effect, call: change(effect.call) } : effect;
  return afterStep((step) => ({ ...step, effects: step.effects.map(changed) }));
}

function onInput(change: (input: Input) => Input): Plant['around'] {
  return (engine) => ({ ...engine, step: (state, input, at) => engine.step(state, change(input), at) });
}

/**
 * The engine judges captures with a context that is not true, and writes down the true sums beside its
 * judgement: a guard that looks at the wrong figure, and nothing else.
 */
function blinded(engine: Engine, disguise: Context): Engine {
  return {
    ...engine,
    explain: (context, command) =>
      engine.explain(command.type === 'capture' ? disguise(context) : context, command),
    step: (state, input, at) => {
      if (
        input.type !== 'command' ||
        input.command.type !== 'capture' ||
        state.bound[input.command.id] !== undefined
      ) {
        return engine.step(state, input, at);
      }
      const { context } = state.machine;
      const step = engine.step(
        { ...state, machine: { ...state.machine, context: disguise(context) } },
        input,
        at,
      );
      return unmasked(state, step);
    },
  };
}

function unmasked(before: CoreState, step: Step): Step {
  const honest = before.machine.context;
  const amounts = new Map(honest.operations.map((operation) => [operation.id, operation.amount]));
  const restored = withAuthorized(
    withAmounts(step.state.machine.context, (each) => amounts.get(each.id) ?? each.amount),
    honest.authorization.booked ?? 0,
  );
  const sums: Figures = figures(restored);
  const corrected = (entry: LedgerEntry): LedgerEntry => {
    const after: Amounts = { ...entry.after.amounts, authorized: sums.authorized, reserved: sums.reserved };
    return { ...entry, after: { ...entry.after, amounts: after } };
  };
  const known = before.ledger.length;
  const ledger = step.state.ledger.map((entry, index) => (index < known ? entry : corrected(entry)));
  return { ...step, state: { ...step.state, ledger, machine: { ...step.state.machine, context: restored } } };
}

function withAuthorized(context: PaymentState, booked: number): PaymentState {
  return { ...context, authorization: { ...context.authorization, booked } };
}

function withAmounts(context: PaymentState, amount: (operation: Operation) => number): PaymentState {
  return {
    ...context,
    operations: context.operations.map((operation) => ({ ...operation, amount: amount(operation) })),
  };
}

function releasedTwice(step: Step, before: CoreState | null): Step {
  const known = before?.ledger.length ?? 0;
  const added = step.state.ledger.slice(known);
  const index = added.findIndex((entry) => entry.type === 'release.approved');
  const entry = added[index];
  if (entry === undefined) return step;
  const booked = Number(entry.data['booked']);
  const again = (each: LedgerEntry, position: number): LedgerEntry => {
    if (position < known + index) return each;
    const amounts = { ...each.after.amounts, released: each.after.amounts.released + booked };
    const data = position === known + index ? { ...each.data, booked: 2 * booked } : each.data;
    return { ...each, data, after: { ...each.after, amounts } };
  };
  const { context } = step.state.machine;
  const operations = context.operations.map((each) =>
    each.id === entry.operation ? { ...each, booked: 2 * booked } : each,
  );
  const machine = { ...step.state.machine, context: { ...context, operations } };
  return { ...step, state: { ...step.state, ledger: step.state.ledger.map(again), machine } };
}

function usedByDecline(step: Step, before: CoreState | null): Step {
  const added = step.state.ledger.slice(before?.ledger.length ?? 0);
  const declined = added.find(
    (entry) => entry.type === 'capture.declined' || entry.type === 'refund.declined',
  );
  const { context } = step.state.machine;
  const operation = context.operations.find((each) => each.id === declined?.operation);
  if (operation === undefined || operation.sequenceNumber === null) return step;
  const sequence = {
    ...context.sequence,
    usedUp: Math.max(context.sequence.usedUp, operation.sequenceNumber),
  };
  return {
    ...step,
    state: { ...step.state, machine: { ...step.state.machine, context: { ...context, sequence } } },
  };
}

function without<Value extends object>(value: Value, names: readonly string[]): Value {
  return Object.fromEntries(Object.entries(value).filter(([name]) => !names.includes(name))) as Value;
}
