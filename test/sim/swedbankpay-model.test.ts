/**
 * The rule: the model of Swedbank Pay books once per payeeReference, keeps the rest held until it is cancelled,
 * counts failures in a row by kind and locks at five, and shows a booking only once its books caught up.
 */
import { describe, expect, it } from 'vitest';
import { capturedIn, heldIn } from '../../sim/books.ts';
import { BEGIN } from '../../sim/facts.ts';
import type { SwedbankPaySetting } from '../../sim/setting.ts';
import { SwedbankPayModel } from '../../sim/swedbankpay-model.ts';
import { authorise, capture, read, refund, release, settingOf } from './calls.ts';

const model = (own: Partial<SwedbankPaySetting> = {}): SwedbankPayModel =>
  new SwedbankPayModel(settingOf('swedbankpay', { digits: false, readLag: 0, ...own }));
const refusal = { kind: 'refusal', again: 'later', lost: false } as const;

describe('the model of Swedbank Pay', () => {
  it('keeps the rest held after a capture, until a cancellation of its own', () => {
    const there = model();
    expect(there.receive(capture('c-1', 4000, { final: true }), BEGIN, null)).toMatchObject({
      outcome: 'approved',
      booked: 4000,
    });
    expect(heldIn(there.books)).toBe(6000);
    expect(there.receive(release('c-1.rest'), BEGIN, null)).toMatchObject({
      outcome: 'approved',
      booked: 6000,
    });
    expect(there.receive(capture('c-2', 1), BEGIN, null)).toMatchObject({
      outcome: 'not_performed',
      reason: 'nothing-remaining',
    });
  });

  it.each([
    ['refused', { outcome: 'unknown', reason: 'duplicate' }],
    ['answered', { outcome: 'approved', booked: 100 }],
  ] as const)('books a reference once: a used one is %s', (usedReference, answer) => {
    const there = model({ usedReference, readLag: 60_000 });
    there.receive(capture('c-1', 100), BEGIN, null);
    expect(there.receive(capture('c-1', 100, { attempt: 2 }), BEGIN + 1, null)).toMatchObject(answer);
    expect(capturedIn(there.books)).toBe(100);
  });

  it('looks into its books before a repeat goes out', () => {
    const there = model({ usedReference: 'refused' });
    there.receive(capture('c-1', 100), BEGIN, null);
    expect(there.receive(capture('c-1', 100, { attempt: 2 }), BEGIN + 1, null)).toMatchObject({
      outcome: 'approved',
    });
  });

  it('locks after five failures of one kind in a row, until a person has it lifted', () => {
    const there = model();
    for (let n = 1; n <= 4; n++) there.receive(capture(`c-${n}`, 100), BEGIN, refusal);
    there.receive(capture('c-5', 100), BEGIN, null);
    for (let n = 6; n <= 10; n++) there.receive(capture(`c-${n}`, 100), BEGIN, refusal);
    expect(there.receive(capture('c-11', 100), BEGIN, null)).toMatchObject({
      outcome: 'declined',
      decline: { code: 'locked' },
      firstOnly: true,
    });
    expect(there.receive(refund('f-1', 100), BEGIN, null)).toMatchObject({ outcome: 'declined' });
    expect(there.read(read('authorization', 'authorization'), BEGIN)).toMatchObject({ locked: true });
    there.unlock();
    expect(there.receive(capture('c-12', 100), BEGIN, null)).toMatchObject({ outcome: 'approved' });
  });

  it('shows a booking only once the books caught up, and what remains with it', () => {
    const there = model({ readLag: 5000 });
    there.receive(capture('c-1', 100), BEGIN, null);
    expect(there.read(read('capture', 'c-1', 100), BEGIN + 4999)).toEqual({
      read: 'absent',
      offered: true,
      remaining: 10_000,
    });
    expect(there.read(read('capture', 'c-1', 100), BEGIN + 5000)).toMatchObject({
      read: 'approved',
      booked: 100,
      remaining: 9900,
    });
  });

  it('offers nothing while it works or decides', () => {
    const there = model();
    there.occupy(capture('c-1', 100), BEGIN);
    expect(there.read(read('capture', 'c-2', 100), BEGIN)).toMatchObject({ read: 'absent', offered: false });
    expect(there.outOfTurn(capture('c-2', 100), BEGIN)).toMatchObject({
      outcome: 'not_performed',
      busy: true,
    });
    there.receive(capture('c-1', 100), BEGIN, { kind: 'pending', ms: 1000, ends: 'failed' });
    expect(there.receive(capture('c-2', 100), BEGIN, null)).toMatchObject({ reason: 'busy' });
    const [settlement] = there.outbox.settlements;
    if (settlement === undefined) throw new Error('no settlement');
    there.settle(settlement, BEGIN + 1000);
    expect(there.read(read('capture', 'c-1', 100), BEGIN + 1000)).toMatchObject({ read: 'declined' });
    expect(there.receive(capture('c-2', 100), BEGIN, null)).toMatchObject({ outcome: 'approved' });
  });

  it('asks the payer on a page first, and tells of a change by a hint without content', () => {
    const there = model({ adopted: null });
    expect(there.receive(authorise(), BEGIN, null)).toMatchObject({ outcome: 'pending', hold: there.hold });
    expect(there.read({ ...read('authorization', 'authorization'), hold: null }, BEGIN)).toEqual({
      read: 'failed',
      reason: 'no-payment',
    });
    const [settlement] = there.outbox.settlements;
    if (settlement === undefined) throw new Error('no settlement');
    there.settle(settlement, BEGIN + 60_000);
    expect(there.read(read('authorization', 'authorization'), BEGIN + 60_000)).toMatchObject({
      read: 'approved',
      booked: 10_000,
    });
    expect(there.outbox.notices.map(({ notice }) => [notice.about, notice.currency])).toEqual([['hint', '']]);
  });

  it('says that a hold is gone once it ended', () => {
    const there = model({ showsExpiry: false });
    there.expire(BEGIN);
    expect(there.read(read('authorization', 'authorization'), BEGIN)).toMatchObject({ remaining: 10_000 });
    expect(there.receive(capture('c-1', 1), BEGIN, null)).toMatchObject({
      outcome: 'declined',
      decline: { hold: 'gone' },
    });
    const shows = model({ showsExpiry: true });
    shows.expire(BEGIN);
    expect(shows.read(read('authorization', 'authorization'), BEGIN)).toMatchObject({ remaining: 0 });
  });
});
