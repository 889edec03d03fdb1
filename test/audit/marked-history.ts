// A golden history as it would be had the code called `patched` before its first call.

interface Recorded {
  readonly workflowId: string;
  readonly history: { readonly events: readonly Readonly<Record<string, unknown>>[] };
}

const base64 = (text: string): string => Buffer.from(text, 'utf8').toString('base64');
/** The marker stands first among the commands of the first task, which ends with event 4; the SDK lists it for searches. */
const AT = 5;
const MORE = 2;

export function withMarker({ workflowId, history }: Recorded, patch: string): Recorded {
  const [before, after] = [history.events.slice(0, AT - 1), history.events.slice(AT - 1)];
  const marker = {
    eventId: String(AT),
    eventTime: before.at(-1)?.['eventTime'],
    eventType: 'EVENT_TYPE_MARKER_RECORDED',
    markerRecordedEventAttributes: {
      markerName: 'core_patch',
      details: {
        'patch-data': {
          payloads: [
            {
              metadata: { encoding: base64('json/plain') },
              data: base64(JSON.stringify({ id: patch, deprecated: false })),
            },
          ],
        },
      },
      workflowTaskCompletedEventId: String(AT - 1),
    },
  };
  const listed = {
    eventId: String(AT + 1),
    eventTime: marker.eventTime,
    eventType: 'EVENT_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES',
    upsertWorkflowSearchAttributesEventAttributes: {
      workflowTaskCompletedEventId: String(AT - 1),
      searchAttributes: {
        indexedFields: {
          TemporalChangeVersion: {
            metadata: { encoding: base64('json/plain'), type: base64('KeywordList') },
            data: base64(JSON.stringify([patch])),
          },
        },
      },
    },
  };
  return {
    workflowId,
    history: { events: [...before, marker, listed, ...after.map((event) => shifted(event) as never)] },
  };
}

/** Numbers of events, and of events that they name. */
function shifted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(shifted);
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name,
      /[eE]ventId$/.test(name) && typeof member === 'string' && Number(member) >= AT
        ? String(Number(member) + MORE)
        : shifted(member),
    ]),
  );
}
