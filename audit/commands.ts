import type { Effect } from '../machines/core-input.ts';
import type { PaymentFacts } from '../machines/core-state.ts';
import type { HistoryEvent } from './bundle.ts';
import { asJson, firstDifference, type Difference } from './difference.ts';
import { attributesOf, durationMillis, membersOf, textIn, valuesIn } from './event.ts';
import type { TimerWork } from './clockwork.ts';
import { valueOf } from './payload.ts';

type Found = Omit<Difference, 'entry'>;

/** What a task asked of the server, held against what the core asked of it. */
export function commandDifference(
  commands: readonly HistoryEvent[],
  effects: readonly Effect[],
  timers: TimerWork,
  facts: PaymentFacts,
): Found | null {
  return (
    activityDifference(commands, effects, facts) ??
    timerDifference(commands, timers) ??
    indexDifference(commands, effects)
  );
}

interface Asked {
  readonly activityId: string;
  readonly type: string;
  readonly input: unknown;
}

function activityDifference(
  commands: readonly HistoryEvent[],
  effects: readonly Effect[],
  facts: PaymentFacts,
): Found | null {
  const expected = effects.flatMap((effect) => askedBy(effect, facts));
  const scheduled = commands.filter(
    (event) => event.eventType === 'EVENT_TYPE_ACTIVITY_TASK_SCHEDULED' && !isBesideTheCore(event),
  );
  const actual = scheduled.map((event): Asked => {
    const attributes = attributesOf(event);
    return {
      activityId: textIn(attributes, 'activityId'),
      type: textIn(attributes['activityType'], 'name'),
      input: valuesIn(attributes['input'])[0],
    };
  });
  return placed('activities', scheduled, expected, actual);
}

function askedBy(effect: Effect, { account, id }: PaymentFacts): readonly Asked[] {
  switch (effect.type) {
    case 'call':
      return [
        {
          activityId: `${effect.call.operation}#${effect.number}`,
          type: effect.call.action,
          input: asJson(effect.call),
        },
      ];
    case 'read':
      return [
        {
          activityId: `${effect.call.operation}?${effect.number}`,
          type: 'read',
          input: asJson(effect.call),
        },
      ];
    case 'allocate': {
      const { operation, number, rule } = effect;
      return [
        {
          activityId: `${operation}@${number}`,
          type: 'askAllocation',
          input: asJson({ account, payment: id, operation, number, rule }),
        },
      ];
    }
    default:
      return [];
  }
}

/**
 * The core knows nothing of webhooks, nor of notices that come when the payment has ended: that they are told and kept when
 * and only when it is due, the replay shows.
 */
const BESIDE_THE_CORE: ReadonlySet<string> = new Set(['tellWebhooks', 'keepNotice']);
const isBesideTheCore = (event: HistoryEvent): boolean =>
  BESIDE_THE_CORE.has(textIn(attributesOf(event)['activityType'], 'name'));

/** A timer that was started and cancelled in one task never reached the server. */
function timerDifference(commands: readonly HistoryEvent[], { started, cancelled }: TimerWork): Found | null {
  const events = commands.filter(({ eventType }) => eventType === 'EVENT_TYPE_TIMER_STARTED');
  const actual = events.map((event) => {
    const attributes = attributesOf(event);
    return {
      id: textIn(attributes, 'timerId'),
      millis: durationMillis(textIn(attributes, 'startToFireTimeout')),
    };
  });
  const kept = started.filter(({ id }) => !cancelled.includes(id));
  return placed('timers', events, kept, actual);
}

const ATTRIBUTES = {
  TrancheStatus: 'status',
  TrancheAttention: 'attention',
  TrancheHold: 'hold',
  TrancheDeadline: 'deadline',
} as const;

/** Only what changed is written, so each written value is held against the last one asked for. */
function indexDifference(commands: readonly HistoryEvent[], effects: readonly Effect[]): Found | null {
  const indexed = effects.findLast((effect) => effect.type === 'upsert')?.indexed;
  for (const event of commands) {
    if (event.eventType !== 'EVENT_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES') continue;
    const fields = membersOf(membersOf(attributesOf(event)['searchAttributes'])['indexedFields']);
    for (const [name, member] of Object.entries(ATTRIBUTES)) {
      if (!Object.hasOwn(fields, name)) continue;
      const found = firstDifference(indexed?.[member] ?? null, valueOf(fields[name]) ?? null, name);
      if (found !== null) return { ...found, where: `event ${event.eventId}, ${found.where}` };
    }
  }
  return null;
}

function placed(
  what: string,
  events: readonly HistoryEvent[],
  expected: readonly unknown[],
  actual: readonly unknown[],
): Found | null {
  for (let index = 0; index < Math.max(expected.length, actual.length); index += 1) {
    const found = firstDifference(expected[index] ?? null, actual[index] ?? null);
    if (found === null) continue;
    const event = events[index];
    return { ...found, where: event === undefined ? what : `event ${event.eventId}, ${found.where}` };
  }
  return null;
}
