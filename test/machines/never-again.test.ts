/** Nothing is dropped, invented or freed: lives that once lost or made money, found by people who tried to. */
import { describe, expect, test } from 'vitest';
import {
  approved,
  authorised,
  captured,
  DAY,
  declined,
  factsOf,
  Life,
  lost,
  TXID,
} from '../support/payment-life.ts';

const at = (ms: number): string => new Date(ms).toISOString();

describe('a failure that happened before the send', () => {
  test('is not about the capture that took the number again', () => {
    const life = authorised().capture('c-1', 3000).answer(declined('55')).capture('c-2', 2000);
    life.notice({ state: 'failed', sequenceNumber: 1, at: at(life.at - 60_000) });
    expect(life.operation('c-2').state).toBe('sent');
    life.answer(approved);
    expect(life.sums).toMatchObject({ captured: 2000, held: 8000 });
  });
});

describe('an answer that contradicts what was said meanwhile', () => {
  test('is booked beside it and stops the money commands', () => {
    const life = authorised().capture('c-1', 2000).notice({ state: 'failed', sequenceNumber: 1 });
    expect(life.operation('c-1').state).toBe('declined');
    life.answer(approved);
    expect(life.sums.captured).toBe(2000);
    expect(life.attentions).toContain('books-differ');
    expect(() => life.capture('c-2', 1000)).toThrow('books differ');
  });
});

describe('the deadline', () => {
  const plan = { captures: 'immediate', onDeadline: 'capture' } as const;

  test('waits for what is in flight, then captures all that is held', () => {
    const life = authorised({ plan }, {}, { repeats: [30 * DAY] })
      .capture('c-1', 3000)
      .answer(lost);
    life.fire('clock').fire('clock');
    expect(life.calls).toHaveLength(2);
    life.say({ operation: 'c-1', outcome: 'not_performed' });
    expect(life.last).toMatchObject({ operation: 'deadline.capture', amount: 10_000, final: true });
  });

  test('asks a person when its own capture is declined', () => {
    const life = authorised({ plan }).fire('clock').fire('clock').answer(declined('91'));
    expect(life.attentions).toContain('deadline-reached');
  });

  test('acts again after a reschedule', () => {
    const life = authorised({ plan }).fire('clock').fire('clock').answer(declined('91'));
    life.command({ type: 'reschedule', id: 'p-2', plan: { deadline: at(life.at + 3_600_000) } });
    life.fire('clock').fire('clock');
    expect(life.last).toMatchObject({ operation: 'deadline.capture.2', amount: 10_000 });
  });
});

describe('a hold that was adopted after captures', () => {
  const adoptedLife = (reference: Record<string, string | number>): Life =>
    new Life(
      factsOf({
        amount: 7000,
        authorization: {
          adopt: { reference: { txid: TXID, clearingtype: 'cc', sequenceNumber: 1, ...reference } },
        },
        holdKey: TXID,
      }),
    );

  test('learns what was claimed before from a capture of its own', () => {
    const life = adoptedLife({})
      .capture('c-1', 2000)
      .answer(approved)
      .notice({ sequenceNumber: 2, receivable: 5000 });
    expect(life.attentions).toEqual([]);
    life.notice({ sequenceNumber: 3, receivable: 6000 });
    expect(life.operation('observed-3').booked).toBe(1000);
  });

  test('invents no amount for what was made elsewhere before that', () => {
    const life = adoptedLife({}).notice({ sequenceNumber: 2, receivable: 5000 });
    expect(life.operation('observed-2').booked).toBe(0);
    expect(life.attentions).toContain('books-differ');
  });

  test('tells amounts apart at once where the caller names what was captured', () => {
    const life = adoptedLife({ captured: 3000 }).notice({ sequenceNumber: 2, receivable: 5000 });
    expect(life.operation('observed-2').booked).toBe(2000);
  });
});

describe('a chargeback', () => {
  test('is the rise of the balance, not the price of the process', () => {
    const life = captured([3000]).notice({
      about: 'balance',
      sequenceNumber: 1,
      receivable: 3000,
      balance: 0,
    });
    life.notice({ about: 'chargeback', sequenceNumber: 1, receivable: 3000, price: 10_000, balance: 500 });
    expect(life.sums.chargedBack).toBe(500);
    expect(life.attentions).toEqual(['chargeback']);
  });
});

describe('what came back', () => {
  test('with another amount books nothing and keeps what the final capture freed', () => {
    const life = authorised().capture('c-1', 3000, { final: true }).answer(approved);
    life.notice({ state: 'failed', sequenceNumber: 1, at: at(life.at) });
    life.notice({ sequenceNumber: 1, receivable: 2500, at: at(life.at + 5000) });
    expect(life.sums).toMatchObject({ captured: 0, released: 7000, held: 3000 });
    expect(life.attentions).toContain('books-differ');
  });
});

describe('a collection', () => {
  const collect = () =>
    authorised({ plan: { captures: 'collect', onDeadline: 'alert' } }, { plans: ['immediate', 'collect'] });

  test('that waits for its turn loses only the member that is withdrawn', () => {
    const life = collect().capture('c-1', 3000).capture('c-2', 2000, { final: true });
    life.answer({ outcome: 'not_performed', reason: 'sequence', firstOnly: true, busy: true });
    life.command({ type: 'withdraw', id: 'w-1', capture: 'c-2' });
    expect(life.operation('c-1').state).toBe('planned');
  });

  test('is resolved by the capture that carried the call', () => {
    const life = collect().capture('c-1', 3000).capture('c-2', 2000, { final: true }).answer(lost);
    expect(() => life.say({ operation: 'c-1', outcome: 'approved' })).toThrow('went out with c-2');
  });
});

describe('a resolution', () => {
  test('with another amount than the one before is contrary', () => {
    const life = authorised()
      .capture('c-1', 4000)
      .answer(lost)
      .say({ operation: 'c-1', outcome: 'approved' });
    expect(() => life.say({ operation: 'c-1', outcome: 'approved', amount: 3000 })).toThrow(
      'c-1 is approved',
    );
  });

  test('is held against what was asked', () => {
    const life = authorised().capture('c-1', 4000).answer(lost);
    expect(() => life.say({ operation: 'c-1', outcome: 'approved', amount: 99_999 })).toThrow(
      'at most 4 000',
    );
  });
});

test('a declined refund leaves the hold alone, whatever its code says', () => {
  const life = captured([3000])
    .refund('r-1', 1000)
    .answer(declined('80', { hold: 'gone', again: 'no' }));
  expect(life.sums).toMatchObject({ held: 7000, lapsed: 0 });
});

test('a hold lapses at its expiry, also before a later deadline', () => {
  const deadline = at(Date.UTC(2027, 1, 1));
  const life = authorised({ plan: { captures: 'immediate', onDeadline: 'alert', deadline } }).fire('clock');
  expect(life.sums).toMatchObject({ held: 0, lapsed: 10_000 });
});

test('a number that a message without a booking named is not taken again', () => {
  const life = authorised().notice({ about: 'nothing', sequenceNumber: 1 }).capture('c-1', 1000);
  expect(life.last).toMatchObject({ operation: 'c-1', sequenceNumber: 2 });
});

test('a capture that is told before a late approval is booked once the approval comes', () => {
  const life = new Life(factsOf()).answer({
    outcome: 'pending',
    redirectUrl: 'https://bank.example',
    providerReference: TXID,
  });
  life.fire('await').notice({ sequenceNumber: 1, receivable: 3000 });
  life.notice({ about: 'authorization', sequenceNumber: 0 });
  expect(life.sums).toMatchObject({ authorized: 10_000, captured: 3000, held: 7000 });
});
