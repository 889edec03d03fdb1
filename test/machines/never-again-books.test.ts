// Lives that once lost money, or left it where nobody looked, at providers whose books are read and whose captures end
// the hold. Each is told as a reviewer found it.
import { describe, expect, test } from 'vitest';
import { explain } from '../../machines/rules.ts';
import type { Capabilities } from '../../payment/capability.ts';
import type { CallResult } from '../../payment/outcome.ts';
import type { ReadResult } from '../../payment/read.ts';
import {
  approved,
  authorised,
  declined,
  factsOf,
  Life,
  lost,
  MINUTE,
  SECOND,
} from '../support/payment-life.ts';

const SWEDBANK: Partial<Capabilities> = {
  remainder: 'separate-cancel',
  releaseAfterCapture: 'certain',
  resend: 'same-key-once-absent',
  query: 'operations',
  sequence: null,
};
const FINLINE: Partial<Capabilities> = {
  remainder: 'implicit',
  maxCaptures: 1,
  releaseAfterCapture: 'none',
  resend: 'once-absent',
  query: 'operations',
  sequence: null,
  plans: ['immediate', 'collect'],
};
const CCV: Partial<Capabilities> = {
  ...FINLINE,
  resend: 'never',
  query: 'none',
  maxRefunds: 0,
  allocates: { from: 'terminal', blockFor: null },
};
const COLLECT = { plan: { captures: 'collect', onDeadline: 'alert' } } as const;
const paused: CallResult = {
  outcome: 'not_performed',
  reason: 'breaker-open',
  busy: true,
  firstOnly: true,
  pausedFor: 30 * SECOND,
};
const unreached: CallResult = { outcome: 'not_performed', reason: 'refused-connection', firstOnly: true };
const legal = (life: Life, type: 'release' | 'capture'): boolean =>
  explain(life.payment, { type, id: 'x' }).legal;

describe('a read that answers after a person did', () => {
  const reading = (): Life => authorised({}, SWEDBANK).capture('c-1', 3000).answer(lost).fire('read');

  test('books what the provider took beside it', () => {
    const life = reading().say({ operation: 'c-1', outcome: 'not_performed' });
    life.found({ read: 'approved', booked: 3000, remaining: 7000 });
    expect(life.sums.captured).toBe(3000);
    expect(life.attentions).toContain('books-differ');
    expect(legal(life, 'capture')).toBe(false);
  });

  test('and says that it was declined, is told', () => {
    const life = reading().say({ operation: 'c-1', outcome: 'approved', amount: 3000 });
    life.found({ read: 'declined', decline: { code: 'f', message: 'no', hold: 'stands', again: 'no' } });
    expect(life.attentions).toContain('books-differ');
  });
});

test('a hint whose read met a call under way is read again after it', () => {
  const life = authorised({}, SWEDBANK).notice({ about: 'hint', currency: '' });
  life.capture('c-1', 3000).found({ read: 'approved', booked: 10_000, remaining: 6000 }).answer(approved);
  if (life.state.reading === null) life.fire('read');
  expect(life.state.reading).toMatchObject({ operation: 'authorization' });
});

test('what is collected for one capture is not sent one by one', () => {
  const life = authorised(COLLECT, FINLINE).capture('c-1', 3000).capture('c-2', 5000);
  const asked = explain(life.payment, { type: 'reschedule', id: 'x', plan: { captures: 'immediate' } });
  expect(asked).toMatchObject({ legal: false, refusedBy: 'not-legal-now' });
  expect(asked.rules.find(({ pass }) => !pass)?.rule).toBe('plan');
});

describe('a capture that cannot leave', () => {
  test('keeps no caller waiting for a terminal that nobody grants', () => {
    const life = new Life(factsOf({}, CCV))
      .grant('1')
      .answer({ outcome: 'approved', hold: { authReference: 's' } });
    life.capture('c-1');
    expect(life.replies).toEqual([]);
    life.fire('allocate');
    expect(life.replies).toMatchObject([{ command: 'c-1' }]);
    expect(life.attentions).toEqual(['terminal-blocked']);
    expect(life.grant('2').attentions).toEqual([]);
  });

  test('is told at the deadline and at the end of the hold', () => {
    const life = authorised({}, SWEDBANK).capture('c-1', 10_000).answer(paused);
    const until = Date.parse(life.payment.authorization.expiresAt ?? '') + MINUTE;
    while (life.at < until) {
      const clock = life.state.timers.clock ?? Infinity;
      if (clock <= (life.state.timers.repeat ?? Infinity)) life.fire('clock');
      else {
        life.at = Math.min(clock, until) - 2 * SECOND;
        life.fire('repeat');
        if (life.state.running !== null) life.answer(paused);
      }
      if (life.state.reading !== null) life.found({ read: 'approved', booked: 10_000, remaining: 10_000 });
    }
    expect(life.attentions).toContain('deadline-reached');
    expect(life.attentions).toContain('lapsing');
  });
});

test('an authorisation at a terminal is never held back for whoever stands there later', () => {
  const life = new Life(factsOf({}, CCV)).grant('1').answer(paused);
  expect(life.operation('authorization')).toMatchObject({ state: 'not_performed', reason: 'breaker-open' });
});

describe('a try that failed on the page', () => {
  const redirected = (): Life =>
    new Life(factsOf({}, FINLINE)).answer({ outcome: 'pending', redirectUrl: 'https://pay.example/1' });
  const tryFailed: ReadResult = {
    read: 'declined',
    decline: { code: 'f', message: 'no', hold: 'stands', again: 'customer' },
  };

  test('does not end the authorisation while somebody may try again', () => {
    const life = redirected().read(tryFailed);
    expect(life.status).toBe('awaiting');
    expect(life.read({ read: 'approved', booked: 10_000, hold: { orderId: 'o' } }).status).toBe('authorized');
  });

  test('books that could not be read do not say that nobody paid', () => {
    const life = redirected();
    const failed: ReadResult = { read: 'failed', reason: 'http-503' };
    while (life.status === 'awaiting') {
      const { read = Infinity, await: end = Infinity } = life.state.timers;
      if (life.state.reading !== null) life.found(failed);
      else life.fire(read <= end ? 'read' : 'await');
    }
    expect(life.status).toBe('authorizing');
    expect(life.attentions).toContain('outcome-unknown');
    life.read({ read: 'approved', booked: 10_000, hold: { orderId: 'o' } });
    expect(life.status).toBe('authorized');
  });
});

test('books that contradict ours before the call left are read', () => {
  const life = authorised({}, SWEDBANK).capture('c-1', 3000);
  life.answer({ outcome: 'not_performed', reason: 'nothing-remaining', firstOnly: true, recheck: true });
  expect(life.state.reading).toMatchObject({ operation: 'authorization' });
});

describe('a release of the rest', () => {
  test('does not give back what a capture before it failed to take', () => {
    const life = authorised({}, SWEDBANK).capture('c-1', 3000).release('v-1').answer(unreached);
    expect(life.operation('v-1')).toMatchObject({ state: 'not_performed', reason: 'capture-failed' });
    expect(life.sums).toMatchObject({ held: 10_000, released: 0 });
    expect(life.attentions).toEqual(['remainder-not-released']);
    expect(legal(life, 'capture') && legal(life, 'release')).toBe(true);
  });

  test('sends what was collected where that frees the rest', () => {
    const life = authorised(COLLECT, FINLINE).capture('c-1', 3000, { final: false }).capture('c-2', 2000);
    life.release('v-1');
    expect(life.last).toMatchObject({ action: 'capture', amount: 5000, final: true });
    expect(life.answer(approved).sums).toMatchObject({ captured: 5000, released: 5000, held: 0 });
    expect(life.operation('v-1')).toMatchObject({ state: 'approved', booked: 5000 });
  });

  test('is not sent where the collection that it waited for was refused', () => {
    const life = authorised(COLLECT, FINLINE).capture('c-1', 3000, { final: false }).release('v-1');
    life.answer(declined('no'));
    expect(life.operation('v-1')).toMatchObject({ state: 'not_performed', reason: 'capture-failed' });
    expect(life.calls.filter(({ action }) => action === 'release')).toEqual([]);
  });
});

describe('a capture whose reference refunds need', () => {
  const anchored = { ...FINLINE, refundAnchor: 'capture', resend: 'never' } as const;

  test('cannot be called approved without it', () => {
    const life = authorised({}, anchored).capture('c-1', 3000).answer(lost);
    const word = { operation: 'c-1', outcome: 'approved' } as const;
    const asked = explain(life.payment, { type: 'resolve', id: 'x', word, evidence: 'e', by: 'ann' });
    expect(asked.rules.find(({ pass }) => !pass)?.rule).toBe('anchor-unknown');
    life.say({ ...word, reference: { transactionId: 't-1' } });
    expect(life.refund('r-1', 100).last).toMatchObject({ action: 'refund', anchor: 't-1' });
  });

  test('is given it later where its answer had none', () => {
    const life = authorised({}, anchored).capture('c-1', 3000).answer(approved);
    expect(explain(life.payment, { type: 'refund', id: 'x', amount: 1 }).legal).toBe(false);
    life.say({ operation: 'c-1', outcome: 'approved', reference: { transactionId: 't-1' } });
    expect(life.entry('capture.approved')).toMatchObject({ rule: 'anchor-named', data: { booked: 3000 } });
    expect(life.refund('r-1', 100).last).toMatchObject({ action: 'refund', anchor: 't-1' });
  });
});

describe('a deadline', () => {
  test('that is due and waits is called off with its plan', () => {
    const life = authorised({ plan: { captures: 'immediate', onDeadline: 'release' } }, SWEDBANK);
    life.capture('c-1', 3000, { final: false }).answer(lost);
    while (!life.payment.deadlineReached) {
      if (life.state.reading !== null) life.found({ read: 'failed', reason: 'lost' });
      const { clock = Infinity, read = Infinity, unknown = Infinity } = life.state.timers;
      life.fire(unknown <= Math.min(clock, read) ? 'unknown' : clock <= read ? 'clock' : 'read');
    }
    const deadline = new Date(life.at + 3 * 24 * 60 * MINUTE).toISOString();
    life.command({ type: 'reschedule', id: 'later', plan: { deadline } });
    life.say({ operation: 'c-1', outcome: 'approved', amount: 3000 });
    expect(life.calls.filter(({ action }) => action === 'release')).toEqual([]);
  });

  test('that has passed sends what is collected after it', () => {
    const plan = { captures: 'collect', onDeadline: 'capture' } as const;
    const life = authorised(
      { plan },
      { ...FINLINE, remainder: 'final-flag', maxCaptures: null, query: 'none' },
    );
    life.capture('c-1', 3000);
    while (life.state.running === null) life.fire('clock');
    life.answer(unreached);
    expect(life.capture('c-2', 2000).last).toMatchObject({ action: 'capture', amount: 2000, final: true });
  });

  test('keeps its attention while collected money is held', () => {
    const life = authorised(COLLECT, FINLINE).capture('c-1', 9000, { final: false });
    while (!life.attentions.includes('deadline-reached')) life.fire('clock');
    life.say({ remainder: 'lapsed' });
    expect(life.sums).toMatchObject({ held: 9000, reserved: 9000 });
    expect(life.attentions).toContain('deadline-reached');
    expect(life.state.timers.clock).toBeDefined();
  });
});

describe('a call that is held back for long', () => {
  const minutes = (life: Life, count: number): Life => {
    const until = life.at + count * MINUTE;
    while (life.at < until && life.state.timers.repeat !== undefined) {
      life.fire('repeat');
      if (life.state.running === null) break;
      life.answer(paused);
    }
    return life;
  };

  test('is told, also where nothing is held any more, until it leaves', () => {
    const life = authorised({}, SWEDBANK).capture('c-1').answer(approved).refund('r-1', 4000).answer(paused);
    minutes(life, 10);
    expect(life.attentions).toEqual(['provider-away']);
    expect(life.fire('repeat').answer(approved).attentions).toEqual([]);
  });

  test('is no authorisation that nobody waits for any more', () => {
    const life = minutes(new Life(factsOf({}, SWEDBANK)).answer(paused), 3 * 60);
    expect(life.operation('authorization')).toMatchObject({ state: 'not_performed', reason: 'breaker-open' });
  });
});

test('hints do not make the next read of our own later', () => {
  const life = authorised({}, SWEDBANK).capture('c-1', 3000).answer(lost);
  for (let hints = 0; hints < 8; hints++) {
    life.at += 2 * SECOND;
    life.notice({ about: 'hint', currency: '' });
    if (life.state.reading !== null) life.found({ read: 'failed', reason: 'lost' });
  }
  expect((life.state.timers.read ?? Infinity) - life.at).toBeLessThanOrEqual(2 * SECOND);
});

describe('a release that is legal again', () => {
  const locked = { failures: { brake: 3, lock: 5, lockedCode: 'locked' } } as const;

  test('after the lock by which it was refused is lifted', () => {
    const life = authorised({}, { ...SWEDBANK, ...locked })
      .capture('c-1', 3000, { final: true })
      .answer(approved);
    life.answer(declined('locked', { again: 'no' }));
    expect(life.status).toBe('locked');
    life.say({ lock: 'lifted' });
    expect(legal(life, 'release')).toBe(true);
    expect(life.attentions).toEqual(['remainder-not-released']);
  });

  test('after a person said that the one before was declined', () => {
    const life = authorised({}, SWEDBANK).capture('c-1', 3000, { final: true }).answer(approved).answer(lost);
    life.say({ operation: 'c-1.rest', outcome: 'declined' });
    expect(legal(life, 'release')).toBe(true);
  });
});

test('what the deadline planned and could not send goes with the plan that wanted it', () => {
  const life = authorised({ plan: { captures: 'immediate', onDeadline: 'release' } }, SWEDBANK);
  while (life.state.running === null) life.fire('clock');
  life.answer(paused);
  const deadline = new Date(life.at + 24 * 60 * MINUTE).toISOString();
  life.command({ type: 'reschedule', id: 'later', plan: { deadline, onDeadline: 'alert' } });
  expect(life.operation('deadline.release')).toMatchObject({
    state: 'not_performed',
    reason: 'plan-changed',
  });
  expect(life.state.timers.repeat).toBeUndefined();
  expect(legal(life, 'capture')).toBe(true);
});

test('a collection that a person emptied after the deadline is not answered by giving everything back', () => {
  const life = authorised({ plan: { captures: 'collect', onDeadline: 'capture' } }, FINLINE);
  life.capture('c-1', 3000, { final: false });
  while (life.state.running === null) life.fire('clock');
  life.answer(paused);
  expect(life.attentions).toContain('deadline-reached');
  life.command({ type: 'withdraw', id: 'w-1', capture: 'c-1' });
  expect(life.calls.filter(({ action }) => action === 'release')).toEqual([]);
  expect(legal(life, 'capture')).toBe(true);
});

test('what is held back tries again with the next command, and never waits for hours', () => {
  const life = authorised({}, SWEDBANK).capture('c-1', 3000).answer(paused);
  for (let tries = 0; tries < 20; tries++) life.fire('repeat').answer(paused);
  expect((life.state.timers.repeat ?? Infinity) - life.at).toBeLessThanOrEqual(15 * MINUTE);
  expect(life.capture('c-2', 1000).last).toMatchObject({ operation: 'c-1' });
});

test('a release that reached nobody is told', () => {
  const life = authorised({}, SWEDBANK).release('v-1').answer(unreached);
  expect(life.attentions).toEqual(['remainder-not-released']);
  expect(life.release('v-2').answer(approved).attentions).toEqual([]);
});

test('that the hold ended before it went out is told once', () => {
  const life = authorised(COLLECT, FINLINE).capture('c-1', 9000, { final: false });
  while (!life.attentions.includes('lapsing')) {
    life.fire('clock');
    if (life.state.reading !== null) life.found({ read: 'approved', booked: 10_000, remaining: 10_000 });
  }
  life.say({ attention: 'lapsing' });
  for (let days = 0; days < 5; days++) {
    life.fire('clock');
    if (life.state.reading !== null) life.found({ read: 'approved', booked: 10_000, remaining: 10_000 });
  }
  expect(life.attentions).not.toContain('lapsing');
});

test('repeats that lead nowhere become rare', () => {
  const life = authorised({}, SWEDBANK).capture('c-1', 3000).answer(lost);
  const until = life.at + 24 * 60 * MINUTE;
  while (life.at < until) {
    if (life.state.running !== null) life.answer(unreached);
    else if (life.state.reading !== null) life.found({ read: 'absent', offered: true, remaining: 10_000 });
    else life.fire(life.state.timers.unknown === undefined ? 'read' : 'unknown');
  }
  expect(life.operation('c-1').attempts).toBeLessThan(20);
});
