import type { Bundle, RunHistory } from './bundle.ts';
import type { Difference } from './difference.ts';
import { attributesOf, membersOf, textIn } from './event.ts';
import { linkDifference } from './event-links.ts';
import { valueOf } from './payload.ts';

/**
 * Whether the histories are whole, and of one payment: events numbered from 1 without a gap, each run continued from the
 * one before. Their times say nothing: what was buffered while a task ran is written after it.
 */
export function runDifference({ payment, histories }: Lines): Difference | null {
  let before: RunHistory | null = null;
  for (const run of histories) {
    const found =
      eventDifference(run) ?? linkDifference(run) ?? startDifference(run, before, { payment, histories });
    if (found !== null) return { ...found, entry: null, where: `run ${run.runId}, ${found.where}` };
    before = run;
  }
  return null;
}

type Lines = Pick<Bundle, 'payment' | 'histories'>;
type Found = Omit<Difference, 'entry'>;

function eventDifference({ events }: RunHistory): Found | null {
  for (const [index, event] of events.entries()) {
    if (event.eventId !== index + 1)
      return { where: `event ${event.eventId}`, expected: index + 1, actual: event.eventId };
    const attributes = Object.keys(event).filter((name) => name.endsWith('EventAttributes'));
    const named = attributeName(event.eventType);
    if (attributes.length !== 1 || attributes[0] !== named)
      return { where: `event ${event.eventId}`, expected: named, actual: attributes.join(', ') };
  }
  return null;
}

/** `EVENT_TYPE_TIMER_STARTED` says what it has to say in `timerStartedEventAttributes`. */
function attributeName(eventType: string): string {
  const words = eventType
    .replace(/^EVENT_TYPE_/, '')
    .toLowerCase()
    .split('_');
  const camel = words.map((word, index) =>
    index === 0 ? word : word.slice(0, 1).toUpperCase() + word.slice(1),
  );
  return `${camel.join('')}EventAttributes`;
}

function startDifference(
  { runId, events }: RunHistory,
  before: RunHistory | null,
  { payment, histories }: Lines,
): Found | null {
  const [started] = events;
  const attributes = started === undefined ? {} : attributesOf(started);
  const said = {
    workflowId: textIn(attributes, 'workflowId'),
    workflowType: textIn(attributes['workflowType'], 'name'),
    continuedFrom: textIn(attributes, 'continuedExecutionRunId'),
    first: textIn(attributes, 'firstExecutionRunId'),
    account: indexed(attributes, 'TrancheAccount') ?? payment.account,
    provider: indexed(attributes, 'TrancheProvider') ?? payment.provider,
    // A run that was reset bears another id than the one it began with; both are its own.
    runId: textIn(attributes, 'originalExecutionRunId'),
  };
  const expected = {
    workflowId: `payment/${payment.id}`,
    workflowType: 'payment',
    continuedFrom: before?.runId ?? '',
    first: histories[0]?.runId,
    account: payment.account,
    provider: payment.provider,
    runId,
  };
  for (const name of Object.keys(said) as (keyof typeof said)[]) {
    if (said[name] !== expected[name])
      return { where: `event 1, ${name}`, expected: expected[name], actual: said[name] };
  }
  const ended = before?.events.at(-1);
  if (ended === undefined) return null;
  const next = textIn(attributesOf(ended), 'newExecutionRunId');
  return next === runId
    ? null
    : { where: `the run before, newExecutionRunId`, expected: runId, actual: next };
}

const indexed = (attributes: Readonly<Record<string, unknown>>, name: string): unknown =>
  valueOf(membersOf(membersOf(attributes['searchAttributes'])['indexedFields'])[name]);
