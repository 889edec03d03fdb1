// One operation of a payment is at the provider at a time. Captures are accepted in order, reserve their
// balance at once and go out in turn; whether a capture is the last is decided when it is sent.
import { describe, expect, test } from 'vitest';
import { IllegalCommand } from '../../machines/core-command.ts';
import {
  approved,
  authorised,
  captured,
  declined,
  lost,
  outOfTurn,
  refusedConnection,
} from '../support/payment-life.ts';

describe('the capture lane', () => {
  test('a capture goes out at once, with the next number and not as the last', () => {
    const life = authorised().capture('c-1', 3000);
    expect(life.last).toMatchObject({
      action: 'capture',
      amount: 3000,
      sequenceNumber: 1,
      final: false,
      attempt: 1,
    });
    expect(life.sums).toMatchObject({ held: 10_000, reserved: 3000, capturable: 7000 });
    expect(life.replies).toEqual([]);
    life.answer(approved);
    expect(life.replies).toEqual([{ command: 'c-1', operation: 'c-1' }]);
    expect(life.status).toBe('partially_captured');
    expect(life.operation('c-1')).toMatchObject({
      state: 'approved',
      booked: 3000,
      final: false,
      sequenceNumber: 1,
    });
  });

  test('several queue up: one call at a time, in order of acceptance, each with its own number', () => {
    const life = authorised().capture('c-1', 1000).capture('c-2', 2000).capture('c-3', 3000);
    expect(life.calls.map((call) => call.operation)).toEqual(['authorization', 'c-1']);
    expect(life.sums).toMatchObject({ reserved: 6000, capturable: 4000 });
    life.answer(approved).answer(approved).answer(approved);
    expect(life.calls.map((call) => call.operation)).toEqual(['authorization', 'c-1', 'c-2', 'c-3']);
    expect(
      life.calls.slice(1).map((call) => ('sequenceNumber' in call ? call.sequenceNumber : null)),
    ).toEqual([1, 2, 3]);
    expect(life.sums).toMatchObject({ captured: 6000, held: 4000, reserved: 0 });
  });

  test('a capture above what is capturable is refused with figures and changes nothing', () => {
    const life = authorised().capture('c-1', 8000);
    const before = life.state;
    expect(() => life.capture('c-2', 3000)).toThrow(IllegalCommand);
    expect(() => life.capture('c-2', 3000)).toThrow(
      'capturable 2 000, asked 3 000, reserved 8 000 by capture c-1',
    );
    expect(life.state).toBe(before);
  });

  test('a repeated id is answered with the operation and makes nothing new', () => {
    const life = authorised().capture('c-1', 3000).answer(approved);
    const entries = life.ledger.length;
    life.capture('c-1', 3000);
    expect(life.ledger).toHaveLength(entries);
    expect(life.replies).toEqual([{ command: 'c-1', operation: 'c-1' }]);
  });

  test('a decline gives the number back to the next operation of any kind', () => {
    const life = captured([2000]).capture('c-2', 3000).answer(declined('62'));
    expect(life.operation('c-2')).toMatchObject({
      state: 'declined',
      decline: { code: '62', again: 'later' },
    });
    expect(life.sums).toMatchObject({ held: 8000, reserved: 0, capturable: 8000 });
    life.refund('r-1', 500);
    expect(life.last).toMatchObject({ action: 'refund', sequenceNumber: 2 });
  });

  test('an account whose declines use their number goes on with the next', () => {
    const sequence = { max: 127, gate: 'response', declineUsesNumber: true } as const;
    const life = authorised({}, { sequence }).capture('c-1', 3000).answer(declined('62')).capture('c-2', 100);
    expect(life.last).toMatchObject({ sequenceNumber: 2 });
  });

  test('certainly not performed gives the number back', () => {
    const life = authorised().capture('c-1', 3000).answer(refusedConnection).capture('c-2', 100);
    expect(life.operation('c-1')).toMatchObject({ state: 'not_performed', reason: 'refused-connection' });
    expect(life.last).toMatchObject({ sequenceNumber: 1 });
  });

  test('an unknown one stops the lane and answers everyone who waits', () => {
    const life = authorised().capture('c-1', 1000).capture('c-2', 2000);
    life.answer(lost);
    expect(life.replies.map((reply) => reply.command)).toEqual(['c-1', 'c-2']);
    expect(life.operation('c-2').state).toBe('planned');
    expect(life.state.running).toBeNull();
    expect(life.calls).toHaveLength(2);
  });

  test('a decline whose hold is gone lapses what is held and ends what waits', () => {
    const life = authorised().capture('c-1', 1000).capture('c-2', 2000);
    life.answer(declined('972', { hold: 'gone', again: 'no' }));
    expect(life.entry('hold.lapsed')).toMatchObject({ rule: 'hold-gone', data: { code: '972' } });
    expect(life.sums.held).toBe(life.sums.reserved);
    life.answer(declined('972', { hold: 'gone', again: 'no' }));
    expect(life.sums).toMatchObject({ held: 0, reserved: 0, lapsed: 10_000 });
    expect(life.status).toBe('expired');
  });

  test('what turned illegal while it waited ends as not performed with the rule', () => {
    const life = authorised().capture('c-1', 1000).capture('c-2', 6000);
    life.notice({ about: 'capture', sequenceNumber: 2, price: 5000 }).answer(approved);
    expect(life.operation('c-2').state).toBe('planned');
    life.say({ attention: 'books-differ' });
    expect(life.operation('c-2')).toMatchObject({
      state: 'not_performed',
      reason: 'amount-exceeds-capturable',
    });
  });

  test('a wait for its turn survives that the hold was emptied elsewhere', () => {
    const life = authorised()
      .capture('c-1', 1000)
      .notice({ about: 'capture', sequenceNumber: 2, price: 10_000 });
    expect(life.attentions).toEqual(['observed-elsewhere', 'books-differ']);
    expect(life.status).toBe('captured');
    life.answer(outOfTurn);
    expect(life.operation('c-1').state).toBe('planned');
  });

  test('a repeat survives that the hold was emptied elsewhere', () => {
    const life = authorised()
      .capture('c-1', 1000)
      .answer(lost)
      .notice({ about: 'capture', sequenceNumber: 2, price: 10_000 });
    life.fire('repeat');
    expect(life.last).toMatchObject({ operation: 'c-1', attempt: 2, sequenceNumber: 1 });
  });
});

describe('the final capture', () => {
  test('all that is capturable is final without being asked', () => {
    const life = captured([4000]).capture('c-2');
    expect(life.last).toMatchObject({ amount: 6000, final: true });
    life.answer(approved);
    expect(life.status).toBe('captured');
    expect(life.payment.finalBy).toBe('c-2');
    expect(life.ledger.some((entry) => entry.type === 'release.approved')).toBe(false);
  });

  test('asked as final it frees the rest by an entry of its own', () => {
    const life = captured([4000]).capture('c-2', 1000, { final: true });
    expect(life.operation('c-2').frees).toBe(5000);
    expect(life.sums.capturable).toBe(0);
    life.answer(approved);
    expect(life.types().slice(-3)).toEqual(['capture.approved', 'final.set', 'release.approved']);
    expect(life.operation('c-2.rest')).toMatchObject({
      kind: 'release',
      state: 'approved',
      booked: 5000,
      releaseKind: 'flag',
      capture: 'c-2',
    });
    expect(life.sums).toMatchObject({ held: 0, captured: 5000, released: 5000 });
    expect(life.status).toBe('captured');
  });

  test('decided when it is sent: an earlier decline makes the last one leave more to hold', () => {
    const life = authorised().capture('c-1', 4000).capture('c-2');
    expect(life.operation('c-2')).toMatchObject({ amount: 6000, final: true });
    life.answer(declined('62'));
    expect(life.last).toMatchObject({ operation: 'c-2', amount: 6000, final: false });
    life.answer(approved);
    expect(life.sums).toMatchObject({ held: 4000, capturable: 4000 });
  });

  test('final: false for all that is held is still the last', () => {
    const life = authorised().capture('c-1', 10_000, { final: false });
    expect(life.last).toMatchObject({ final: true });
  });

  test('a declined final one makes captures legal again', () => {
    const life = authorised().capture('c-1', 1000, { final: true });
    expect(() => life.capture('c-2', 100)).toThrow(IllegalCommand);
    life.answer(declined('62')).capture('c-2', 100);
    expect(life.last).toMatchObject({ operation: 'c-2', final: false });
  });

  test('after a final one no further capture is legal', () => {
    const life = authorised().capture('c-1', 1000, { final: true }).answer(approved);
    expect(() => life.capture('c-2', 100)).toThrow('capture c-1 was final');
  });

  test('an implicit provider frees the rest with any capture', () => {
    const life = authorised({}, { remainder: 'implicit', sequence: null }).capture('c-1', 3000);
    expect(life.last).toMatchObject({ final: true, sequenceNumber: null });
    life.answer(approved);
    expect(life.operation('c-1.rest')).toMatchObject({ booked: 7000, releaseKind: 'implicit' });
    expect(life.status).toBe('captured');
  });

  test('an answer that names another amount stays unknown until something confirms it', () => {
    const life = authorised().capture('c-1', 3000).answer({ outcome: 'approved', booked: 2500 });
    expect(life.operation('c-1').state).toBe('unknown');
    expect(life.attentions).toEqual(['amount-differs']);
    life.notice({ about: 'capture', sequenceNumber: 1, price: 2500 });
    expect(life.operation('c-1')).toMatchObject({ state: 'approved', amount: 3000, booked: 2500 });
    expect(life.sums).toMatchObject({ captured: 2500, held: 7500 });
  });
});
