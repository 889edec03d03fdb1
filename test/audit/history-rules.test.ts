/** Rule: what went out proves M3, M4, M8 and M10: every breach that is planted into a good history is found, and only that one. */
import { describe, expect, test } from 'vitest';
import type { Bundle, HistoryEvent } from '../../audit/bundle.ts';
import { historyBreaches } from '../../audit/history-rules.ts';
import type { Capabilities } from '../../payment/capability.ts';

type Call = Readonly<Record<string, unknown>>;

/** A call, its start and how it ended; `outcome` null where no worker answered. */
function lived(
  from: number,
  activityId: string,
  call: Call,
  outcome: string | null,
): readonly HistoryEvent[] {
  const eventTime = '2026-01-01T00:00:00Z';
  const payloads = (data: unknown) => ({ payloads: [{ encoding: 'json/plain', data }] });
  const type = (word: string) => `EVENT_TYPE_ACTIVITY_TASK_${word}`;
  return [
    {
      eventId: from,
      eventTime,
      eventType: type('SCHEDULED'),
      activityTaskScheduledEventAttributes: {
        activityId,
        input: payloads(call),
        retryPolicy: { maximumAttempts: 1 },
      },
    },
    {
      eventId: from + 1,
      eventTime,
      eventType: type('STARTED'),
      activityTaskStartedEventAttributes: { scheduledEventId: String(from), attempt: 1 },
    },
    outcome === null
      ? {
          eventId: from + 2,
          eventTime,
          eventType: type('TIMED_OUT'),
          activityTaskTimedOutEventAttributes: { scheduledEventId: String(from) },
        }
      : {
          eventId: from + 2,
          eventTime,
          eventType: type('COMPLETED'),
          activityTaskCompletedEventAttributes: {
            scheduledEventId: String(from),
            result: payloads({ outcome }),
          },
        },
  ];
}

const capture = (over: Call = {}): Call => ({
  operation: 'c-1',
  attempt: 1,
  amount: 3_000,
  sequenceNumber: 1,
  ...over,
});

function rulesOf(
  calls: readonly (readonly [Call, string | null])[],
  capabilities: Partial<Capabilities> = {},
): readonly string[] {
  const events = calls.flatMap(([call, outcome], index) =>
    lived(1 + 3 * index, `${String(call['operation'])}#${index + 1}`, call, outcome),
  );
  const bundle = {
    payment: { capabilities: { sequence: { max: 127 }, resend: 'same-key', ...capabilities } },
    histories: [{ runId: 'r', events }],
  } as unknown as Bundle;
  return historyBreaches(bundle).map(({ rule }) => rule);
}

describe('nothing is wrong with', () => {
  test.each([
    [
      'two captures',
      [
        [capture(), 'approved'],
        [capture({ operation: 'c-2', sequenceNumber: 2 }), 'approved'],
      ],
    ],
    [
      'a decline that gives its number back',
      [
        [capture(), 'declined'],
        [capture({ operation: 'c-2' }), 'approved'],
      ],
    ],
    [
      'a repeat with the same body',
      [
        [capture(), null],
        [capture({ attempt: 2 }), 'approved'],
      ],
    ],
  ] as const)('%s', (_what, calls) => {
    expect(rulesOf(calls)).toEqual([]);
  });
});

describe('a planted breach', () => {
  test.each([
    [
      'M3',
      'sent again after it was approved',
      [
        [capture(), 'approved'],
        [capture({ sequenceNumber: 2 }), 'approved'],
      ],
      {},
    ],
    [
      'M4',
      'a number of another operation',
      [
        [capture(), 'approved'],
        [capture({ operation: 'c-2' }), 'approved'],
      ],
      {},
    ],
    ['M4', 'a number beyond the last', [[capture({ sequenceNumber: 128 }), 'approved']], {}],
    [
      'M10',
      'a repeat with another amount',
      [
        [capture(), null],
        [capture({ attempt: 2, amount: 1 }), 'approved'],
      ],
      {},
    ],
    [
      'M10',
      'a repeat where none may be',
      [
        [capture(), 'unknown'],
        [capture({ attempt: 2 }), 'approved'],
      ],
      { resend: 'never' },
    ],
    [
      'M10',
      'a second repeat where one may be',
      [
        [capture(), null],
        [capture({ attempt: 2 }), null],
        [capture({ attempt: 3 }), 'approved'],
      ],
      { resend: 'once-absent' },
    ],
    [
      'M8',
      'a card number',
      [[capture({ details: { description: 'card 4111-1111-1111-1111' } }), 'approved']],
      {},
    ],
  ] as const)('of %s is found: %s', (rule, _what, calls, capabilities) => {
    expect(rulesOf(calls, capabilities)).toEqual([rule]);
  });

  test.each([
    ['uuid 41111111-1111-4111-8111-111111111111'],
    ['sealed:v1:k:4111111111111111a'],
    ['1111111111111117'],
  ])('of M8 is not seen in %s', (description) => {
    expect(rulesOf([[capture({ details: { description } }), 'approved']])).toEqual([]);
  });
});
