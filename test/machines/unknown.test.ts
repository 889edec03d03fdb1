// Unknown is an outcome: its key stays bound to its body, and it ends by a repeat that settles it, by a
// notice, or by a person. No repeat turns it into a decline by an answer that speaks only for a first try.
import { describe, expect, test } from 'vitest';
import type { Life } from '../support/payment-life.ts';
import {
  DAY,
  SECOND,
  approved,
  authorised,
  busy,
  declined,
  lost,
  outOfTurn,
  refusedConnection,
} from '../support/payment-life.ts';

const unknown = (): Life => authorised().capture('c-1', 3000).answer(lost);
const repeated = (): Life => unknown().fire('repeat');

describe('a lost capture', () => {
  test('arms the repeat and the question', () => {
    const life = unknown();
    expect(life.operation('c-1').state).toBe('unknown');
    expect(life.sums).toMatchObject({ reserved: 3000, capturable: 7000 });
    expect(life.state.timers.repeat).toBe(life.at + 2 * SECOND);
    expect(life.state.timers.unknown).toBe(life.at + 30 * SECOND);
  });

  test('goes out again with the same number and body', () => {
    const life = repeated();
    const [, first, second] = life.calls;
    expect(second).toEqual({ ...first, attempt: 2 });
    expect(life.entry('capture.sent')).toMatchObject({
      rule: 'repeat-same-key',
      data: { attempt: 2, sequenceNumber: 1 },
    });
  });

  test('approved by the repeat it is booked once, and the ways out are put away', () => {
    const life = repeated().answer(approved);
    expect(life.sums).toMatchObject({ captured: 3000, reserved: 0 });
    expect(life.state.repeating).toBeNull();
    expect(life.state.timers.repeat).toBeUndefined();
    expect(life.state.timers.unknown).toBeUndefined();
  });

  test.each([
    ['907, out of turn', outOfTurn],
    ['908, already booked', declined('908', { again: 'no' }, { firstOnly: true })],
    ['952, already captured', declined('952', { again: 'no' }, { firstOnly: true })],
    ['950, still busy', busy],
    ['a connection that was refused', refusedConnection],
    ['another lost answer', lost],
  ])('%s on a repeat settles nothing', (_name, result) => {
    const life = repeated().answer(result);
    expect(life.operation('c-1').state).toBe('unknown');
    expect(life.sums.reserved).toBe(3000);
    expect(life.state.timers.repeat).toBeDefined();
    life.fire('repeat');
    expect(life.last).toMatchObject({ operation: 'c-1', attempt: 3, sequenceNumber: 1 });
  });

  test('a definitive decline on a repeat settles it', () => {
    const life = repeated().answer(declined('62'));
    expect(life.operation('c-1').state).toBe('declined');
    expect(life.sums.capturable).toBe(10_000);
  });

  test('waits longer between repeats and gives up after `giveUpAfter`', () => {
    const life = repeated().answer(lost);
    expect(life.state.timers.repeat).toBe(life.at + 10 * SECOND);
    life.fire('unknown');
    life.at += 2 * DAY;
    life.fire('repeat').answer(lost);
    expect(life.state.timers.repeat).toBeUndefined();
    expect(life.attentions).toEqual(['outcome-unknown']);
    expect(life.operation('c-1').state).toBe('unknown');
  });

  test('takes attention after `unknownAfter`, which ends with the outcome', () => {
    const life = unknown().fire('unknown');
    expect(life.attentions).toEqual(['outcome-unknown']);
    life.fire('repeat').answer(approved);
    expect(life.attentions).toEqual([]);
    expect(life.entry('attention.cleared').rule).toBe('no-longer-so');
  });

  test('a person who puts the question aside is asked again', () => {
    const life = unknown().fire('unknown').say({ attention: 'outcome-unknown' });
    expect(life.attentions).toEqual([]);
    life.fire('unknown');
    expect(life.attentions).toEqual(['outcome-unknown']);
  });

  test('withdrawing what waits behind it neither ends its question nor its repeats', () => {
    const life = authorised().capture('c-1', 3000).capture('c-2', 1000).answer(lost).fire('unknown');
    life.command({ type: 'withdraw', id: 'w-1', capture: 'c-2' });
    expect(life.operation('c-2')).toMatchObject({ state: 'not_performed', reason: 'withdrawn' });
    expect(life.attentions).toEqual(['outcome-unknown']);
    expect(life.state.timers.repeat).toBeDefined();
  });

  test('a notice settles it while its repeat is under way; the answer then only frees the lane', () => {
    const life = repeated().notice({ about: 'capture', sequenceNumber: 1, price: 3000 });
    expect(life.operation('c-1').state).toBe('approved');
    life.answer(approved);
    expect(life.types().filter((type) => type === 'capture.approved')).toHaveLength(1);
    expect(life.state.running).toBeNull();
  });

  test('a provider that never de-duplicates is not asked again', () => {
    const life = authorised({}, { resend: 'never' }).capture('c-1', 3000).answer(lost);
    expect(life.state.timers.repeat).toBeUndefined();
    life.fire('unknown');
    expect(life.attentions).toEqual(['outcome-unknown']);
  });

  test('the order side is told of an end that its caller did not wait for', () => {
    const life = authorised({ orderWorkflow: 'order/7' })
      .capture('c-1', 3000)
      .answer(lost)
      .fire('repeat')
      .answer(approved);
    expect(life.effects).toContainEqual({
      type: 'tell',
      workflow: 'order/7',
      operation: 'c-1',
      state: 'approved',
      booked: 3000,
    });
  });

  test('nobody is told of an end that the caller was answered with', () => {
    const life = authorised({ orderWorkflow: 'order/7' }).capture('c-1', 3000).answer(approved);
    expect(life.effects.filter((effect) => effect.type === 'tell')).toEqual([]);
  });
});

describe('a pending refund', () => {
  const pending = (): Life =>
    authorised().capture('c-1', 3000).answer(approved).refund('r-1', 1000).answer({ outcome: 'pending' });

  test('keeps its sum and stops the lane until a notice ends it', () => {
    const life = pending().capture('c-2', 100);
    expect(life.sums).toMatchObject({ refunding: 1000, refundable: 2000 });
    expect(life.operation('c-2').state).toBe('planned');
    life.notice({ about: 'refund', sequenceNumber: 2, price: 1000 });
    expect(life.operation('r-1').state).toBe('approved');
    expect(life.last).toMatchObject({ operation: 'c-2', sequenceNumber: 3 });
  });

  test('becomes a question when nothing comes', () => {
    const life = pending().fire('unknown');
    expect(life.operation('r-1')).toMatchObject({ state: 'unknown', reason: 'pending-too-long' });
    expect(life.attentions).toEqual(['outcome-unknown']);
  });
});

test('what lapsed while its outcome was unknown is restored before it is booked', () => {
  const life = authorised({}, { sequence: null, resend: 'never' }).capture('c-1', 3000).answer(lost);
  life.fire('unknown');
  while (life.sums.lapsed === 0) life.fire('clock');
  expect(life.sums).toMatchObject({ lapsed: 7000, held: 3000 });
  life.say({ operation: 'c-1', outcome: 'approved', amount: 3000 });
  for (const { after } of life.ledger) {
    const { authorized, captured, released, lapsed } = after.amounts;
    expect(captured + released + lapsed).toBeLessThanOrEqual(authorized);
  }
});

test('a release that a person finds done after all of it lapsed restores what it gave back', () => {
  const life = authorised({}, { sequence: null, resend: 'never' }).release('v-1').answer(lost);
  life.fire('unknown');
  while (life.sums.lapsed === 0) life.fire('clock');
  life.say({ operation: 'v-1', outcome: 'approved' });
  expect(life.sums).toMatchObject({ released: 10_000, lapsed: 0, held: 0 });
  for (const { after } of life.ledger) {
    const { authorized, captured, released, lapsed } = after.amounts;
    expect(captured + released + lapsed).toBeLessThanOrEqual(authorized);
  }
});
