import type { PayloadCodec } from '@temporalio/common';
import { historyFromJSON, historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import type { HistoryEvent, RunHistory } from './bundle.ts';
import { coded, readable } from './payload.ts';

type History = ReturnType<typeof historyFromJSON>;

/** A history as the server gives it, as the readable events of a bundle. @throws what the codec throws. */
export async function decodedEvents(history: History, codec: PayloadCodec): Promise<readonly HistoryEvent[]> {
  const { events = [] } = (await readable(JSON.parse(historyToJSON(history)), codec)) as {
    readonly events?: readonly HistoryEvent[];
  };
  return events.map((event) => ({ ...event, eventId: Number(event.eventId) }));
}

/** A run of a bundle as the SDK takes it. @throws TypeError for what is no history. */
export function historyOf({ events }: RunHistory): History {
  const numbered = events.map((event) => ({ ...event, eventId: String(event.eventId) }));
  return historyFromJSON(coded({ events: numbered }));
}
