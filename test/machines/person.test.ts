// What a person says with evidence: withdraw a planned capture, reschedule, resolve. The same word again is
// fine, a contrary one is refused, and what the provider says later stands beside it.
import { describe, expect, test } from 'vitest';
import type { Life } from '../support/payment-life.ts';
import { Life as Payment, HOLD, approved, authorised, lost } from '../support/payment-life.ts';

const unknown = (): Life => authorised().capture('c-1', 3000).answer(lost);

describe('withdraw', () => {
  test('ends a planned capture and frees its balance', () => {
    const life = authorised()
      .capture('c-1', 1000)
      .capture('c-2', 2000)
      .command({ type: 'withdraw', id: 'w-1', capture: 'c-2' });
    expect(life.operation('c-2')).toMatchObject({ state: 'not_performed', reason: 'withdrawn' });
    expect(life.sums.reserved).toBe(1000);
    life.command({ type: 'withdraw', id: 'w-2', capture: 'c-2' });
    expect(life.entry('capture.not_performed').rule).toBe('withdrawn');
  });

  test('what is sent stays sent', () => {
    const life = authorised().capture('c-1', 1000);
    expect(() => life.command({ type: 'withdraw', id: 'w-1', capture: 'c-1' })).toThrow(
      'capture c-1 is sent',
    );
  });
});

describe('reschedule', () => {
  test('moves the deadline and its timer', () => {
    const life = authorised();
    const deadline = new Date(life.at + 3 * 24 * 3600_000).toISOString();
    life.command({ type: 'reschedule', id: 'p-2', plan: { deadline, onDeadline: 'release' } });
    expect(life.payment.plan).toEqual({ captures: 'immediate', onDeadline: 'release', deadline });
    expect(life.state.timers.clock).toBe(Date.parse(deadline) - life.payment.capabilities.timing.warnBefore);
    expect(life.replies).toEqual([{ command: 'p-2', operation: null }]);
  });
});

describe('resolve', () => {
  test('an unknown capture as approved, with evidence and by whom', () => {
    const life = unknown().say({ operation: 'c-1', outcome: 'approved' });
    expect(life.operation('c-1')).toMatchObject({ state: 'approved', booked: 3000 });
    expect(life.entry('capture.approved')).toMatchObject({
      by: { kind: 'operator', name: 'ann', via: 'resolution' },
      rule: 'resolved',
      data: { evidence: 'the merchant portal shows it' },
    });
    expect(life.state.timers.repeat).toBeUndefined();
  });

  test.each(['declined', 'not_performed'] as const)(
    'an unknown capture as %s frees its balance and its number',
    (outcome) => {
      const life = unknown().say({ operation: 'c-1', outcome });
      expect(life.sums).toMatchObject({ reserved: 0, capturable: 10_000 });
      life.capture('c-2', 500);
      expect(life.last).toMatchObject({ sequenceNumber: 1 });
    },
  );

  test('with another amount books that and says so', () => {
    const life = unknown().say({ operation: 'c-1', outcome: 'approved', amount: 2000 });
    expect(life.sums.captured).toBe(2000);
    expect(life.attentions).toEqual(['amount-differs']);
  });

  test('the same word again changes nothing, a contrary one is refused', () => {
    const life = unknown().say({ operation: 'c-1', outcome: 'approved' });
    const entries = life.ledger.length;
    life.say({ operation: 'c-1', outcome: 'approved' });
    expect(life.ledger).toHaveLength(entries);
    expect(() => life.say({ operation: 'c-1', outcome: 'declined' })).toThrow(
      'c-1 is approved, said declined',
    );
  });

  test('an authorisation needs the reference that later calls name it by', () => {
    const life = new Payment().answer(lost);
    expect(() => life.say({ operation: 'authorization', outcome: 'approved' })).toThrow(
      'needs the reference',
    );
    life.say({ operation: 'authorization', outcome: 'approved', reference: HOLD });
    expect(life.status).toBe('authorized');
    expect(life.capture('c-1', 1).last).toMatchObject({ hold: HOLD });
  });

  test('a notice that contradicts the word is booked beside it', () => {
    const life = unknown()
      .say({ operation: 'c-1', outcome: 'declined' })
      .notice({ about: 'capture', sequenceNumber: 1, price: 3000 });
    expect(life.operation('c-1').state).toBe('declined');
    expect(life.operation('observed-1')).toMatchObject({ kind: 'capture', booked: 3000, origin: 'observed' });
    expect(life.attentions).toContain('books-differ');
    expect(life.sums.captured).toBe(3000);
  });

  test('an attention is cleared by name', () => {
    const life = authorised().give({ type: 'cancel-requested' });
    expect(life.attentions).toEqual(['cancel-requested']);
    life.say({ attention: 'cancel-requested' });
    expect(life.attentions).toEqual([]);
    expect(life.status).toBe('authorized');
  });

  test('the remainder is not resolved while something is at the provider', () => {
    expect(() => unknown().say({ remainder: 'lapsed' })).toThrow('c-1 is unknown');
    expect(authorised().capture('c-1', 1000).answer(approved).say({ remainder: 'lapsed' }).sums.lapsed).toBe(
      9000,
    );
  });
});
