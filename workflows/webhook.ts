/**
 * Delivers the events of one payment (`webhook/<payment>`): in order at each endpoint, one POST at a time, and no
 * endpoint waits for another. The tries of an event are those of one activity, so that days of them cost no history.
 * What nobody takes in the end is a dead letter, for a person to retry or drop. It ends when nothing is left and is
 * started again by the next event.
 */
import {
  ActivityFailure,
  allHandlersFinished,
  ApplicationFailure,
  CancellationScope,
  condition,
  continueAsNew,
  isCancellation,
  log,
  proxyActivities,
  setHandler,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import { defineSearchAttributeKey } from '@temporalio/common';
import type { WebhookActivities } from '../activities/contract.ts';
import { DELIVER_OPTIONS } from './activity-options.ts';
import { answering, quietly } from './failure.ts';
import { outgrown } from './outgrown.ts';
import {
  dropWebhook,
  readWebhook,
  retryWebhook,
  tellWebhook,
  type WebhookChoice,
  type WebhookTask,
} from './webhook-messages.ts';
import {
  begun,
  deadIn,
  dropped,
  ended,
  type Fate,
  isEmpty,
  NO_EVENTS,
  nextFor,
  received,
  retried,
  viewOf,
  type WebhookState,
} from './webhook-queue.ts';

export interface WebhookInput {
  readonly payment: string;
  /** Carried from run to run. */
  readonly state?: WebhookState;
  /** Goes on as a new run after so many events. @default what the server suggests */
  readonly continueAfter?: number;
}

const ATTENTION = defineSearchAttributeKey('TrancheAttention', 'KEYWORD');
const UNDELIVERED = 'webhook-undelivered';
/** A run with so many events is left although a delivery is under way; the next run sends that one again. */
const MOST_EVENTS = 8_000;

export async function webhook(input: WebhookInput): Promise<void> {
  const { payment, continueAfter } = input;
  let state = input.state ?? NO_EVENTS;
  const born = workflowInfo().historyLength;
  const shield = new CancellationScope({ cancellable: false });
  /** The tries of each endpoint that is being served; the shield before the first of them. */
  const underWay = new Map<string, CancellationScope>();
  const { deliverWebhook } = proxyActivities<WebhookActivities>(DELIVER_OPTIONS);
  const isLong = (): boolean => outgrown(born, continueAfter);

  const mark = (): void => {
    const value = deadIn(state) > 0 ? UNDELIVERED : null;
    if ((workflowInfo().typedSearchAttributes.get(ATTENTION) ?? null) !== value)
      upsertSearchAttributes([{ key: ATTENTION, value }]);
  };

  const deliver = async (endpoint: string): Promise<void> => {
    for (let next = nextFor(state, endpoint); next !== null && !isLong(); next = nextFor(state, endpoint)) {
      const { events, once } = next;
      state = begun(state, endpoint, Date.now());
      const tries = new CancellationScope();
      underWay.set(endpoint, tries);
      const fate = await tries.run(() => deliverWebhook({ payment, endpoint, events, once })).catch(fateOf);
      if (fate === 'again') continue;
      state = ended(state, endpoint, {
        entries: events.map(({ data }) => data.entry),
        fate,
        now: Date.now(),
      });
      mark();
    }
    underWay.delete(endpoint);
  };

  const deliverAll = (): void => {
    mark();
    for (const endpoint of Object.keys(state.endpoints)) {
      if (underWay.has(endpoint) || nextFor(state, endpoint) === null || isLong()) continue;
      underWay.set(endpoint, shield);
      void shield.run(() => deliver(endpoint));
    }
  };

  const change = (choice: WebhookChoice, next: WebhookState): number => {
    const count = deadIn(state) - deadIn(next);
    state = next;
    log.warn('an operator decided on dead letters', { payment, by: choice.by });
    deliverAll();
    return count;
  };

  setHandler(readWebhook, () => viewOf(state));
  setHandler(tellWebhook, (tasks) =>
    quietly('tell', () => {
      state = received(state, tasks.filter(isTask), Date.now());
      deliverAll();
    }),
  );
  setHandler(retryWebhook, (choice) =>
    answering(() => {
      const count = change(choice, retried(state, choice));
      // Whatever waits for its next try is not to wait.
      for (const [endpoint, tries] of underWay)
        if (tries !== shield && (choice.endpoint ?? endpoint) === endpoint) tries.cancel();
      return count;
    }),
  );
  setHandler(dropWebhook, (choice) => answering(() => change(choice, dropped(state, choice))));
  deliverAll();

  await CancellationScope.nonCancellable(() =>
    condition(
      () =>
        allHandlersFinished() &&
        (underWay.size === 0
          ? isEmpty(state) || isLong()
          : isLong() &&
            workflowInfo().historyLength > Math.min(MOST_EVENTS, 2 * (continueAfter ?? MOST_EVENTS))),
    ),
  );
  if (underWay.size === 0 && isEmpty(state)) return;
  await continueAsNew<typeof webhook>({ ...input, state });
}

/** `again`: a person wants no more waiting. What nobody foresaw is left to a person. */
function fateOf(error: unknown): Fate | 'again' {
  if (isCancellation(error)) return 'again';
  const cause = error instanceof ActivityFailure ? error.cause : error;
  return cause instanceof ApplicationFailure && cause.type === 'tranche.webhook-gone'
    ? 'gone'
    : 'undelivered';
}

/** The server takes a signal from whoever can reach it. */
function isTask(task: WebhookTask): boolean {
  const entry: unknown = task?.event?.data?.entry;
  return (
    Number.isInteger(entry) && Array.isArray(task.to) && task.to.every((name) => typeof name === 'string')
  );
}
