import type { PayloadCodec } from '@temporalio/common';
import type { Bundle, HistoryEvent, RunHistory } from './bundle.ts';
import { decodedEvents } from './decode-history.ts';
import type { Difference } from './difference.ts';
import { foldDifference } from './fold-check.ts';
import type { GateItem } from './gate-corpus.ts';
import type { GateDivergence } from './gate-divergence.ts';
import { concernedBy } from './gate-event.ts';
import { ledgerDifference } from './history-check.ts';
import { type Moment, NoTrace, trace } from './trace.ts';

/**
 * Lives through a run of a payment with this checkout's machine: answers to callers, what a run hands to the next and
 * a closed payment's last word are not compared by the SDK's replay.
 */
export async function runFold(item: GateItem, codec: PayloadCodec): Promise<GateDivergence | null> {
  const { source, workflowId, runId, workflowType, history } = item;
  const run: RunHistory = { runId, events: await decodedEvents(history, codec) };
  let last: Moment | null = null;
  let found: { readonly message: string; readonly eventId: number | null } | null = null;
  try {
    const { differences } = trace([run], undefined, { alone: true, watch: (moment) => (last = moment) });
    const [first] = differences;
    if (first !== undefined) found = { message: told(first), eventId: eventIn(first.where) };
  } catch (error) {
    found = {
      message: error instanceof Error ? error.message : String(error),
      eventId: nextTold(run.events, last),
    };
  }
  if (found === null) return null;
  const event = run.events.find(({ eventId }) => eventId === found.eventId);
  return {
    check: 'fold',
    source,
    workflowId,
    runId,
    workflowType,
    eventId: found.eventId,
    eventType: event?.eventType.replace(/^EVENT_TYPE_/, '') ?? '',
    ...(event === undefined ? { about: '', patch: null } : concernedBy(event, workflowType)),
    place: 'machines/',
    message: found.message,
  };
}

/** Whether this checkout's machine still writes the ledger of a bundle: rules, evidence and all, entry by entry. */
export function bundleFold(source: string, bundle: Bundle): GateDivergence | null {
  const { payment, ledger, histories } = bundle;
  let found: Difference | null;
  try {
    found = foldDifference(ledger) ?? ledgerDifference(bundle, trace(histories, ledger));
  } catch (error) {
    // Said of its run already.
    if (error instanceof NoTrace) return null;
    throw error;
  }
  if (found === null) return null;
  const entry = ledger.find(({ n }) => n === found.entry);
  const { runId = '', eventId = null } = entry?.refs ?? {};
  return {
    check: 'fold',
    source,
    workflowId: `payment/${payment.id}`,
    runId,
    workflowType: 'payment',
    eventId,
    eventType: '',
    about: found.entry === null ? '' : `entry ${found.entry} ${entry?.type ?? ''}`,
    place: 'machines/',
    patch: null,
    message: told(found),
  };
}

const told = ({ where, expected, actual }: Omit<Difference, 'entry'>): string =>
  `${where.replace(/^run [^,]*, /, '')}: this checkout says ${brief(expected)}, the history ${brief(actual)}`;

const LONGEST = 160;

function brief(value: unknown): string {
  const text = JSON.stringify(value ?? null);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}

function eventIn(where: string): number | null {
  const [, digits] = /\bevent (\d+)/.exec(where) ?? [];
  return digits === undefined ? null : Number(digits);
}

/** What the core threw at came after what it was last told. */
function nextTold(events: readonly HistoryEvent[], last: Moment | null): number | null {
  const TELLS =
    /_(ACTIVITY_TASK_(COMPLETED|FAILED|TIMED_OUT)|SIGNALED|UPDATE_ACCEPTED|TIMER_FIRED|CANCEL_REQUESTED)$/;
  const from = last?.refs.eventId ?? 0;
  return events.find(({ eventId, eventType }) => eventId > from && TELLS.test(eventType))?.eventId ?? null;
}

/** Whether a history is a payment's, for which there is a machine. */
export const isFolded = (workflowType: string): boolean => workflowType === 'payment';
