// A reference that must be allocated is asked for before each first send and never used twice; a terminal's lease is
// kept from the grant until the outcome is known, and given back where nothing was sent.
import { describe, expect, test } from 'vitest';
import type { Capabilities } from '../../payment/capability.ts';
import { approved, authorisedAnswer, busy, factsOf, Life, lost, SECOND } from '../support/payment-life.ts';

const CCV: Partial<Capabilities> = {
  remainder: 'implicit',
  maxCaptures: 1,
  maxRefunds: 0,
  releaseAfterCapture: 'none',
  resend: 'never',
  sequence: null,
  allocates: { from: 'terminal', blockFor: null },
};
const COUNTER: Partial<Capabilities> = {
  ...CCV,
  maxCaptures: null,
  remainder: 'separate-cancel',
  allocates: { from: 'counter', blockFor: null },
};
const created = (capabilities = CCV): Life => new Life(factsOf({}, capabilities));
const held = (capabilities = CCV): Life => created(capabilities).grant('1').answer(authorisedAnswer);
const leases = (life: Life) => life.effects.filter((effect) => effect.type === 'lease');

describe('a terminal', () => {
  test('is asked for before the call, which then carries the number', () => {
    const life = created();
    expect(life.calls).toEqual([]);
    expect(life.effects).toContainEqual({
      type: 'allocate',
      number: 1,
      operation: 'authorization',
      rule: { from: 'terminal', blockFor: null },
    });
    expect(life.grant('17').last).toMatchObject({ action: 'authorise', allocated: '17' });
    life.answer(authorisedAnswer);
    expect(leases(life)).toEqual([{ type: 'lease', number: 1, operation: 'authorization', how: 'done' }]);
    expect(life.state.allocation).toBeNull();
  });

  test('keeps a caller waiting only until it is told that others are first', () => {
    const life = held().capture('c-1', 6000);
    expect(life.replies).toEqual([]);
    const { allocation } = life.state;
    life.give({ type: 'queued', number: allocation?.number ?? 0, blockedBy: null });
    expect(life.replies).toMatchObject([{ command: 'c-1' }]);
    expect(life.operation('c-1').state).toBe('planned');
    expect(life.grant('2').operation('c-1').state).toBe('sent');
  });

  test('that another payment blocks asks for a person until it is granted', () => {
    const life = held().capture('c-1', 6000);
    const number = life.state.allocation?.number ?? 0;
    life.give({ type: 'queued', number, blockedBy: { payment: 'p-2', operation: 'c-9' } });
    expect(life.attentions).toEqual(['terminal-blocked']);
    expect(life.grant('2').attentions).toEqual([]);
  });

  test('stays ours while the outcome is unknown, and is given back when a person says it', () => {
    const life = held().capture('c-1', 6000).grant('2').answer(lost);
    expect(leases(life)).toMatchObject([{ operation: 'c-1', how: 'unknown' }]);
    life.fire('unknown');
    expect(leases(life)).toEqual([]);
    life.say({ operation: 'c-1', outcome: 'approved', amount: 6000 });
    expect(leases(life)).toMatchObject([{ operation: 'c-1', how: 'done' }]);
    expect(life.sums).toMatchObject({ captured: 6000, released: 4000 });
  });

  test('that was busy is asked for again, with another number', () => {
    const life = held().capture('c-1', 6000).grant('2').answer(busy);
    expect(leases(life)).toMatchObject([{ how: 'done' }]);
    expect(life.operation('c-1').state).toBe('planned');
    life.fire('repeat').grant('3');
    expect(life.last).toMatchObject({ operation: 'c-1', allocated: '3', attempt: 1 });
  });

  test('is given back where the capture was withdrawn meanwhile, and a late grant too', () => {
    const life = held().capture('c-1', 6000);
    const number = life.state.allocation?.number ?? 0;
    life.command({ type: 'withdraw', id: 'w-1', capture: 'c-1' });
    expect(leases(life)).toEqual([{ type: 'lease', number, operation: 'c-1', how: 'done' }]);
    life.give({ type: 'allocated', number, reference: '2' });
    expect(leases(life)).toMatchObject([{ number, how: 'done' }]);
    expect(life.calls).toHaveLength(1);
  });

  test('a second grant of the same number sends nothing more', () => {
    const life = held().capture('c-1', 6000);
    const number = life.state.allocation?.number ?? 0;
    life.grant('2').give({ type: 'allocated', number, reference: '2' });
    expect(life.calls).toHaveLength(2);
    expect(life.state.allocation?.phase).toBe('sent');
  });

  test('that is not free while the cardholder waits ends the authorisation', () => {
    const life = created().fire('allocate');
    expect(life.operation('authorization')).toMatchObject({
      state: 'not_performed',
      reason: 'terminal-busy',
    });
    expect(life.status).toBe('declined');
  });
});

describe('a counter', () => {
  test('gives a number to each operation, and a repeat keeps its own', () => {
    const life = held({ ...COUNTER, resend: 'same-key-once-absent', query: 'operations' });
    life.capture('c-1', 6000).grant('2').answer(lost);
    expect(life.effects.filter((effect) => effect.type === 'lease')).toEqual([]);
    life.fire('read');
    expect(life.reads.at(-1)).toMatchObject({ keys: { allocated: '2' } });
    life.found({ read: 'absent', offered: true });
    for (let reads = 0; life.calls.length < 3; reads++) {
      life.read({ read: 'absent', offered: true });
      expect(reads).toBeLessThan(20);
    }
    expect(life.last).toMatchObject({ operation: 'c-1', allocated: '2', attempt: 2 });
    life.answer(approved).capture('c-2', 1000).grant('3');
    expect(life.last).toMatchObject({ operation: 'c-2', allocated: '3', attempt: 1 });
  });
});

test('a call that our own side holds back is planned again, and goes out when it may', () => {
  const life = new Life(factsOf()).answer(authorisedAnswer).capture('c-1', 6000);
  const paused = {
    outcome: 'not_performed',
    reason: 'breaker-open',
    busy: true,
    firstOnly: true,
    pausedFor: 7 * SECOND,
  } as const;
  for (let times = 0; times < 400; times++) {
    life.answer(paused);
    expect(life.operation('c-1').state).toBe('planned');
    expect(life.state.timers.repeat).toBe(life.at + (times === 0 ? 7 : 10) * SECOND);
    life.fire('repeat');
  }
  expect(life.answer(approved).sums.captured).toBe(6000);
  expect(life.operation('c-1').sequenceNumber).toBe(1);
});
