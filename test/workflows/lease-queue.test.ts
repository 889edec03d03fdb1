// Whatever a terminal is asked and told, in whatever order: one holder, a number for nobody twice, and everybody who
// waits gets a turn once the others are done.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  arranged,
  asked,
  ended,
  type LeaseState,
  lost,
  NOBODY,
  nextInstant,
  nextWord,
  told,
  type Word,
} from '../../workflows/lease-queue.ts';

const PAYMENTS = ['a', 'b', 'c'];
const CHECK_EVERY = 600_000;

const asking = fc.record({
  payment: fc.constantFrom(...PAYMENTS),
  number: fc.integer({ min: 1, max: 4 }),
});
const happening = fc.oneof(
  fc.record({ what: fc.constant('ask' as const), asking, blockFor: fc.constantFrom(null, 50) }),
  fc.record({ what: fc.constant('done' as const), asking }),
  fc.record({ what: fc.constant('unknown' as const), asking }),
  fc.record({ what: fc.constant('wait' as const), for: fc.integer({ min: 1, max: 100 }) }),
);

const nameOf = ({ payment, number }: { payment: string; number: number }): string => `${payment}/${number}`;

/** Says all that there is to say, as the workflow does. */
function said(state: LeaseState, now: number, words: Word[]): LeaseState {
  let next = arranged(state, now);
  for (let word = nextWord(next); word !== null; word = nextWord(next)) {
    words.push(word);
    next = arranged(told(next, word), now);
  }
  return next;
}

test('no number goes to two askings, no asking gets two numbers, and nobody is left waiting', () => {
  fc.assert(
    fc.property(fc.array(happening, { maxLength: 60 }), (happenings) => {
      let state = NOBODY;
      let now = 0;
      const words: Word[] = [];
      const over = new Set<string>();
      for (const each of happenings) {
        const before = state.holder;
        const told = words.length;
        if (each.what === 'wait') now += each.for;
        else if (each.what === 'ask') {
          const operation = `c-${each.asking.number}`;
          state = asked(state, { ...each.asking, operation, blockFor: each.blockFor });
        } else if (each.what === 'done') {
          state = ended(state, each.asking);
          over.add(nameOf(each.asking));
        } else state = lost(state, each.asking, now);
        state = said(state, now, words);

        const waiting = [...(state.holder === null ? [] : [state.holder]), ...state.queue].map(nameOf);
        expect(new Set(waiting).size, 'an asking stands twice').toBe(waiting.length);
        expect(waiting.filter((one) => over.has(one))).toEqual([]);
        if (state.queue.length > 0) expect(state.holder, 'somebody waits for nobody').not.toBeNull();
        const news = words.slice(told);
        expect(news.filter((word) => over.has(nameOf(word)))).toEqual([]);
        if (before === null) continue;
        // Only its own word, or time, takes the terminal from a payment that does not know how it went.
        const released = each.what === 'done' && nameOf(each.asking) === nameOf(before);
        const passed = before.blockFor !== null && each.what === 'wait';
        if (before.unknownSince !== null && !released && !passed)
          expect(state.holder).toMatchObject({ reference: before.reference });
        if (each.what === 'ask' && nameOf(each.asking) === nameOf(before))
          expect(news).toEqual([expect.objectContaining({ say: 'allocated', reference: before.reference })]);
      }
      const granted = words.filter((word) => word.say === 'allocated');
      const byReference = new Map<string, string>();
      const byAsking = new Map<string, string>();
      for (const { payment, number, reference } of granted) {
        const who = nameOf({ payment, number });
        expect(byReference.get(reference) ?? who).toBe(who);
        expect(byAsking.get(who) ?? reference).toBe(reference);
        byReference.set(reference, who);
        byAsking.set(who, reference);
      }
      // Every asking says a higher number than the ones before it.
      expect([...byReference.keys()].map(Number)).toEqual(
        [...byReference.keys()].map(Number).toSorted((a, b) => a - b),
      );
      for (let turn = 0; state.holder !== null; turn += 1) {
        expect(turn).toBeLessThanOrEqual(happenings.length);
        state = said(ended(state, state.holder), now, words);
      }
      expect(state.queue).toEqual([]);
    }),
    { numRuns: 2_000 },
  );
});

test('a block that passes is the next instant, else the next look at the holder', () => {
  const held = arranged(asked(NOBODY, { payment: 'a', operation: 'c-1', number: 1, blockFor: 50 }), 1_000);
  expect(nextInstant(NOBODY, CHECK_EVERY)).toBeNull();
  expect(nextInstant(held, CHECK_EVERY)).toBe(1_000 + CHECK_EVERY);
  const blocked = lost(held, { payment: 'a', number: 1 }, 2_000);
  expect(nextInstant(blocked, CHECK_EVERY)).toBe(2_050);
  expect(arranged(blocked, 2_049).holder).not.toBeNull();
  expect(arranged(blocked, 2_050).holder).toBeNull();
});

test('what is kept of askings that are over has a bound', () => {
  let state = NOBODY;
  for (let n = 1; n <= 1_500; n += 1) state = ended(state, { payment: `p-${n}`, number: 1 });
  expect(state.ended).toHaveLength(1_000);
  expect(state.ended.at(-1)).toEqual({ payment: 'p-1500', number: 1 });
});
