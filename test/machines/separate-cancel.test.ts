// Where the rest is cancelled by a call of its own (Swedbank Pay): a final capture answers as soon as it is approved,
// the cancellation is an operation with its own key and its own failure; failures in a row brake, then lock.
import { describe, expect, test } from 'vitest';
import type { Capabilities } from '../../payment/capability.ts';
import { explain } from '../../machines/rules.ts';
import type { Life } from '../support/payment-life.ts';
import { approved, authorised, declined, lost } from '../support/payment-life.ts';

const SWEDBANK: Partial<Capabilities> = {
  remainder: 'separate-cancel',
  releaseAfterCapture: 'certain',
  resend: 'same-key-once-absent',
  query: 'operations',
  sequence: null,
  failures: { brake: 3, lock: 5, lockedCode: 'locked' },
};
const open = (): Life => authorised({}, SWEDBANK);
const no = declined('failed', { again: 'later' });

describe('a final capture', () => {
  const captured = (): Life => open().capture('c-1', 6000, { final: true }).answer(approved);

  test('is answered, and then the rest is cancelled', () => {
    const life = captured();
    expect(life.replies).toMatchObject([{ command: 'c-1' }]);
    expect(life.last).toMatchObject({ action: 'release', operation: 'c-1.rest', kind: 'request' });
    expect(life.operation('c-1.rest')).toMatchObject({ state: 'sent', amount: 4000, capture: 'c-1' });
    life.answer(approved);
    expect(life.status).toBe('captured');
    expect(life.sums).toMatchObject({ captured: 6000, released: 4000, held: 0 });
  });

  test('whose rest is refused for now leaves it to a person, who may ask again', () => {
    const life = captured().answer(declined('busy', { again: 'later' }));
    expect(life.attentions).toEqual(['remainder-not-released']);
    life.release('v-2').answer(approved);
    expect(life.sums).toMatchObject({ released: 4000, held: 0 });
    expect(life.attentions).toEqual([]);
  });

  test('whose rest is refused for good lapses', () => {
    const life = captured().answer(declined('never', { again: 'no' }));
    expect(life.status).toBe('lapsing');
  });

  test('that takes all has no rest', () => {
    const life = open().capture('c-1', 10_000).answer(approved);
    expect(life.calls).toHaveLength(2);
    expect(life.status).toBe('captured');
  });

  test('found by a read has its rest cancelled too', () => {
    const life = open().capture('c-1', 6000, { final: true }).answer(lost);
    life.read({ read: 'approved', booked: 6000 });
    expect(life.last).toMatchObject({ operation: 'c-1.rest' });
  });
});

describe('failures in a row', () => {
  const failed = (times: number): Life => {
    const life = open();
    for (let n = 1; n <= times; n++) life.capture(`c-${n}`, 1000, { override: true }).answer(no);
    return life;
  };

  test('brake after three, for the kind that failed', () => {
    const life = failed(3);
    expect(life.attentions).toEqual(['failure-brake']);
    const refused = explain(life.payment, { type: 'capture', id: 'x', amount: 1000 });
    expect(refused).toMatchObject({ legal: false, refusedBy: 'not-legal-now' });
    expect(refused.rules.find((each) => !each.pass)?.rule).toBe('brake');
    expect(explain(life.payment, { type: 'capture', id: 'x', amount: 1000, override: true }).legal).toBe(
      true,
    );
    expect(explain(life.payment, { type: 'release', id: 'x' }).legal).toBe(true);
  });

  test('end what waits in the lane', () => {
    const life = failed(2);
    life.capture('c-3', 1000).capture('c-4', 1000).answer(no);
    expect(life.operation('c-4')).toMatchObject({ state: 'not_performed', reason: 'brake' });
  });

  test('are forgotten with an approved one', () => {
    const life = failed(3).capture('c-9', 1000, { override: true }).answer(approved);
    expect(life.payment.failures.capture).toBe(0);
    expect(life.attentions).toEqual([]);
  });

  test('lock after five until a person lifts it', () => {
    const life = failed(5);
    expect(life.status).toBe('locked');
    expect(explain(life.payment, { type: 'capture', id: 'x', override: true }).refusedBy).toBe(
      'payment-locked',
    );
    life.say({ lock: 'lifted' });
    expect(life.payment.failures.capture).toBe(0);
    expect(life.attentions).toEqual([]);
    expect(life.capture('c-9', 1000).answer(approved).sums.captured).toBe(1000);
  });

  test('are told by the provider at once where it says that it is locked', () => {
    const life = open()
      .capture('c-1', 1000)
      .answer(declined('locked', { again: 'no' }));
    expect(life.status).toBe('locked');
    expect(life.attentions).toEqual(['locked']);
  });

  test('of refunds count for themselves', () => {
    const life = open().capture('c-1', 5000).answer(approved);
    for (let n = 1; n <= 3; n++) life.refund(`r-${n}`, 100).answer(no);
    expect(explain(life.payment, { type: 'refund', id: 'x', amount: 1 }).legal).toBe(false);
    expect(explain(life.payment, { type: 'capture', id: 'x', amount: 1 }).legal).toBe(true);
  });
});

test('two payments on one hold are frozen until a person says which', () => {
  const life = open().give({ type: 'hold-shared', payment: 'p-2' });
  expect(life.attentions).toEqual(['hold-shared']);
  expect(explain(life.payment, { type: 'capture', id: 'x' }).legal).toBe(false);
  life.say({ attention: 'hold-shared' });
  expect(explain(life.payment, { type: 'capture', id: 'x' }).legal).toBe(true);
});

describe('a rest that was not released is not silent', () => {
  test('where its call reached nobody', () => {
    const life = open().capture('c-1', 6000, { final: true }).answer(approved);
    life.answer({ outcome: 'not_performed', reason: 'refused-connection' });
    expect(life.attentions).toEqual(['remainder-not-released']);
    expect(life.release('v-2').answer(approved).attentions).toEqual([]);
  });

  test('where the provider gave back less than was held', () => {
    const life = open().capture('c-1', 6000, { final: true }).answer(approved);
    life.answer({ outcome: 'approved', booked: 3500 });
    expect(life.sums).toMatchObject({ released: 3500, held: 500 });
    expect(life.attentions).toEqual(['books-differ']);
  });
});
