/** The rule: virtual time never goes back, and what falls on one instant keeps the order in which it was scheduled. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EventQueue } from '../../sim/event-queue.ts';

describe('the event queue', () => {
  it('gives events by time, then by the order of scheduling', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(20), { maxLength: 60 }), (times) => {
        const queue = new EventQueue<number>();
        times.forEach((at, index) => queue.schedule(at, index));
        const expected = times
          .map((at, index) => ({ at, index }))
          .sort((left, right) => left.at - right.at || left.index - right.index);
        const got: { at: number; index: number }[] = [];
        for (let next = queue.next(); next !== null; next = queue.next())
          got.push({ at: next.at, index: next.event });
        expect(got).toEqual(expected);
      }),
    );
  });

  it('takes events in while it gives others out', () => {
    const queue = new EventQueue<string>();
    queue.schedule(5, 'later');
    queue.schedule(1, 'first');
    expect(queue.nextAt).toBe(1);
    expect(queue.next()?.event).toBe('first');
    queue.schedule(3, 'between');
    expect(queue.size).toBe(2);
    expect(queue.next()?.event).toBe('between');
    expect(queue.next()?.event).toBe('later');
    expect(queue.next()).toBeNull();
    expect(queue.nextAt).toBeNull();
  });
});
