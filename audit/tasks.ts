import type { HistoryEvent } from './bundle.ts';
import { attributesOf, membersOf, millisOf, textIn, valuesIn } from './event.ts';

/** Something that a workflow task told the workflow. */
export type Job =
  | {
      readonly kind: 'signal';
      readonly event: HistoryEvent;
      readonly name: string;
      readonly argument: unknown;
    }
  | {
      readonly kind: 'update';
      readonly event: HistoryEvent;
      readonly updateId: string;
      readonly name: string;
      readonly argument: unknown;
    }
  | {
      readonly kind: 'activity';
      readonly event: HistoryEvent;
      readonly activityId: string;
      readonly activityType: string;
      /** The value that it returned; undefined where it ended in another way. */
      readonly result: unknown;
    }
  | { readonly kind: 'timer'; readonly event: HistoryEvent; readonly timerId: string }
  | { readonly kind: 'cancel'; readonly event: HistoryEvent };

/** One workflow task that was completed: what it was told, when, and what it made of it. */
export interface Task {
  /** Milliseconds since the epoch: the workflow's clock. */
  readonly at: number;
  readonly startedEventId: number;
  /** Signals and updates, which the workflow takes at once, in their order. */
  readonly asked: readonly Job[];
  /** What ended: the workflow hears of it afterwards. */
  readonly ended: readonly Job[];
  /** The events that its commands became. */
  readonly commands: readonly HistoryEvent[];
}

export interface Run {
  readonly started: HistoryEvent;
  /** The argument of the workflow. */
  readonly input: unknown;
  readonly tasks: readonly Task[];
}

const is = (event: HistoryEvent, type: string): boolean => event.eventType === `EVENT_TYPE_${type}`;

const ENDED_ACTIVITY = /^EVENT_TYPE_ACTIVITY_TASK_(COMPLETED|FAILED|TIMED_OUT|CANCELED)$/;

/**
 * A run as its workflow lived it. A task is told everything that was written before it started and no task before it
 * was told; the updates that it accepted are written after it.
 *
 * @returns null where the events do not begin with a start.
 */
export function runOf(events: readonly HistoryEvent[]): Run | null {
  const [started] = events;
  if (started === undefined || !is(started, 'WORKFLOW_EXECUTION_STARTED')) return null;
  const drafts: Draft[] = [];
  const scheduled = new Map<string, HistoryEvent>();
  const admitted = new Map<string, unknown>();
  const told: Job[] = [];
  let heard = 0;
  let begun: { readonly event: HistoryEvent; readonly until: number } | null = null;
  for (const event of events) {
    const attributes = attributesOf(event);
    const current = drafts.at(-1);
    if (is(event, 'WORKFLOW_TASK_STARTED')) {
      begun = { event, until: told.length };
    } else if (is(event, 'WORKFLOW_TASK_COMPLETED') && begun !== null) {
      drafts.push({
        at: millisOf(begun.event),
        startedEventId: begun.event.eventId,
        told: told.slice(heard, begun.until),
        updates: [],
        commands: [],
      });
      heard = begun.until;
      begun = null;
    } else if (is(event, 'WORKFLOW_EXECUTION_UPDATE_ADMITTED')) {
      const request = attributes['request'];
      admitted.set(textIn(membersOf(request)['meta'], 'updateId'), request);
    } else if (is(event, 'WORKFLOW_EXECUTION_UPDATE_ACCEPTED')) {
      current?.updates.push(updateOf(event, admitted));
    } else if (
      'workflowTaskCompletedEventId' in attributes ||
      is(event, 'WORKFLOW_EXECUTION_UPDATE_COMPLETED')
    ) {
      if (is(event, 'ACTIVITY_TASK_SCHEDULED')) scheduled.set(String(event.eventId), event);
      current?.commands.push(event);
    } else {
      const job = jobOf(event, scheduled);
      if (job !== null) told.push(job);
    }
  }
  return { started, input: valuesIn(attributesOf(started)['input'])[0], tasks: drafts.map(taskOf) };
}

interface Draft {
  readonly at: number;
  readonly startedEventId: number;
  readonly told: readonly Job[];
  readonly updates: Extract<Job, { kind: 'update' }>[];
  readonly commands: HistoryEvent[];
}

function taskOf({ told, updates, ...task }: Draft, index: number): Task {
  const signals = told.filter(({ kind }) => kind === 'signal');
  const asked = [...signals, ...updates];
  return {
    ...task,
    asked: index === 0 ? asked.toSorted((a, b) => turnOf(a) - turnOf(b)) : asked,
    ended: told.filter(({ kind }) => kind !== 'signal'),
  };
}

/** Before its first task a workflow has no handlers: what waits is taken when its handler is set, in this order. */
const HANDLERS = [
  'notice',
  'queued',
  'allocated',
  'poke',
  'holdShared',
  'capture',
  'release',
  'refund',
  'withdraw',
  'reschedule',
  'resolve',
  'create',
];

const turnOf = (job: Job): number => HANDLERS.indexOf('name' in job ? job.name : '');

function updateOf(
  event: HistoryEvent,
  admitted: ReadonlyMap<string, unknown>,
): Extract<Job, { kind: 'update' }> {
  const attributes = attributesOf(event);
  const accepted = membersOf(attributes['acceptedRequest']);
  const updateId = textIn(accepted['meta'], 'updateId') || textIn(attributes, 'protocolInstanceId');
  const input = accepted['input'] ?? membersOf(admitted.get(updateId))['input'];
  const [argument] = valuesIn(membersOf(input)['args']);
  return { kind: 'update', event, updateId, name: textIn(input, 'name'), argument };
}

function jobOf(event: HistoryEvent, scheduled: ReadonlyMap<string, HistoryEvent>): Job | null {
  const attributes = attributesOf(event);
  if (is(event, 'WORKFLOW_EXECUTION_SIGNALED')) {
    const [argument] = valuesIn(attributes['input']);
    return { kind: 'signal', event, name: textIn(attributes, 'signalName'), argument };
  }
  if (is(event, 'TIMER_FIRED')) return { kind: 'timer', event, timerId: textIn(attributes, 'timerId') };
  if (is(event, 'WORKFLOW_EXECUTION_CANCEL_REQUESTED')) return { kind: 'cancel', event };
  if (!ENDED_ACTIVITY.test(event.eventType)) return null;
  const asked = attributesOf(scheduled.get(textIn(attributes, 'scheduledEventId')) ?? event);
  const [result] = valuesIn(attributes['result']);
  return {
    kind: 'activity',
    event,
    activityId: textIn(asked, 'activityId'),
    activityType: textIn(asked['activityType'], 'name'),
    result: is(event, 'ACTIVITY_TASK_COMPLETED') ? result : undefined,
  };
}
