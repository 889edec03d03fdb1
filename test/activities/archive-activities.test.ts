// Rule: each turn looks back behind the last one, and at everything once in six hours or when nothing is known.
import { expect, test } from 'vitest';
import { type ArchivePort, createArchiveActivities } from '../../activities/archive-activities.ts';

const HOUR = 3_600_000;
const NOW = Date.parse('2026-11-21T12:00:00.000Z');
const at = (ms: number): string => new Date(NOW + ms).toISOString();

const begin = (until: string | null, scannedAt: string | null) =>
  createArchiveActivities({
    lost: async () => null,
    progress: async () => ({ until, scannedAt }),
  } as unknown as ArchivePort).beginArchiving(NOW);

test.each([
  ['a new archive', null, null, { since: 0, until: NOW, whole: true }],
  [
    'one that was filled a minute ago',
    at(-60_000),
    at(-HOUR),
    { since: NOW - 16 * 60_000, until: NOW, whole: false },
  ],
  ['one that was never gone through', at(-60_000), null, { since: 0, until: NOW, whole: true }],
  [
    'one that was gone through six hours ago',
    at(-60_000),
    at(-6 * HOUR),
    { since: 0, until: NOW, whole: true },
  ],
  ['one that is ahead of this clock', at(HOUR), at(-HOUR), { since: NOW, until: NOW, whole: false }],
])('%s', async (_, until, scannedAt, span) => {
  expect(await begin(until, scannedAt)).toEqual(span);
});
