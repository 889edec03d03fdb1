/**
 * The rule: the model of finline holds one authorisation per order id, books a repeated capture again, lists what it
 * did by our references once its list caught up, and may take another amount than was asked.
 */
import { describe, expect, it } from 'vitest';
import { capturedIn } from '../../sim/books.ts';
import { BEGIN } from '../../sim/facts.ts';
import { FinlineModel } from '../../sim/finline-model.ts';
import type { FinlineSetting } from '../../sim/setting.ts';
import { authorise, capture, read, refund, settingOf } from './calls.ts';

const model = (own: Partial<FinlineSetting> = {}): FinlineModel =>
  new FinlineModel(settingOf('finline', { readLag: 0, ...own }), 'ref');

describe('the model of finline', () => {
  it('takes an order id once', () => {
    const there = model({ adopted: null, mode: 'direct' });
    expect(there.read(read('authorization', 'authorization'), BEGIN)).toEqual({
      read: 'absent',
      offered: true,
    });
    expect(there.receive(authorise(), BEGIN, null)).toMatchObject({ outcome: 'approved', booked: 10_000 });
    expect(there.receive(authorise(), BEGIN, null)).toMatchObject({ outcome: 'declined', firstOnly: true });
    expect(there.books.holds).toHaveLength(1);
    expect(there.outbox.notices.map(({ notice }) => notice.about)).toEqual(['authorization']);
  });

  it('sends the customer to its page where the mode is hosted', () => {
    const there = model({ adopted: null, mode: 'hosted' });
    expect(there.receive(authorise(), BEGIN, null)).toMatchObject({
      outcome: 'pending',
      redirectUrl: expect.stringMatching(/^https:/),
    });
  });

  it('books a repeated capture again where it is lenient, and lists the sum of both', () => {
    const there = model({ lenient: true });
    there.receive(capture('c-1', 3000), BEGIN, null);
    there.receive(capture('c-1', 3000, { attempt: 2 }), BEGIN, null);
    expect(capturedIn(there.books)).toBe(6000);
    expect(there.read(read('capture', 'c-1', 3000), BEGIN)).toMatchObject({ read: 'approved', booked: 6000 });
  });

  it('books a repeated refund again', () => {
    const there = model();
    there.receive(capture('c-1', 3000), BEGIN, null);
    there.receive(refund('f-1', 1000), BEGIN, null);
    there.receive(refund('f-1', 1000), BEGIN, null);
    expect(there.read(read('refund', 'f-1', 1000), BEGIN)).toMatchObject({ read: 'approved', booked: 2000 });
  });

  it('lists a thing only once its list caught up', () => {
    const there = model({ readLag: 60_000 });
    there.receive(capture('c-1', 3000), BEGIN, null);
    expect(there.read(read('capture', 'c-1', 3000), BEGIN + 59_999)).toEqual({
      read: 'absent',
      offered: true,
      remaining: 10_000,
    });
    expect(there.read(read('capture', 'c-1', 3000), BEGIN + 60_000)).toMatchObject({
      read: 'approved',
      booked: 3000,
      remaining: 0,
    });
  });

  it('says another amount than was asked where it took another', () => {
    const there = model();
    expect(there.receive(capture('c-1', 4000), BEGIN, { kind: 'amount', thousandths: 250 })).toMatchObject({
      outcome: 'unknown',
      answered: 1000,
    });
    expect(there.read(read('capture', 'c-1', 4000), BEGIN)).toMatchObject({ read: 'approved', booked: 1000 });
  });

  it('frees the rest when somebody captures elsewhere, and hints at it', () => {
    const there = model();
    expect(there.happen({ kind: 'elsewhere', action: 'capture', amount: 500 }, BEGIN)).toBe(true);
    expect(there.read(read('authorization', 'authorization'), BEGIN)).toMatchObject({ remaining: 0 });
    expect(there.outbox.notices.map(({ notice }) => notice.about)).toEqual(['hint']);
  });
});
