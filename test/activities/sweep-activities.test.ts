// A page of the sweep signals those whose turn it is, and all owners of a hold that should have one.
import { expect, test } from 'vitest';
import {
  createSweepActivities,
  type HoldOwner,
  sharedAmong,
  type SweepPort,
} from '../../activities/sweep-activities.ts';
import { turnBetween } from '../../activities/turn.ts';

const PERIOD = 6 * 3_600_000;
const UNTIL = Date.UTC(2026, 10, 21, 9);
const SINCE = UNTIL - PERIOD / 4;

function setup(part: Partial<SweepPort>) {
  const signals: string[] = [];
  const port: SweepPort = {
    overdue: () => Promise.resolve({ items: [], next: null }),
    begunSince: () => Promise.resolve({ items: [], next: null }),
    ownersOf: () => Promise.resolve([]),
    broken: () => Promise.resolve({ count: 0, payments: [] }),
    lastSweep: () => Promise.resolve(null),
    poke: async (payment, requestId) => void signals.push(`${payment} ${requestId}`),
    holdShared: async (payment, other, requestId) => void signals.push(`${payment} ${other} ${requestId}`),
    ...part,
  };
  return { signals, activities: createSweepActivities(port) };
}

const owner = (payment: string, hold: string, holding = true): HoldOwner => ({ payment, hold, holding });

test('of a page those are poked whose turn it is, each under the number of its turn', async () => {
  const ids = Array.from({ length: 100 }, (_each, k) => `p-${k}`);
  const { signals, activities } = setup({ overdue: () => Promise.resolve({ items: ids, next: 'more' }) });
  const page = await activities.pokeOverdue({ since: SINCE, until: UNTIL, period: PERIOD, cursor: null });
  const due = ids.filter((id) => turnBetween(id, SINCE, UNTIL, PERIOD) !== null);
  expect(page).toEqual({ looked: 100, poked: due.length, next: 'more' });
  expect(due.length).toBeGreaterThan(10);
  expect(signals.toSorted()).toEqual(
    due.map((id) => `${id} poke/${PERIOD}/${turnBetween(id, SINCE, UNTIL, PERIOD)}`).toSorted(),
  );
  await activities.pokeOverdue({ since: SINCE, until: UNTIL, period: PERIOD, cursor: null });
  expect(new Set(signals).size).toBe(due.length);
});

test('all owners of one hold are told of another, and those looked for are the holds of the new ones', async () => {
  const asked: (readonly string[])[] = [];
  const { signals, activities } = setup({
    begunSince: () => Promise.resolve({ items: [owner('b', 'x/1'), owner('c', 'x/2')], next: null }),
    ownersOf: (holds) => {
      asked.push(holds);
      return Promise.resolve([owner('b', 'x/1'), owner('a', 'x/1', false), owner('c', 'x/2')]);
    },
  });
  const page = await activities.freezeShared({ since: SINCE, until: UNTIL, period: PERIOD, cursor: null });
  expect(asked).toEqual([['x/1', 'x/2']]);
  expect(page).toEqual({ shared: [{ hold: 'x/1', payments: ['a', 'b'] }], next: null });
  expect(signals).toEqual(['a b hold-shared/b', 'b a hold-shared/a']);
});

test('a hold that nobody holds money on any more is no conflict', () => {
  expect(sharedAmong([owner('a', 'x', false), owner('b', 'x', false), owner('c', 'y')])).toEqual([]);
});
