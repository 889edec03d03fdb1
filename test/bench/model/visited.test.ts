// A state is entered again only by a life that has more left of something than every life that was there.
import { expect, test } from 'vitest';
import { covers, ISSUE, leftOf } from '../../../bench/model/bounds.ts';
import type { Used } from '../../../bench/model/node.ts';
import { UNUSED } from '../../../bench/model/node.ts';
import { Visited } from '../../../bench/model/visited.ts';

const left = (used: Partial<Used>, told = true): number => leftOf(ISSUE, { ...UNUSED, ...used }, told);

test('more of every kind covers less, and nothing else does', () => {
  const kinds: readonly Partial<Used>[] = [{ captures: 1 }, { refunds: 1 }, { releases: 1 }, { losses: 1 }];
  for (const used of kinds) {
    expect(covers(left({}), left(used))).toBe(true);
    expect(covers(left(used), left({}))).toBe(false);
    for (const other of kinds.filter((each) => each !== used))
      expect(covers(left(used), left(other))).toBe(false);
  }
  expect(covers(left({}), left({}, false))).toBe(true);
  expect(covers(left({}, false), left({}))).toBe(false);
  expect(covers(left({ captures: 1, refunds: 1 }), left({ captures: 4, refunds: 2, words: 1 }))).toBe(true);
});

test('what is covered is turned away, and what it covers is told', () => {
  const visited = new Visited();
  const told: number[] = [];
  const enter = (text: string, used: Partial<Used>, node: number): boolean =>
    visited.enter(text, left(used), node, (covered) => told.push(covered));
  expect(enter('a', { captures: 2 }, 0)).toBe(true);
  expect(enter('a', { captures: 2, words: 1 }, 1)).toBe(false);
  expect(enter('a', { refunds: 1 }, 2)).toBe(true);
  expect(enter('b', { captures: 2 }, 3)).toBe(true);
  expect(told).toEqual([]);
  expect(enter('a', { captures: 1 }, 4)).toBe(true);
  expect(told).toEqual([0]);
  expect(enter('a', {}, 5)).toBe(true);
  expect(new Set(told)).toEqual(new Set([0, 2, 4]));
  expect(visited.size).toBe(2);
});

test('a hundred thousand texts stay apart', () => {
  const visited = new Visited();
  for (let n = 0; n < 100_000; n++) expect(visited.enter(`capture:${n}`, left({}), n, () => {})).toBe(true);
  for (let n = 0; n < 100_000; n += 997)
    expect(visited.enter(`capture:${n}`, left({}), n, () => {})).toBe(false);
  expect(visited.size).toBe(100_000);
});
