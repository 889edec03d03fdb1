import { transition } from 'xstate';
import { apply } from '../../machines/apply.ts';
import { IllegalEntry } from '../../machines/fold.ts';
import type { Snapshot } from '../../machines/fold.ts';
import { objectionTo } from '../../machines/guards.ts';
import type { PaymentEvent } from '../../machines/payment-event.ts';
import { paymentMachine } from '../../machines/payment-machine.ts';
import type { PaymentState } from '../../machines/payment-state.ts';
import { statusOf } from '../../machines/status.ts';

export type { Snapshot } from '../../machines/fold.ts';
export { created, fold, IllegalEntry } from '../../machines/fold.ts';

interface Verdict {
  /** The machine's state value after the entry, null where it does not take it. */
  readonly value: Snapshot['value'] | null;
  readonly actions: readonly string[];
}

/** What the machine said, by its state value, the entry's type, and the status of the context that the entry leads to. */
const verdicts = new Map<string, Verdict>();

/**
 * The fold of a walk that takes millions of entries: a machine's transition costs 25 times its guard and its `apply`,
 * and its answer depends on nothing but its state value, the entry's type, the guard's verdict and the status that
 * follows. So the guard and `apply` are asked each time, the machine once for each of these; the walk folds every new
 * step with the machine itself beside it (M9).
 */
export function takeFact(
  from: Snapshot,
  event: PaymentEvent,
): { readonly snapshot: Snapshot; readonly actions: readonly string[] } {
  const objection = objectionTo(from.context, event);
  if (objection !== null) throw new IllegalEntry(event.type, objection.guard, objection.text);
  const context = apply(from.context, event);
  const key = `${from.value} ${event.type} ${context.closedAt === null ? statusOf(context) : 'closed'}`;
  let verdict = verdicts.get(key);
  if (verdict === undefined) verdicts.set(key, (verdict = ask(from, event)));
  if (verdict.value === null) throw new IllegalEntry(event.type, 'status', `not taken while ${from.value}`);
  return { snapshot: { value: verdict.value, context }, actions: verdict.actions };
}

function ask(from: Snapshot, event: PaymentEvent): Verdict {
  const [next, actions] = transition(paymentMachine, paymentMachine.resolveState(from), event);
  const context: PaymentState = next.context;
  if (context.n === from.context.n) return { value: null, actions: [] };
  return { value: next.value as Snapshot['value'], actions: actions.map(({ type }) => type as string) };
}
