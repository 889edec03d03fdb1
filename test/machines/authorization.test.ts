// An authorisation ends in one of five ways, an adopted one is approved from the start, an abandoned
// redirect ends after `awaitUntil`, and a late approval revives it.
import { describe, expect, test } from 'vitest';
import { legalCommands } from '../../machines/rules.ts';
import {
  DAY,
  HOLD,
  HOUR,
  Life,
  SECOND,
  START,
  TXID,
  approved,
  authorised,
  authorisedAnswer,
  declined,
  factsOf,
  lost,
  refusedConnection,
} from '../support/payment-life.ts';

const redirect = {
  outcome: 'pending',
  redirectUrl: 'https://bank.example/3ds',
  providerReference: TXID,
  hold: HOLD,
} as const;

describe('asking for a hold', () => {
  test('begins with one call and status authorizing', () => {
    const life = new Life();
    expect(life.types()).toEqual(['payment.created', 'authorization.sent']);
    expect(life.status).toBe('authorizing');
    expect(life.last).toMatchObject({
      action: 'authorise',
      amount: 10_000,
      currency: 'EUR',
      attempt: 1,
      operation: 'authorization',
    });
    expect(life.effects[0]).toMatchObject({ type: 'call', number: 1 });
    expect(life.replies).toEqual([]);
  });

  test('approved: the hold is kept, the caller answered, the clock starts', () => {
    const life = authorised();
    expect(life.status).toBe('authorized');
    expect(life.sums).toMatchObject({ authorized: 10_000, held: 10_000, capturable: 10_000 });
    expect(life.payment.authorization).toMatchObject({
      providerReference: TXID,
      hold: HOLD,
      expiresBy: 'assumed',
    });
    expect(life.replies).toEqual([{ command: 'p-1', operation: 'authorization' }]);
    expect(Date.parse(life.payment.authorization.expiresAt ?? '')).toBe(life.at + 7 * DAY);
    expect(life.state.timers.clock).toBe(life.at + 7 * DAY - 32 * HOUR);
  });

  test('approved with less than asked: the ceiling is what was approved', () => {
    const life = new Life().answer({ ...authorisedAnswer, outcome: 'approved', booked: 8000 });
    expect(life.sums).toMatchObject({ authorized: 8000, capturable: 8000 });
    expect(life.attentions).toEqual([]);
  });

  test('approved with 0 is declined', () => {
    const life = new Life().answer({ ...authorisedAnswer, outcome: 'approved', booked: 0 });
    expect(life.status).toBe('declined');
  });

  test('declined: no money command is legal and the payment closes by itself', () => {
    const life = new Life().answer(declined('12'));
    expect(life.status).toBe('declined');
    expect(legalCommands(life.payment)).toEqual([]);
    const closesAt = life.at + 14 * DAY;
    life.fire('close');
    expect(life.at).toBe(closesAt);
    expect(life.status).toBe('closed');
    expect(life.effects).toContainEqual({ type: 'complete' });
  });

  test('certainly not performed ends as declined', () => {
    const life = new Life().answer(refusedConnection);
    expect(life.operation('authorization').state).toBe('not_performed');
    expect(life.status).toBe('declined');
  });

  test('the provider says when it expires', () => {
    const expiresAt = new Date(START + 3 * DAY).toISOString();
    const life = new Life().answer({ ...authorisedAnswer, outcome: 'approved', expiresAt });
    expect(life.payment.authorization).toMatchObject({ expiresAt, expiresBy: 'provider' });
  });
});

describe('adopting a hold', () => {
  const adopt = {
    authorization: {
      adopt: {
        reference: { txid: TXID, sequenceNumber: 2, clearingtype: 'cc' },
        expiresAt: new Date(START + DAY).toISOString(),
      },
    },
    holdKey: TXID,
  };

  test('is approved without a call and answers at once', () => {
    const life = new Life(factsOf(adopt));
    expect(life.calls).toEqual([]);
    expect(life.status).toBe('authorized');
    expect(life.types()).toEqual(['payment.created', 'authorization.approved']);
    expect(life.entry('authorization.approved').rule).toBe('adopted');
    expect(life.replies).toEqual([{ command: 'p-1', operation: 'authorization' }]);
    expect(life.payment.authorization).toMatchObject({
      hold: { txid: TXID, clearingtype: 'cc' },
      expiresBy: 'caller',
    });
  });

  test('goes on with the next sequence number', () => {
    const life = new Life(factsOf(adopt)).capture('c-1', 1000);
    expect(life.last).toMatchObject({ action: 'capture', sequenceNumber: 3, hold: { txid: TXID } });
  });
});

describe('a redirect', () => {
  test('waits for the customer, with the url', () => {
    const life = new Life().answer(redirect);
    expect(life.status).toBe('awaiting');
    expect(life.payment.authorization.redirectUrl).toBe('https://bank.example/3ds');
    expect(life.state.timers.await).toBe(life.at + 2 * HOUR);
  });

  test('is approved by a notice', () => {
    const life = new Life().answer(redirect).notice({ about: 'authorization', price: 10_000 });
    expect(life.status).toBe('authorized');
    expect(life.state.timers.await).toBeUndefined();
  });

  test('is declined by a notice', () => {
    const life = new Life()
      .answer(redirect)
      .notice({ about: 'authorization', state: 'failed', facts: { failedcause: 'soc' } });
    expect(life.status).toBe('declined');
    expect(life.operation('authorization').decline).toMatchObject({ code: 'soc' });
  });

  test('that nobody finished ends as not performed', () => {
    const life = new Life().answer(redirect).fire('await');
    expect(life.operation('authorization')).toMatchObject({
      state: 'not_performed',
      reason: 'await-expired',
    });
    expect(life.status).toBe('declined');
  });

  test('a late approval revives it, with attention', () => {
    const life = new Life().answer(redirect).fire('await').notice({ about: 'authorization', price: 10_000 });
    expect(life.status).toBe('authorized');
    expect(life.attentions).toEqual(['observed-elsewhere']);
  });

  test('an unknown one that a notice calls pending waits for the customer, not for a person', () => {
    const life = new Life().answer(lost).notice({ about: 'authorization', state: 'pending' });
    expect(life.status).toBe('awaiting');
    expect(life.state.timers.unknown).toBeUndefined();
    expect(life.state.timers.await).toBeDefined();
  });
});

describe('a lost authorisation', () => {
  test('is repeated with the same reference and body', () => {
    const life = new Life().answer(lost);
    expect(life.status).toBe('authorizing');
    life.fire('repeat');
    expect(life.calls).toHaveLength(2);
    expect({ ...life.calls[1], attempt: 1 }).toEqual(life.calls[0]);
    life.answer(authorisedAnswer);
    expect(life.status).toBe('authorized');
    expect(life.state.timers.unknown).toBeUndefined();
    expect(life.state.timers.repeat).toBeUndefined();
  });

  test('takes attention after `unknownAfter` and gives it back with the outcome', () => {
    const life = new Life().answer(lost).fire('unknown');
    expect(life.attentions).toEqual(['outcome-unknown']);
    life.notice({ about: 'authorization', price: 10_000 });
    expect(life.attentions).toEqual([]);
    expect(life.status).toBe('authorized');
  });

  test('the notice may overtake the answer', () => {
    const life = new Life().notice({ about: 'authorization', price: 10_000, hold: HOLD });
    expect(life.status).toBe('authorized');
    life.give({ type: 'result', number: 1, result: authorisedAnswer }, SECOND);
    expect(life.types().filter((type) => type === 'authorization.approved')).toHaveLength(1);
    life.capture('c-1', 100).answer(approved);
    expect(life.sums.captured).toBe(100);
  });

  test('a notice that approves what was declined is booked by a person only', () => {
    const life = new Life()
      .answer(declined('12'))
      .notice({ about: 'authorization', price: 10_000, providerReference: TXID });
    expect(life.attentions).toEqual(['books-differ']);
    expect(life.status).toBe('declined');
  });
});
