// Collected captures go out as one call, and what the deadline had sent stays due until that call has left for good.
import { describe, expect, test } from 'vitest';
import { explain } from '../../machines/rules.ts';
import type { Capabilities } from '../../payment/capability.ts';
import type { CallResult } from '../../payment/outcome.ts';
import { approved, authorised, declined, type Life, SECOND } from '../support/payment-life.ts';

const IMPLICIT: Partial<Capabilities> = {
  remainder: 'implicit',
  maxCaptures: 1,
  releaseAfterCapture: 'none',
  resend: 'never',
  sequence: null,
  plans: ['immediate', 'collect'],
};
const collected = (): Life => {
  const life = authorised({ plan: { captures: 'collect', onDeadline: 'capture' } }, IMPLICIT);
  return life.capture('c-1', 3000, { final: false }).capture('c-2', 2000);
};
const due = (): Life => {
  const life = collected();
  while (life.state.running === null) life.fire('clock');
  return life;
};
const paused: CallResult = {
  outcome: 'not_performed',
  reason: 'breaker-open',
  busy: true,
  firstOnly: true,
  pausedFor: 30 * SECOND,
};

describe('a collection', () => {
  test('counts as the one capture that the provider takes', () => {
    const life = collected();
    expect(life.sums).toMatchObject({ reserved: 5000, capturable: 5000 });
    expect(life.capture('c-3', 1000, { final: true }).last).toMatchObject({ operation: 'c-3', amount: 6000 });
    expect(life.answer(approved).sums).toMatchObject({ captured: 6000, released: 4000 });
  });

  test.each([
    ['held back by our side', paused],
    ['refused as busy', declined('BUSY', {}, { busy: true, firstOnly: true })],
  ])('that the deadline sent goes out again where it was %s', (_name, result) => {
    const life = due();
    expect(life.last).toMatchObject({ amount: 5000, final: true });
    life.answer(result);
    expect(life.operation('c-1').state).toBe('planned');
    life.fire('repeat');
    expect(life.last).toMatchObject({ amount: 5000, final: true });
    expect(life.answer(approved).sums).toMatchObject({ captured: 5000, released: 5000 });
  });

  test('that is declined after the deadline asks for a person', () => {
    const life = due().answer(declined('no'));
    expect(life.attentions).toContain('deadline-reached');
  });
});

test('a release says that it would send what is collected', () => {
  const { would } = explain(collected().payment, { type: 'release', id: 'x' });
  expect(would).toMatchObject({ final: true, frees: 5000, calls: [{ operation: 'capture' }] });
  expect(would?.risks.join()).toContain('this sends the 5 000 that are collected');
});
