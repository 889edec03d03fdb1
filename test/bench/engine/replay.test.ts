// Rule: both sides replay the same number of histories in every round, the warm-up is not counted, and a history that
// does not replay is no figure.
import '../../support/quiet-runtime.ts';
import { readFileSync } from 'node:fs';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils.js';
import { expect, test } from 'vitest';
import { replayed, replayFigures } from '../../../bench/engine/replay.ts';
import type { History } from '../../../bench/engine/side.ts';
import { workflowBundle } from '../../../temporal/bundle.ts';

const golden = (name: string): History => {
  const text = readFileSync(new URL(`../../histories/${name}.json`, import.meta.url), 'utf8');
  return historyFromJSON((JSON.parse(text) as { history: unknown }).history);
};
/** As in test/support/test-key.ts. */
const key = { id: 'test', key: Buffer.alloc(32, 7).toString('base64') };
const both = <T>(value: T) => ({ engine: value, floor: value });

async function options() {
  const bundles = both(await workflowBundle());
  return { bundles, key, rounds: 1, slices: { long: 1, short: 3 }, execArgv: [] };
}

test('a round is four slices a side of each kind beside its warm-up', async () => {
  const [long, short] = [golden('three-shipments'), golden('declined-then-smaller')];
  const rounds: number[] = [];
  const replays = await replayed(
    { long: both([long]), short: both([short, long]) },
    { ...(await options()), onRound: (round) => rounds.push(round) },
  );
  expect(rounds).toEqual([1]);
  const [a, b] = [long.events?.length ?? 0, short.events?.length ?? 0];
  expect(replays.long.map(({ engine, floor }) => [engine.events, floor.events])).toEqual([[4 * a, 4 * a]]);
  expect(replays.short.map(({ engine, floor }) => [engine.events, floor.events])).toEqual([
    [4 * (2 * b + a), 4 * (2 * b + a)],
  ]);
  const figures = replayFigures(replays, { long: 3, short: 1 });
  expect(figures.map(({ rounds: ratios }) => ratios.every((ratio) => ratio > 0))).toEqual([
    true,
    true,
    true,
    true,
  ]);
  expect(figures.filter(({ target }) => target !== null).map(({ name }) => name)).toEqual([
    'replayed events per second of CPU, 3 captures each',
  ]);
});

test('a history that does not replay ends the measurement', async () => {
  const history = golden('three-shipments');
  const scheduled = history.events?.findLast((event) => event.activityTaskScheduledEventAttributes);
  const type = scheduled?.activityTaskScheduledEventAttributes?.activityType;
  if (type === null || type === undefined) throw new Error('no activity in the history');
  type.name = 'another';
  await expect(replayed({ long: both([history]), short: both([history]) }, await options())).rejects.toThrow(
    'ended early',
  );
});
