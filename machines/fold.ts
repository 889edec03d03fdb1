import { initialTransition, transition } from 'xstate';
import type { Fact, LedgerEntry } from '../payment/ledger.ts';
import type { Status } from '../payment/status.ts';
import { objectionTo } from './guards.ts';
import type { PaymentEvent } from './payment-event.ts';
import { paymentMachine } from './payment-machine.ts';
import type { PaymentState } from './payment-state.ts';

/** A payment machine's snapshot as plain JSON. */
export interface Snapshot {
  readonly value: Status | 'closed';
  readonly context: PaymentState;
}

/** An entry that the machine does not take: the guard and the figures that stand against it. */
export class IllegalEntry extends Error {
  readonly guard: string;
  readonly entryType: string;
  constructor(entryType: string, guard: string, text: string) {
    super(`${entryType} refused by ${guard}: ${text}`);
    this.name = 'IllegalEntry';
    this.guard = guard;
    this.entryType = entryType;
  }
}

type Live = ReturnType<typeof paymentMachine.resolveState>;

/**
 * The machine as XState's pure functions get it. Each of them makes an actor first, which asks for an initial
 * snapshot that nobody looks at: without the input there is none, and it costs nothing. All else is the machine's own.
 */
const logic = Object.create(paymentMachine, {
  getInitialSnapshot: {
    value: (...[scope, input]: Parameters<typeof paymentMachine.getInitialSnapshot>): Live | undefined =>
      input === undefined ? undefined : paymentMachine.getInitialSnapshot(scope, input),
  },
}) as typeof paymentMachine;

/** One snapshot of the machine for each state value: apart from the context, all that it consists of. */
const bare = new Map<Snapshot['value'], Live>();

function liveOf({ value, context }: Snapshot): Live {
  let live = bare.get(value);
  if (live === undefined) bare.set(value, (live = paymentMachine.resolveState({ value, context })));
  return { ...live, context };
}

/** The snapshot after `payment.created`. */
export function created(fact: Pick<Fact, 'data'>, at: string): Snapshot {
  const [snapshot] = initialTransition(logic, { data: fact.data, at });
  return { value: snapshot.value as Status, context: snapshot.context };
}

/** The snapshot after one more fact, with the names of the actions that the machine returned. Throws IllegalEntry. */
export function takeFact(
  from: Snapshot,
  event: PaymentEvent,
): { readonly snapshot: Snapshot; readonly actions: readonly string[] } {
  const [next, actions] = transition(logic, liveOf(from), event);
  if (next.context.n === from.context.n) {
    const objection = objectionTo(from.context, event);
    throw new IllegalEntry(
      event.type,
      objection?.guard ?? 'status',
      objection?.text ?? `not taken while ${from.value}`,
    );
  }
  return {
    snapshot: { value: next.value as Snapshot['value'], context: next.context },
    actions: actions.map((action) => action.type as string),
  };
}

/** The status at an entry: the machine's state value, or what it was when it closed. */
export function fold(
  ledger: readonly Pick<LedgerEntry, 'type' | 'operation' | 'by' | 'rule' | 'data' | 'at'>[],
): Snapshot {
  const [first, ...rest] = ledger;
  if (first?.type !== 'payment.created')
    throw new IllegalEntry(first?.type ?? 'nothing', 'status', 'a ledger begins with payment.created');
  let snapshot = created(first, first.at);
  for (const entry of rest) {
    if (entry.type === 'payment.created') throw new IllegalEntry(entry.type, 'status', 'created once');
    snapshot = takeFact(snapshot, entry as PaymentEvent).snapshot;
  }
  return snapshot;
}
