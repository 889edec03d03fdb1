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

/** The machine's own snapshots by context: building one anew from JSON costs as much as a transition. */
const live = new WeakMap<PaymentState, ReturnType<typeof paymentMachine.resolveState>>();

/** The snapshot after `payment.created`. */
export function created(fact: Pick<Fact, 'data'>, at: string): Snapshot {
  const [snapshot] = initialTransition(paymentMachine, { data: fact.data, at });
  live.set(snapshot.context, snapshot);
  return { value: snapshot.value as Status, context: snapshot.context };
}

/** The snapshot after one more fact, with the names of the actions that the machine returned. Throws IllegalEntry. */
export function takeFact(
  from: Snapshot,
  event: PaymentEvent,
): { readonly snapshot: Snapshot; readonly actions: readonly string[] } {
  const [next, actions] = transition(
    paymentMachine,
    live.get(from.context) ?? paymentMachine.resolveState(from),
    event,
  );
  if (next.context.n === from.context.n) {
    const objection = objectionTo(from.context, event);
    throw new IllegalEntry(
      event.type,
      objection?.guard ?? 'status',
      objection?.text ?? `not taken while ${from.value}`,
    );
  }
  live.set(next.context, next);
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
