import type { Effect, Input, Step } from '../machines/core-input.ts';
import type { CoreState, Looking } from '../machines/core-state.ts';
import { type Figures, figures, inFlight, type PaymentState } from '../machines/payment-state.ts';
import type { ProviderCall } from '../payment/call.ts';
import type { Capabilities } from '../payment/capability.ts';
import type { Amounts, LedgerEntry } from '../payment/ledger.ts';
import type { Operation } from '../payment/operation.ts';
import { HOUR } from './capabilities.ts';
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
  {
    name: 'repeats-after-one-absence',
    what: 'one read that does not find an operation counts as proof',
    around: onAbsence((looking, at) => ({ ...looking, absent: 9, absentSince: at - HOUR })),
  },
  {
    name: 'repeats-too-soon',
    what: 'a repeat does not wait for the window in which the first call may still leave',
    around: onAbsence((looking, at) => ({ ...looking, since: at - HOUR })),
  },
  {
    name: 'repeats-where-never',
    what: 'a call that may never be repeated goes out again',
    around: onCapabilities((each) => (each.resend === 'never' ? { ...each, resend: 'same-key' } : each)),
  },
  {
    name: 'repeats-twice-where-once',
    what: 'what may go out once more goes out any number of times',
    around: onCapabilities((each) =>
      each.resend === 'once-absent' ? { ...each, resend: 'same-key-once-absent' } : each,
    ),
  },
  {
    name: 'absent-is-declined',
    what: 'what a read does not find is taken for a no',
    around: onInput((input) =>
      input.type === 'read' && input.result.read === 'absent'
        ? {
            ...input,
            result: {
              read: 'declined',
              decline: { code: 'absent', message: 'not found', hold: 'stands', again: 'no' },
            },
          }
        : input,
    ),
  },
  {
    name: 'takes-the-asked-amount',
    what: 'an answer that names another amount than was asked is taken for the asked one',
    around: onInput((input) =>
      input.type === 'result' && input.result.outcome === 'unknown' && input.result.answered !== undefined
        ? { ...input, result: { outcome: 'approved' } }
        : input,
    ),
  },
  {
    name: 'ignores-the-brake',
    what: 'failures in a row stop nothing',
    around: onCapabilities((each) =>
      each.failures === null ? each : { ...each, failures: { ...each.failures, brake: 99 } },
    ),
  },
  {
    name: 'ignores-the-lock',
    what: 'a payment that the provider locked is used on',
    around: (engine) =>
      onCapabilities((each) =>
        each.failures === null
          ? each
          : { ...each, failures: { ...each.failures, lock: 99, lockedCode: '-' } },
      )(onInput(unlocked)(engine)),
  },
  {
    name: 'never-cancels-the-rest',
    what: 'a last capture is believed to free the rest that only a cancellation frees',
    around: onCapabilities((each) =>
      each.remainder === 'separate-cancel' ? { ...each, remainder: 'final-flag' } : each,
    ),
  },
  {
    name: 'does-not-await-the-lease',
    what: 'a call goes to the terminal before it was granted',
    around: grantsItself,
  },
  {
    name: 'uses-a-reference-again',
    what: 'a call that met a busy terminal goes out again under the same requestId',
    around: afterStep((step) => ({
      ...step,
      effects: step.effects.map((effect) =>
        effect.type === 'call' ? underOldReference(effect, step) : effect,
      ),
    })),
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

function onCapabilities(change: (capabilities: Capabilities) => Capabilities): Plant['around'] {
  return (engine) => ({
    ...engine,
    begin: (facts, at) => engine.begin({ ...facts, capabilities: change(facts.capabilities) }, at),
  });
}

/** What is known of a lost operation is changed when a read does not find it. */
function onAbsence(change: (looking: Looking, at: number) => Looking): Plant['around'] {
  return (engine) => ({
    ...engine,
    step: (state, input, at) => {
      const { looking } = state;
      if (input.type !== 'read' || input.result.read !== 'absent' || looking === null)
        return engine.step(state, input, at);
      const remaining = input.result.remaining ?? null;
      return engine.step({ ...state, looking: { ...change(looking, at), remaining } }, input, at);
    },
  });
}

function unlocked(input: Input): Input {
  if (input.type !== 'read') return input;
  return { ...input, result: without(input.result, ['locked']) };
}

/** Whatever is asked for is granted at once, by nobody. */
function grantsItself(engine: Engine): Engine {
  const granted = (step: Step, at: number): Step => {
    const ask = step.effects.find((effect) => effect.type === 'allocate');
    if (ask === undefined || ask.rule.from !== 'terminal') return step;
    const { number } = ask;
    const more = engine.step(step.state, { type: 'allocated', number, reference: `${900_000 + number}` }, at);
    const replies = [...step.replies, ...more.replies];
    return { state: more.state, effects: [...step.effects, ...more.effects], replies };
  };
  return {
    ...engine,
    begin: (facts, at) => granted(engine.begin(facts, at), at),
    step: (state, input, at) => granted(engine.step(state, input, at), at),
  };
}

function underOldReference(effect: Extract<Effect, { type: 'call' }>, { state }: Step): Effect {
  const first = state.ledger.find(
    (entry) => entry.operation === effect.call.operation && entry.type.endsWith('.sent'),
  );
  const allocated = first?.data['allocated'];
  return typeof allocated === 'string' ? { ...effect, call: { ...effect.call, allocated } } : effect;
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
