// The state value is the status, a total function of the amounts: first row that fits. An entry moves the
// payment only where its status takes it and its guards find no objection.
import { describe, expect, test } from 'vitest';
import { GUARDS, guardNames, objectionTo } from '../../machines/guards.ts';
import { IllegalEntry, takeFact } from '../../machines/fold.ts';
import { paymentMachine } from '../../machines/payment-machine.ts';
import type { PaymentEvent } from '../../machines/payment-event.ts';
import { STATUS_ROWS, statusOf } from '../../machines/status.ts';
import type { EntryData } from '../../payment/ledger.ts';
import { STATUSES } from '../../payment/status.ts';
import {
  Life,
  START,
  approved,
  authorised,
  authorisedAnswer,
  captured,
  declined,
  factsOf,
  lost,
} from '../support/payment-life.ts';

const event = (type: PaymentEvent['type'], operation: string | null, data: EntryData = {}): PaymentEvent => ({
  type,
  operation,
  data,
  by: { kind: 'engine', name: 'tranche', via: 'answer' },
  rule: 'test',
  at: new Date(START).toISOString(),
});
const take = (life: Life, one: PaymentEvent) => takeFact(life.state.machine, one).snapshot;

describe('the status of a payment', () => {
  const cases: readonly [string, () => string][] = [
    ['authorizing', () => new Life().status],
    ['authorizing', () => new Life().answer(lost).status],
    ['awaiting', () => new Life().answer({ outcome: 'pending' }).status],
    ['declined', () => new Life().answer(declined('12')).status],
    ['declined', () => new Life().answer({ ...authorisedAnswer, outcome: 'approved', booked: 0 }).status],
    ['authorized', () => authorised().status],
    ['authorized', () => authorised().capture('c-1', 10_000).status],
    ['locked', () => take(authorised(), event('lock.set', null)).value],
    [
      'lapsing',
      () =>
        captured([100])
          .release()
          .answer(declined('935', { again: 'no' })).status,
    ],
    ['partially_captured', () => captured([100]).status],
    ['captured', () => captured([10_000]).status],
    ['captured', () => captured([10_000]).refund('r-1', 10_000).answer(approved).status],
    ['expired', () => take(authorised(), event('hold.lapsed', null, { amount: 10_000 })).value],
    ['released', () => authorised().release().answer(approved).status],
  ];
  test.each(cases)('%s', (status, make) => expect(make()).toBe(status));

  test('has a row for each status, in the order of the agreement', () => {
    expect(STATUS_ROWS.map((row) => row.status)).toEqual(STATUSES);
  });

  test('locked goes before lapsing and the rest, and ends with the money', () => {
    const locked = take(captured([100]), event('lock.set', null));
    expect(statusOf(locked.context)).toBe('locked');
    expect(takeFact(locked, event('hold.lapsed', null, { amount: 9900 })).snapshot.value).toBe('captured');
  });
});

describe('what an entry is held against', () => {
  const refused: readonly [string, () => Life, PaymentEvent, string, string][] = [
    [
      'a capture above what is capturable',
      () => authorised().capture('c-1', 8000),
      event('capture.planned', 'c-2', { amount: 3000 }),
      'withinCapturable',
      'capturable 2 000, asked 3 000, reserved 8 000',
    ],
    [
      'a fractional capture',
      authorised,
      event('capture.planned', 'c-1', { amount: 0.5 }),
      'withinCapturable',
      'capturable 10 000, asked 0.5, reserved 0',
    ],
    [
      'an id that is taken',
      () => captured([100]),
      event('capture.planned', 'c-1', { amount: 5 }),
      'newIntent',
      'c-1 is taken',
    ],
    [
      'an operation that is not there',
      authorised,
      event('capture.approved', 'c-9', { booked: 5 }),
      'legalMove',
      'no operation c-9',
    ],
    [
      'a move that the operation does not have',
      () => captured([100]),
      event('capture.declined', 'c-1'),
      'legalMove',
      'c-1 is approved, asked declined',
    ],
    [
      'a second call',
      () => authorised().capture('c-1', 10).capture('c-2', 10),
      event('capture.sent', 'c-2', { attempt: 1, sequenceNumber: 1 }),
      'laneFree',
      'c-1 is sent',
    ],
    [
      'a refund of more than was captured',
      () => captured([100]),
      event('refund.planned', 'r-1', { amount: 101 }),
      'withinRefundable',
      'refundable 100, asked 101',
    ],
    [
      'a release beside another',
      () => authorised().release(),
      event('release.planned', 'v-2', { amount: 1 }),
      'releasable',
      'v-1 is sent',
    ],
    [
      'a release where nothing is held',
      () => captured([10_000]),
      event('release.planned', 'v-1', { amount: 1 }),
      'releasable',
      'nothing is held',
    ],
    [
      'a rest that no final capture freed',
      () => captured([100]),
      event('release.approved', 'c-1.rest', { booked: 9900, kind: 'flag', capture: 'c-1' }),
      'releaseApproved',
      'c-1.rest follows no approved final capture',
    ],
    [
      'a lapse of more than is held',
      () => captured([100]),
      event('hold.lapsed', null, { amount: 10_000 }),
      'lapses',
      'held 9 900, lapsing 10000',
    ],
    [
      'money back that never lapsed',
      authorised,
      event('hold.restored', null, { amount: 1 }),
      'restores',
      'lapsed 0, restoring 1',
    ],
    [
      'an attention that is not raised',
      authorised,
      event('attention.cleared', null, { code: 'lapsing' }),
      'raised',
      'attention lapsing is not raised',
    ],
    ['closing with money held', authorised, event('payment.closed', null), 'closable', 'not settled'],
  ];
  test.each(refused)('%s', (_name, life, entry, guard, text) => {
    const payment = life();
    expect(objectionTo(payment.payment, entry)).toEqual({ guard, text });
    expect(() => take(payment, entry)).toThrow(IllegalEntry);
    expect(() => take(payment, entry)).toThrow(`${entry.type} refused by ${guard}: ${text}`);
  });

  test('a sequence number that is not the next', () => {
    const life = captured([100]).capture('c-2', 50).answer(declined('62'));
    const planned = takeFact(life.state.machine, event('capture.planned', 'c-3', { amount: 10 })).snapshot;
    expect(
      objectionTo(planned.context, event('capture.sent', 'c-3', { attempt: 1, sequenceNumber: 3 })),
    ).toEqual({
      guard: 'sequenceInTurn',
      text: 'sequence number 3, expected 2',
    });
    expect(
      objectionTo(planned.context, event('capture.sent', 'c-3', { attempt: 1, sequenceNumber: 2 })),
    ).toBeNull();
  });

  test('nothing new goes to a provider that locked the payment', () => {
    const locked = take(authorised(), event('lock.set', null));
    expect(objectionTo(locked.context, event('capture.planned', 'c-1', { amount: 10 }))).toMatchObject({
      guard: 'unlocked',
    });
    expect(objectionTo(locked.context, event('release.planned', 'v-1', { amount: 10 }))).toMatchObject({
      guard: 'unlocked',
    });
  });

  test('a status takes only its own entries', () => {
    const life = new Life();
    expect(() => take(life, event('capture.planned', 'c-1', { amount: 1 }))).toThrow(
      /^capture.planned refused by/,
    );
    expect(life.payment.n).toBe(2);
  });

  test('a closed payment takes nothing', () => {
    const life = new Life(factsOf()).answer(declined('12')).fire('close');
    expect(() => take(life, event('attention.raised', null, { code: 'lapsing', message: 'x' }))).toThrow(
      'not taken while closed',
    );
  });

  test('every entry type that a status takes has a guard with a name in the table', () => {
    for (const state of Object.values(paymentMachine.config.states ?? {})) {
      for (const type of Object.keys(state.on ?? {})) expect(GUARDS).toHaveProperty([type]);
    }
    expect(guardNames('capture.sent')).toContain('coveredByHold');
    expect(guardNames('refund.sent')).toContain('coveredByCaptured');
    expect(guardNames('plan.changed')).toEqual([]);
  });
});
