import proto from '@temporalio/proto';

const { HistoryEvent } = proto.temporal.api.history.v1;
const { EventType } = proto.temporal.api.enums.v1;

type History = proto.temporal.api.history.v1.IHistory;
type Event = proto.temporal.api.history.v1.IHistoryEvent;

/** What one update left in the history: its own events and those of the activity between. */
export interface UpdateCost {
  readonly events: number;
  /** Bytes of those events as the server keeps and sends them: protobuf, payloads encrypted. */
  readonly bytes: number;
  /** How many of the events are search attributes or timers: a change of class, which belongs to the fixed cost. */
  readonly changes: number;
}

const CHANGES = new Set([
  EventType.EVENT_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES,
  EventType.EVENT_TYPE_TIMER_STARTED,
  EventType.EVENT_TYPE_TIMER_CANCELED,
  EventType.EVENT_TYPE_TIMER_FIRED,
]);

/**
 * Cuts a history of updates that came one after the other behind each answer, so that no event is left out: the
 * first piece holds the start as well, and what came after the last answer is in no piece.
 */
export function updateCosts(history: History): UpdateCost[] {
  const costs: UpdateCost[] = [];
  let piece: Event[] = [];
  for (const event of history.events ?? []) {
    piece.push(event);
    if (event.eventType !== EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_COMPLETED) continue;
    costs.push(costOf(piece));
    piece = [];
  }
  return costs;
}

function costOf(piece: readonly Event[]): UpdateCost {
  return {
    events: piece.length,
    bytes: piece.reduce((sum, event) => sum + HistoryEvent.encode(event).finish().length, 0),
    changes: piece.filter((event) => CHANGES.has(event.eventType ?? 0)).length,
  };
}
