import type { HistoryEvent, RunHistory } from './bundle.ts';
import type { Difference } from './difference.ts';
import { attributesOf, membersOf, textIn } from './event.ts';

type Found = Omit<Difference, 'entry'>;

/** A member by which an event names an earlier one, and what must then be the same in both. */
interface Link {
  readonly member: string;
  readonly to: RegExp;
  readonly same?: (attributes: Readonly<Record<string, unknown>>) => string;
}

const TASK = /^EVENT_TYPE_WORKFLOW_TASK_/;

const updateIdOf = (attributes: Readonly<Record<string, unknown>>): string =>
  textIn(attributes['meta'], 'updateId') ||
  textIn(membersOf(attributes['acceptedRequest'])['meta'], 'updateId') ||
  textIn(attributes, 'protocolInstanceId');

function linksOf({ eventType }: HistoryEvent): readonly Link[] {
  const completed = { member: 'workflowTaskCompletedEventId', to: /_WORKFLOW_TASK_COMPLETED$/ };
  if (TASK.test(eventType)) {
    return [
      { member: 'scheduledEventId', to: /_WORKFLOW_TASK_SCHEDULED$/ },
      { member: 'startedEventId', to: /_WORKFLOW_TASK_STARTED$/, same: scheduled },
    ];
  }
  if (eventType.startsWith('EVENT_TYPE_ACTIVITY_TASK_')) {
    return [
      completed,
      { member: 'scheduledEventId', to: /_ACTIVITY_TASK_SCHEDULED$/ },
      { member: 'startedEventId', to: /_ACTIVITY_TASK_STARTED$/, same: scheduled },
    ];
  }
  if (eventType.startsWith('EVENT_TYPE_TIMER_')) {
    const same = (attributes: Readonly<Record<string, unknown>>) => textIn(attributes, 'timerId');
    return [completed, { member: 'startedEventId', to: /_TIMER_STARTED$/, same }];
  }
  return [completed, { member: 'acceptedEventId', to: /_UPDATE_ACCEPTED$/, same: updateIdOf }];
}

const scheduled = (attributes: Readonly<Record<string, unknown>>): string =>
  textIn(attributes, 'scheduledEventId');

/** Where an event names another one that is not there, is of another kind, or is about something else. */
export function linkDifference({ events }: RunHistory): Found | null {
  let completed = 0;
  for (const event of events) {
    const attributes = attributesOf(event);
    const { eventId, eventType } = event;
    for (const { member, to, same } of linksOf(event)) {
      const named = attributes[member];
      if (named === undefined || named === '0') continue;
      const other = events[Number(named) - 1];
      const there = other !== undefined && other.eventId < eventId && to.test(other.eventType);
      if (!there || String(other.eventId) !== named)
        return {
          where: `event ${eventId}, ${member}`,
          expected: 'an earlier event of its kind',
          actual: named,
        };
      if (member === 'workflowTaskCompletedEventId' && other.eventId !== completed)
        return { where: `event ${eventId}, ${member}`, expected: String(completed), actual: named };
      const [own, its] = same === undefined ? ['', ''] : [same(attributes), same(attributesOf(other))];
      if (own !== its) return { where: `event ${eventId}, ${member} ${named}`, expected: its, actual: own };
    }
    if (eventType === 'EVENT_TYPE_WORKFLOW_TASK_COMPLETED') completed = eventId;
  }
  return null;
}
