import type { Effect } from '../machines/core-input.ts';
import type { PaymentFacts } from '../machines/core-state.ts';
import type { HistoryEvent } from './bundle.ts';
import { type Difference, firstDifference } from './difference.ts';
import { attributesOf, textIn, valuesIn } from './event.ts';

/** A signal to another workflow. */
export interface Word {
  readonly workflow: string;
  readonly signal: string;
  readonly argument: unknown;
}

/**
 * The signals that a task sent, each held against one that the core asked for in this task or, as leases wait for their
 * askings, in one before.
 *
 * @returns what is still owed, and the first signal that nobody asked for.
 */
export function signalsSaid(
  commands: readonly HistoryEvent[],
  owed: readonly Word[],
  effects: readonly Effect[],
  facts: PaymentFacts,
): { readonly owed: readonly Word[]; readonly found: Omit<Difference, 'entry'> | null } {
  const left = [...owed, ...effects.flatMap((effect) => wordOf(effect, facts))];
  let found: Omit<Difference, 'entry'> | null = null;
  for (const event of commands) {
    if (event.eventType !== 'EVENT_TYPE_SIGNAL_EXTERNAL_WORKFLOW_EXECUTION_INITIATED') continue;
    const attributes = attributesOf(event);
    const said: Word = {
      workflow: textIn(attributes['workflowExecution'], 'workflowId'),
      signal: textIn(attributes, 'signalName'),
      argument: valuesIn(attributes['input'])[0],
    };
    const index = left.findIndex((word) => firstDifference(word, said) === null);
    if (index >= 0) left.splice(index, 1);
    else
      found ??= {
        ...(firstDifference(left[0], said) ?? { expected: null, actual: said }),
        where: `event ${event.eventId}`,
      };
  }
  return { owed: left, found };
}

function wordOf(effect: Effect, { id, account }: PaymentFacts): readonly Word[] {
  if (effect.type === 'tell') {
    const { workflow, operation, state, booked } = effect;
    return [{ workflow, signal: 'operationEnded', argument: { payment: id, operation, state, booked } }];
  }
  if (effect.type !== 'lease') return [];
  const { number, how } = effect;
  return [{ workflow: `terminal/${account}`, signal: 'lease', argument: { payment: id, number, how } }];
}
