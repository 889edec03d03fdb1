// M4: numbers are taken before the call, used up by a booking, given back by a definitive no, and end at
// 127. A first send that is out of turn waits and goes out itself with the same number.
import { describe, expect, test } from 'vitest';
import { legalCommands } from '../../machines/rules.ts';
import type { Life } from '../support/payment-life.ts';
import {
  HOLD,
  MINUTE,
  SECOND,
  TXID,
  approved,
  authorised,
  busy,
  captured,
  factsOf,
  Life as Payment,
  outOfTurn,
} from '../support/payment-life.ts';

const adoptedAt = (sequenceNumber: number): Life =>
  new Payment(
    factsOf({ authorization: { adopt: { reference: { ...HOLD, sequenceNumber } } }, holdKey: TXID }),
  );

describe('907 on a first send', () => {
  const waiting = (): Life => authorised().capture('c-1', 3000).answer(outOfTurn);

  test('the capture is planned again and its caller answered', () => {
    const life = waiting();
    expect(life.operation('c-1').state).toBe('planned');
    expect(life.entry('capture.planned').rule).toBe('out-of-turn');
    expect(life.replies).toEqual([{ command: 'c-1', operation: 'c-1' }]);
    expect(life.state.timers.repeat).toBe(life.at + 2 * SECOND);
  });

  test('goes out itself after the backoff with the same number, as a first attempt', () => {
    const life = waiting().fire('repeat');
    expect(life.last).toEqual(life.calls[1]);
    life.answer(approved);
    expect(life.sums.captured).toBe(3000);
  });

  test('goes out at once when a notice shows that the provider is ready', () => {
    const life = captured([1000])
      .capture('c-2', 3000)
      .answer(outOfTurn)
      .notice({ about: 'capture', sequenceNumber: 1, price: 1000 });
    expect(life.last).toMatchObject({ operation: 'c-2', sequenceNumber: 2 });
    expect(life.state.timers.repeat).toBeUndefined();
  });

  test('ends as not performed after `gateAfter`', () => {
    const life = waiting();
    life.at += 30 * MINUTE;
    life.fire('repeat');
    expect(life.operation('c-1')).toMatchObject({ state: 'not_performed' });
    expect(life.sums.reserved).toBe(0);
    expect(life.state.repeating).toBeNull();
  });

  test('what is behind it keeps its turn', () => {
    const life = waiting().capture('c-2', 1000);
    expect(life.operation('c-2').state).toBe('planned');
    life.fire('repeat').answer(approved);
    expect(life.last).toMatchObject({ operation: 'c-2', sequenceNumber: 2 });
  });

  test('a withdrawn one makes way', () => {
    const life = waiting().capture('c-2', 1000).command({ type: 'withdraw', id: 'w-1', capture: 'c-1' });
    expect(life.last).toMatchObject({ operation: 'c-2', sequenceNumber: 1 });
  });
});

describe('950 on a first send', () => {
  test('is repeated through the waits, then declined', () => {
    const life = authorised().capture('c-1', 3000).answer(busy);
    expect(life.operation('c-1').state).toBe('planned');
    life.fire('repeat').answer(busy).fire('repeat');
    life.at += 30 * MINUTE;
    life.answer(busy);
    expect(life.operation('c-1')).toMatchObject({ state: 'declined', decline: { code: '950' } });
  });
});

describe('sequenceGate: notification', () => {
  const sequence = { max: 127, gate: 'notification', declineUsesNumber: false } as const;

  test('the next number waits for the notice of the last', () => {
    const life = captured([1000], { sequence }).capture('c-2', 2000);
    expect(life.operation('c-2').state).toBe('planned');
    expect(life.state.timers.gate).toBe(life.at + 30 * MINUTE);
    expect(life.replies).toEqual([{ command: 'c-2', operation: 'c-2' }]);
    life.notice({ about: 'capture', sequenceNumber: 1, price: 1000 });
    expect(life.last).toMatchObject({ operation: 'c-2', sequenceNumber: 2 });
    expect(life.state.timers.gate).toBeUndefined();
  });

  test('a notice that never comes ends it as not performed', () => {
    const life = captured([1000], { sequence }).capture('c-2', 2000).fire('gate');
    expect(life.operation('c-2')).toMatchObject({ state: 'not_performed', reason: 'gate-closed' });
  });

  test('a withdrawn capture takes its wait with it', () => {
    const life = captured([1000], { sequence })
      .capture('c-2', 2000)
      .command({ type: 'withdraw', id: 'w-1', capture: 'c-2' });
    expect(life.state.timers.gate).toBeUndefined();
    life.at += 29 * MINUTE;
    life.capture('c-3', 100);
    expect(life.state.timers.gate).toBe(life.at + 30 * MINUTE);
  });
});

describe('the end of the numbers', () => {
  test('the last one is taken, and no capture is legal after it', () => {
    const life = adoptedAt(126).capture('c-1', 1000);
    expect(life.last).toMatchObject({ sequenceNumber: 127 });
    expect(() => life.capture('c-2', 1000)).toThrow('sequence numbers end at 127');
    life.answer(approved);
    expect(() => life.capture('c-2', 1000)).toThrow('sequence numbers end at 127, next is 128');
  });

  test('with something held the payment is lapsing, and a person is asked', () => {
    const life = adoptedAt(126).capture('c-1', 1000).answer(approved);
    expect(life.status).toBe('lapsing');
    expect(life.attentions).toEqual(['sequence-exhausted']);
    expect(legalCommands(life.payment)).toEqual(['reschedule', 'resolve']);
  });

  test('one that waits when the last number is seen elsewhere ends as not performed', () => {
    const life = adoptedAt(125).capture('c-1', 1000).capture('c-2', 1000);
    life.notice({ about: 'capture', sequenceNumber: 127, price: 50 }).answer(approved);
    expect(life.operation('c-2')).toMatchObject({ state: 'not_performed', reason: 'sequence-exhausted' });
    expect(life.attentions).toContain('sequence-exhausted');
  });
});
