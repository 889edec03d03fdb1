// What waits for an endpoint: each entry once, in order, bounded; a dead letter neither hides nor is lost.
import { expect, test } from 'vitest';
import {
  deadIn,
  dropped,
  ended,
  isEmpty,
  NO_EVENTS,
  nextFor,
  received,
  retried,
  viewOf,
  type WebhookState,
} from '../../workflows/webhook-queue.ts';
import { anEvent } from '../support/webhook-event.ts';

const tasks = (entries: readonly number[], ...to: readonly string[]) =>
  entries.map((entry) => ({ event: anEvent('p-1', entry), to }));
const numbers = (from: number, to: number): readonly number[] =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);
const next = (state: WebhookState, name: string): readonly number[] =>
  nextFor(state, name)?.events.map(({ data }) => data.entry) ?? [];

test('an entry that comes again is known, also when it was delivered', () => {
  let state = received(NO_EVENTS, tasks([1, 2, 3], 'a', 'b'), 0);
  state = received(state, tasks([2, 3, 4], 'a'), 0);
  expect(next(state, 'a')).toEqual([1, 2, 3, 4]);
  state = ended(state, 'a', { entries: [1, 2, 3, 4], fate: 2, now: 1 });
  expect(next(state, 'a')).toEqual([3, 4]);
  expect(next(state, 'b')).toEqual([1, 2, 3]);
  state = received(state, tasks([1, 2], 'a'), 0);
  expect(next(state, 'a')).toEqual([3, 4]);
  state = ended(state, 'a', { entries: [3, 4], fate: 2, now: 1 });
  state = ended(state, 'b', { entries: [1, 2, 3], fate: 3, now: 1 });
  expect(isEmpty(state)).toBe(true);
  expect(state.events).toEqual({});
});

test('behind a dead letter one event goes at a time and once, until one arrives', () => {
  let state = received(NO_EVENTS, tasks([1, 2, 3, 4], 'a'), 0);
  state = ended(state, 'a', { entries: [1, 2, 3, 4], fate: 'undelivered', now: 9 });
  expect(nextFor(state, 'a')).toMatchObject({ once: true });
  expect(next(state, 'a')).toEqual([2]);
  state = ended(state, 'a', { entries: [2], fate: 1, now: 9 });
  expect(nextFor(state, 'a')).toMatchObject({ once: false });
  expect(next(state, 'a')).toEqual([3, 4]);
  expect(viewOf(state)).toMatchObject([{ dead: [{ entry: 1, why: 'undelivered' }] }]);
  // A person has it delivered before what waits; a delivery that was under way meanwhile is none of it.
  state = retried(state, { by: 'anna' });
  expect(next(state, 'a')).toEqual([1, 3, 4]);
  state = ended(state, 'a', { entries: [3], fate: 'undelivered', now: 9 });
  expect(next(state, 'a')).toEqual([1, 3, 4]);
});

test('what finds no room is counted and asks for a person until it is dropped', () => {
  let state = received(NO_EVENTS, tasks(numbers(1, 1_005), 'a'), 0);
  expect(viewOf(state)[0]).toMatchObject({ overflow: 5 });
  expect(Object.keys(state.events)).toHaveLength(1_000);
  expect(next(state, 'a')).toHaveLength(20);
  expect(deadIn(state)).toBe(5);
  state = ended(state, 'a', { entries: [1], fate: 'gone', now: 9 });
  expect(deadIn(state)).toBe(1_005);
  state = dropped(state, { by: 'anna', endpoint: 'b' });
  expect(deadIn(state)).toBe(1_005);
  expect(isEmpty(dropped(state, { by: 'anna' }))).toBe(true);
});
