// A release gives back what is held and not captured: a void where nothing was captured, tried after a
// capture. Refused for good the rest is lapsing until it lapses or a person resolves it. A release goes out
// only when nothing is reserved.
import { describe, expect, test } from 'vitest';
import { IllegalCommand } from '../../machines/core-command.ts';
import { legalCommands } from '../../machines/rules.ts';
import type { Life } from '../support/payment-life.ts';
import { authorised, approved, captured, declined, lost } from '../support/payment-life.ts';

const refused = (): Life =>
  captured([4000])
    .release()
    .answer(declined('935', { again: 'no' }, { firstOnly: true }));

describe('a release', () => {
  test('with nothing captured is a void of amount 0', () => {
    const life = authorised().release();
    expect(life.last).toMatchObject({ action: 'release', kind: 'void', amount: 0, sequenceNumber: 1 });
    life.answer(approved);
    expect(life.operation('v-1')).toMatchObject({ booked: 10_000, releaseKind: 'void' });
    expect(life.sums).toMatchObject({ held: 0, released: 10_000 });
    expect(life.status).toBe('released');
  });

  test('waits for what is reserved, and blocks further captures', () => {
    const life = authorised().capture('c-1', 1000).release();
    expect(life.operation('v-1').state).toBe('planned');
    expect(() => life.capture('c-2', 1)).toThrow(IllegalCommand);
    life.answer(approved);
    expect(life.last).toMatchObject({ action: 'release', kind: 'request' });
    life.answer(approved);
    expect(life.sums).toMatchObject({ captured: 1000, released: 9000, held: 0 });
  });

  test('refused for good: lapsing, and no second one is legal', () => {
    const life = refused();
    expect(life.status).toBe('lapsing');
    expect(life.attentions).toEqual(['lapsing']);
    expect(legalCommands(life.payment)).toEqual(['capture', 'refund', 'reschedule', 'resolve']);
    expect(() => life.release('v-2')).toThrow('the provider refused a release for good');
  });

  test('the lapsing rest lapses by the clock, and the attention stays until a person has seen it', () => {
    const life = refused();
    life.fire('clock').fire('clock').fire('clock');
    expect(life.entry('hold.lapsed')).toMatchObject({
      rule: 'expired',
      data: { amount: 6000, evidence: 'clock' },
    });
    expect(life.sums).toMatchObject({ held: 0, lapsed: 6000, captured: 4000 });
    expect(life.status).toBe('captured');
    expect(life.attentions).toEqual(['lapsing', 'deadline-reached']);
  });

  test('a person with evidence ends the lapsing rest, as lapsed or as released', () => {
    const lapsed = refused().say({ remainder: 'lapsed' });
    expect(lapsed.sums).toMatchObject({ held: 0, lapsed: 6000 });
    const released = refused().say({ remainder: 'released' });
    expect(released.sums).toMatchObject({ held: 0, released: 6000, lapsed: 0 });
    expect(released.entry('observed.release').by).toMatchObject({
      kind: 'operator',
      name: 'ann',
      via: 'resolution',
    });
  });

  test('refused for now: a person is asked, and it may be tried again', () => {
    const life = captured([4000]).release().answer(declined('62'));
    expect(life.attentions).toEqual(['remainder-not-released']);
    expect(life.status).toBe('partially_captured');
    life.release('v-2').answer(approved);
    expect(life.attentions).toEqual([]);
    expect(life.sums.held).toBe(0);
  });

  test('a lost one is repeated with the same number', () => {
    const life = authorised().release().answer(lost).fire('repeat');
    expect(life.last).toMatchObject({ action: 'release', attempt: 2, sequenceNumber: 1, kind: 'void' });
    life.answer(approved);
    expect(life.status).toBe('released');
  });

  test('is a local close where nothing is really held', () => {
    const life = authorised({}, { holds: 'nothing' }).release();
    expect(life.calls).toHaveLength(1);
    expect(life.operation('v-1')).toMatchObject({ state: 'approved', booked: 10_000 });
    expect(life.entry('release.approved').rule).toBe('nothing-held');
    expect(life.status).toBe('released');
  });
});

describe('a refund', () => {
  test('gives back what was captured, with a number of its own', () => {
    const life = captured([10_000]).refund('r-1', 2500);
    expect(life.last).toMatchObject({ action: 'refund', amount: 2500, sequenceNumber: 2 });
    expect(life.sums).toMatchObject({ refunding: 2500, refundable: 7500 });
    life.answer(approved);
    expect(life.sums).toMatchObject({ refunded: 2500, refunding: 0, captured: 10_000 });
    expect(life.status).toBe('captured');
  });

  test('without an amount gives back all that is refundable', () => {
    expect(captured([3000, 1000]).refund('r-1').last).toMatchObject({ amount: 4000 });
    expect(captured([3000, 1000]).refund('r-1', undefined, { capture: 'c-1' }).last).toMatchObject({
      amount: 3000,
    });
  });

  test('one that the capture no longer covers when its turn comes is not sent', () => {
    const life = captured([1000, 1000]).capture('c-3', 100).refund('r-1', 2000);
    life.notice({ about: 'capture', state: 'failed', sequenceNumber: 1 });
    expect(life.attentions).toContain('late-failure');
    life.answer(declined('62'));
    for (const code of life.attentions) life.say({ attention: code }, `clear-${code}`);
    expect(life.operation('r-1')).toMatchObject({
      state: 'not_performed',
      reason: 'amount-exceeds-captured',
    });
    expect(life.calls.some((call) => call.action === 'refund')).toBe(false);
  });
});

test('a release beside a capture that reserves more than is held plans no negative amount', () => {
  const life = authorised().capture('c-1', 8000).answer(lost).fire('unknown');
  life.notice({ sequenceNumber: 2, about: 'capture', receivable: null, price: 5000 });
  expect(life.attentions).toContain('books-differ');
  life.say({ attention: 'books-differ' });
  expect(life.sums.reserved).toBeGreaterThan(life.sums.held);
  expect(life.release('v-1').operation('v-1').amount).toBe(0);
});
