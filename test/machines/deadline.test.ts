// The plan's clock: a warning, the deadline's action, expiry, and the close after the refund window. A timer
// that was replaced changes nothing.
import { describe, expect, test } from 'vitest';
import type { Plan } from '../../payment/plan.ts';
import { IllegalCommand } from '../../machines/core-command.ts';
import type { Life } from '../support/payment-life.ts';
import { DAY, HOUR, approved, authorised, captured } from '../support/payment-life.ts';

const planned = (onDeadline: Plan['onDeadline']): Life =>
  authorised({ plan: { captures: 'immediate', onDeadline } });

describe('the deadline', () => {
  test('warns one margin before it', () => {
    const life = authorised();
    const since = life.at;
    life.fire('clock');
    expect(life.at).toBe(since + 7 * DAY - 32 * HOUR);
    expect(life.types().slice(-2)).toEqual(['deadline.warned', 'attention.raised']);
    expect(life.attentions).toEqual(['deadline-near']);
    expect(life.state.timers.clock).toBe(since + 7 * DAY - 16 * HOUR);
  });

  test('alert: a person is asked, and captures stay legal', () => {
    const life = planned('alert').fire('clock').fire('clock');
    expect(life.attentions).toEqual(['deadline-reached']);
    expect(life.capture('c-1', 100).last).toMatchObject({ action: 'capture' });
  });

  test('capture: all that is capturable, as the last', () => {
    const life = planned('capture').capture('c-1', 1000).answer(approved).fire('clock').fire('clock');
    expect(life.last).toMatchObject({
      action: 'capture',
      operation: 'deadline.capture',
      amount: 9000,
      final: true,
    });
    expect(life.answer(approved).status).toBe('captured');
    expect(life.attentions).toEqual([]);
  });

  test('release: the rest is given back', () => {
    const life = planned('release').fire('clock').fire('clock');
    expect(life.last).toMatchObject({ action: 'release', operation: 'deadline.release' });
    expect(life.answer(approved).status).toBe('released');
  });

  test('a new plan warns again', () => {
    const life = planned('alert').fire('clock');
    const deadline = new Date(life.at + 30 * HOUR).toISOString();
    life.command({ type: 'reschedule', id: 'p-2', plan: { deadline } });
    expect(life.payment).toMatchObject({ warned: false, deadlineReached: false });
  });
});

describe('expiry', () => {
  test('held money lapses `lapseAfter` later, by the clock; until then a capture is legal', () => {
    const life = captured([4000]).fire('clock').fire('clock');
    life.at = Date.parse(life.payment.authorization.expiresAt ?? '') + HOUR;
    life.capture('c-2', 1000).answer(approved).fire('clock');
    expect(life.entry('hold.lapsed')).toMatchObject({ by: { kind: 'clock' }, data: { amount: 5000 } });
    expect(life.sums).toMatchObject({ held: 0, lapsed: 5000, captured: 5000 });
    expect(life.status).toBe('captured');
  });

  test('nothing captured: expired, alarmed, and closing once a person has seen it', () => {
    const life = authorised().fire('clock').fire('clock').fire('clock');
    expect(life.status).toBe('expired');
    expect(life.attentions).toEqual(['deadline-reached', 'lapsing']);
    life.say({ attention: 'deadline-reached' }).say({ attention: 'lapsing' });
    expect(life.state.timers.close).toBe(life.at + 14 * DAY);
  });
});

describe('the close', () => {
  test('waits out the refund window after captures, then nothing is legal', () => {
    const life = captured([10_000]);
    const since = life.at;
    expect(life.state.timers.close).toBe(since + 400 * DAY);
    life.fire('close');
    expect(life.effects.map((effect) => effect.type)).toContain('complete');
    expect(life.status).toBe('closed');
    expect(life.state.timers).toEqual({});
    expect(() => life.refund('r-1', 1)).toThrow(IllegalCommand);
    expect(() => life.refund('r-1', 1)).toThrow('closed at');
  });

  test('a refund starts the wait anew', () => {
    const life = captured([10_000]);
    life.at += 100 * DAY;
    life.refund('r-1', 1);
    expect(life.state.timers.close).toBeUndefined();
    life.answer(approved);
    expect(life.state.timers.close).toBe(life.at + 400 * DAY);
  });

  test('does not come while a person is asked', () => {
    const life = captured([10_000]).give({ type: 'cancel-requested' });
    expect(life.state.timers.close).toBeUndefined();
    expect(life.types().slice(-1)).toEqual(['attention.raised']);
    expect(life.say({ attention: 'cancel-requested' }).state.timers.close).toBe(life.at + 400 * DAY);
  });

  test('a timer that fires before its instant, or is no longer set, changes nothing', () => {
    const life = authorised();
    const before = life.state;
    life
      .give({ type: 'timer', timer: 'clock' })
      .give({ type: 'timer', timer: 'close' })
      .give({ type: 'poke' });
    expect(life.state).toEqual(before);
    expect(life.effects).toEqual([]);
  });
});
