/** The rule: the model of a CCV terminal approves less where it does, takes one capture, and books a repeat again. */
import { describe, expect, it } from 'vitest';
import { heldIn } from '../../sim/books.ts';
import { CcvModel } from '../../sim/ccv-model.ts';
import { BEGIN } from '../../sim/facts.ts';
import type { CcvSetting } from '../../sim/setting.ts';
import { Violation } from '../../sim/violation.ts';
import { authorise, capture, refund, release, settingOf } from './calls.ts';

const model = (own: Partial<CcvSetting> = {}): CcvModel => new CcvModel(settingOf('ccv', own));

describe('the model of a CCV terminal', () => {
  it('approves less than was asked where it does, and knows no repeat', () => {
    const there = model({ adopted: null });
    const partial = { kind: 'partial', thousandths: 250 } as const;
    expect(there.receive(authorise(), BEGIN, partial)).toMatchObject({ outcome: 'approved', booked: 2500 });
    there.receive(authorise(), BEGIN, null);
    expect(there.books.holds).toHaveLength(2);
  });

  it('frees the rest with its one capture, and cancels with a zero', () => {
    const there = model();
    expect(there.receive(capture('c-1', 4000), BEGIN, null)).toMatchObject({ outcome: 'approved' });
    expect([heldIn(there.books), there.books.released]).toEqual([0, 6000]);
    expect(there.receive(capture('c-2', 1), BEGIN, null)).toMatchObject({
      outcome: 'declined',
      firstOnly: true,
    });
    expect(there.receive(refund('f-1', 1), BEGIN, null)).toMatchObject({ outcome: 'declined' });
    const untouched = model();
    expect(untouched.receive(release('l-1'), BEGIN, null)).toMatchObject({ outcome: 'approved' });
    expect(untouched.books.released).toBe(10_000);
  });

  it('books a capture again where it is lenient', () => {
    const there = model({ lenient: true });
    there.receive(capture('c-1', 4000), BEGIN, null);
    there.receive(capture('c-1', 4000, { attempt: 2 }), BEGIN, null);
    expect(there.books.bookings.filter((booking) => booking.operation === 'c-1')).toHaveLength(2);
  });

  it('is busy for whoever comes while it works, and a cardholder does not wait', () => {
    const there = model();
    there.occupy(capture('c-1', 100), BEGIN);
    expect(there.outOfTurn(capture('c-2', 100), BEGIN)).toMatchObject({ reason: 'busy', busy: true });
    expect(there.outOfTurn(authorise(), BEGIN)).not.toHaveProperty('busy');
  });

  it('has no books to read', () => {
    expect(() => model().read()).toThrow(Violation);
  });
});
