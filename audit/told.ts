import { paymentView } from '../machines/view.ts';
import type { CoreState } from '../machines/core-state.ts';
import { CREATE_ID } from '../workflows/messages.ts';
import { receiptOf } from '../workflows/receipt.ts';
import type { HistoryEvent } from './bundle.ts';
import { asJson, type Difference, firstDifference } from './difference.ts';
import { attributesOf, membersOf, textIn, valuesIn } from './event.ts';
import type { Moved } from './lived-task.ts';

type Found = Omit<Difference, 'entry'>;

/** The answers that callers were given in a task, held against the payment as it stood at some moment of the task. */
export function answerDifference(
  commands: readonly HistoryEvent[],
  moves: readonly Moved[],
  askings: ReadonlyMap<string, unknown>,
): Found | null {
  for (const event of commands) {
    if (event.eventType !== 'EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_COMPLETED') continue;
    const attributes = attributesOf(event);
    const updateId = textIn(attributes['meta'], 'updateId');
    const outcome = membersOf(attributes['outcome']);
    if (!Object.hasOwn(outcome, 'success')) continue;
    const [answer] = valuesIn(outcome['success']);
    const found = receiptDifference(updateId, answer, moves, askings.get(updateId));
    if (found !== null)
      return { ...found, where: `event ${event.eventId}, answer to ${updateId}, ${found.where}` };
  }
  return null;
}

function receiptDifference(
  updateId: string,
  answer: unknown,
  moves: readonly Moved[],
  asking: unknown,
): Found | null {
  const id = updateId.startsWith(CREATE_ID) ? CREATE_ID : updateId.slice(updateId.indexOf('/') + 1);
  const request = textIn(asking, 'request');
  let found: Found | null = null;
  for (const { core } of moves.toReversed()) {
    const here = firstDifference(asJson(receiptOf(core, id, request)), answer);
    if (here === null) return null;
    found ??= here;
  }
  return found;
}

/** An update bears the id of its command, and a create the hash of the facts. */
export function askingDifference({ job, core }: Moved): Found | null {
  if (job?.kind !== 'update') return null;
  const { event, updateId, name, argument } = job;
  const creates = name === 'create';
  const expected = {
    updateId: creates
      ? `${CREATE_ID}${core.facts.id}`
      : `${name}/${textIn(membersOf(argument)['command'], 'id')}`,
    protocolInstanceId: updateId,
    acceptedRequestMessageId: `${updateId}/request`,
    ...(creates ? { hash: core.facts.hash } : {}),
  };
  const attributes = attributesOf(event);
  const said = {
    updateId,
    protocolInstanceId: attributes['protocolInstanceId'],
    acceptedRequestMessageId: attributes['acceptedRequestMessageId'],
    ...(creates ? { hash: textIn(argument, 'hash') } : {}),
  };
  return placed(event, firstDifference(expected, said));
}

/** What a run ended with: a closed payment's last word, or the state that the next run begins with. */
export function endDifference(commands: readonly HistoryEvent[], core: CoreState): Found | null {
  for (const event of commands) {
    const attributes = attributesOf(event);
    if (event.eventType === 'EVENT_TYPE_WORKFLOW_EXECUTION_CONTINUED_AS_NEW') {
      const carried = membersOf(valuesIn(attributes['input'])[0])['core'];
      return placed(event, firstDifference(asJson(core), carried, 'core'));
    }
    if (event.eventType === 'EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED') {
      const result = { receipt: receiptOf(core, CREATE_ID, ''), view: paymentView(core) };
      if (core.machine.context.closedAt === null)
        return {
          where: `event ${event.eventId}`,
          expected: 'a payment that is not closed goes on',
          actual: 'completed',
        };
      return placed(event, firstDifference(asJson(result), valuesIn(attributes['result'])[0]));
    }
    if (event.eventType === 'EVENT_TYPE_WORKFLOW_EXECUTION_FAILED')
      return { where: `event ${event.eventId}`, expected: 'a payment never fails', actual: 'failed' };
  }
  return null;
}

const placed = (event: HistoryEvent, found: Found | null): Found | null =>
  found === null ? null : { ...found, where: `event ${event.eventId}, ${found.where}` };
