/** Rule: every entry is tied to the event that wrote it, and what a provider answered stands at the one entry that says what it meant. */
import { expect, test } from 'vitest';
import type { Linked } from '../../audit/chain.ts';
import { attributesOf, textIn } from '../../audit/event.ts';
import { NoTrace, trace } from '../../audit/trace.ts';
import { goldenNames, goldenRuns } from './bundles.ts';

const OUTCOME = /\.(approved|pending|declined|not_performed|unknown)$/;

/** What an entry must come from, by who brought it. */
function sourceOf({ entry, refs }: Linked): string {
  if (refs.activityId !== undefined) return 'activity';
  if (refs.updateId !== undefined) return 'update';
  return entry.by.via;
}

test.each(goldenNames())('%s: entries, events and nothing else', async (name) => {
  const runs = await goldenRuns(name);
  const { links, differences, heard } = trace(runs);
  expect(differences).toEqual([]);
  expect(links[0]).toMatchObject({ entry: { n: 1, type: 'payment.created' }, refs: { eventId: 1 } });
  const events = new Map(
    runs.flatMap(({ runId, events: all }) => all.map((event) => [`${runId}/${event.eventId}`, event])),
  );
  for (const link of links.slice(1)) {
    const event = events.get(`${link.refs.runId}/${link.refs.eventId}`);
    expect(event, `entry ${link.entry.n}`).toBeDefined();
    if (link.refs.updateId !== undefined) {
      const accepted = event === undefined ? {} : attributesOf(event);
      expect(textIn(accepted, 'protocolInstanceId')).toBe(link.refs.updateId);
    }
    if (link.entry.by.via === 'answer' && link.entry.by.kind === 'provider')
      expect(sourceOf(link)).toBe('activity');
    if (link.entry.by.via === 'command' || link.entry.by.via === 'resolution')
      expect(sourceOf(link)).toBe('update');
    if (link.entry.by.via === 'timer')
      expect(event?.eventType).toMatch(/TIMER_FIRED|UPDATE_ACCEPTED|ACTIVITY_TASK/);
    if (link.entry.by.via === 'notice')
      expect(event?.eventType).toBe('EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED');
  }
  const answered = links.filter(({ exchange }) => exchange !== undefined);
  for (const { entry, refs } of answered) {
    expect(entry.type).toMatch(OUTCOME);
    expect(refs.activityId?.startsWith(`${entry.operation}#`)).toBe(true);
  }
  expect(new Set(answered.map(({ refs }) => refs.activityId)).size).toBe(answered.length);
  expect(heard.calls).toBeGreaterThanOrEqual(answered.length);
});

test('a recorded ledger is the one that the histories give', async () => {
  const runs = await goldenRuns('answer-lost');
  const { links } = trace(runs);
  const known = links.map(({ entry }) => entry);
  expect(trace(runs, known).links).toEqual(links);
});

test.each([
  ['no runs', []],
  ['a run without events', [{ runId: 'r', events: [] }]],
  [
    'a run of another workflow',
    [
      {
        runId: 'r',
        events: [
          {
            eventId: 1,
            eventTime: '2026-01-01T00:00:00Z',
            eventType: 'EVENT_TYPE_WORKFLOW_EXECUTION_STARTED',
          },
        ],
      },
    ],
  ],
])('%s is no trace', (_what, runs) => {
  expect(() => trace(runs)).toThrow(NoTrace);
});
