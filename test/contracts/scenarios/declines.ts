/** A provider's no, for one operation or for the hold, and what it locks. */
import { expect } from 'vitest';
import type { Scenario } from '../../support/contract-scenario.ts';
import { either, noAmount, noAuthorization, noFailureCount, noRefund } from './reasons.ts';

const needed = (amount: number | undefined): number => {
  if (amount === undefined) throw new Error('the twin has no such amount');
  return amount;
};

export const declines: readonly Scenario[] = [
  {
    id: 'declined-authorization',
    rule: 'M1',
    title: 'a declined authorisation holds nothing, and nothing can be captured',
    without: either(noAuthorization, noAmount('declinedAuthorization', 'not scripted')),
    async play(stage) {
      const { amounts, authorise } = stage.provider;
      const life = await stage.authorise(authorise, { amount: needed(amounts.declinedAuthorization) });
      expect(life.state.machine.value).toBe('declined');
      expect(life.ask({ type: 'capture', id: 'c-1' })).toMatchObject({ accepted: false, rule: 'authorized' });
      expect(life.calls).toHaveLength(1);
      await stage.agrees(life);
    },
  },
  {
    id: 'partial-approval',
    rule: 'M1',
    title: 'less is approved than was asked, and captures are measured by that',
    without: either(noAuthorization, noAmount('partial', 'all or nothing is approved')),
    async play(stage) {
      const { amounts, authorise } = stage.provider;
      const { asked = 0, approved = 0 } = amounts.partial ?? {};
      const life = await stage.authorise(authorise, { amount: asked });
      expect(life.figures).toMatchObject({ authorized: approved, held: approved });
      const over = life.ask({ type: 'capture', id: 'c-1', amount: approved + 1 });
      expect(over).toMatchObject({ accepted: false, rule: 'amount-exceeds-capturable' });
      expect((await life.capture('c-2', approved)).state).toBe('approved');
      await stage.agrees(life);
    },
  },
  {
    id: 'declined-capture',
    rule: 'M10',
    title: 'a capture is declined, and a smaller one under another id goes through',
    without: noAmount('declinedCapture', 'not scripted'),
    async play(stage) {
      const life = await stage.adopt();
      const first = await life.capture('c-1', needed(stage.provider.amounts.declinedCapture));
      expect(first.state).toBe('declined');
      expect(life.figures).toMatchObject({ captured: 0, held: 1_000_000, reserved: 0 });
      expect((await life.capture('c-2', 50_000)).state).toBe('approved');
      await stage.agrees(life);
    },
  },
  {
    id: 'declined-refund',
    rule: 'M2',
    title: 'a refund is declined, and another goes through',
    without: either(noRefund, noAmount('declinedRefund', 'not scripted')),
    async play(stage) {
      const life = await stage.adopt();
      await life.capture('c-1', 300_000);
      const first = await life.refund('f-1', needed(stage.provider.amounts.declinedRefund));
      expect(first.state).toBe('declined');
      expect((await life.refund('f-2', 50_000)).state).toBe('approved');
      await stage.agrees(life);
    },
  },
  {
    id: 'brake-and-lock',
    rule: 'M1',
    title:
      'after three failures only an override sends; after five everything waits until the lock is lifted',
    uses: ['unlock'],
    without: noFailureCount,
    async play(stage) {
      const life = await stage.adopt();
      const amount = needed(stage.provider.amounts.declinedCapture);
      const { brake, lock } = stage.capabilities.failures ?? { brake: 0, lock: 0 };
      for (let n = 1; n <= brake; n += 1)
        expect((await life.capture(`c-${n}`, amount)).state).toBe('declined');
      expect(life.attentions).toContain('failure-brake');
      expect(life.ask({ type: 'capture', id: 'braked', amount: 50_000 })).toMatchObject({ rule: 'brake' });
      for (let n = brake + 1; n <= lock; n += 1) {
        await life.do({ type: 'capture', id: `c-${n}`, amount, override: true });
        expect(life.operation(`c-${n}`).state).toBe('declined');
      }
      expect(life.state.machine.value).toBe('locked');
      const locked = life.ask({ type: 'capture', id: 'locked', amount: 50_000, override: true });
      expect(locked).toMatchObject({ accepted: false, code: 'payment-locked' });
      await stage.twin.unlock?.(life.sought);
      expect(await life.resolve({ lock: 'lifted' })).toBeNull();
      expect((await life.capture('c-9', 50_000)).state).toBe('approved');
      await stage.agrees(life);
    },
  },
  {
    id: 'brake-of-refunds',
    rule: 'M2',
    title: 'failed refunds count for themselves: they brake refunds, and captures go on',
    without: either(noFailureCount, noRefund),
    async play(stage) {
      const life = await stage.adopt();
      await life.capture('c-1', 300_000);
      const amount = needed(stage.provider.amounts.declinedRefund);
      const brake = stage.capabilities.failures?.brake ?? 0;
      for (let n = 1; n <= brake; n += 1)
        expect((await life.refund(`f-${n}`, amount)).state).toBe('declined');
      expect(life.attentions).toContain('failure-brake');
      expect(life.ask({ type: 'refund', id: 'braked', amount: 50_000 })).toMatchObject({ rule: 'brake' });
      expect((await life.capture('c-2', 50_000)).state).toBe('approved');
      await life.do({ type: 'refund', id: 'f-9', amount: 50_000, override: true });
      expect(life.operation('f-9').state).toBe('approved');
      expect(life.attentions).not.toContain('failure-brake');
      await stage.agrees(life);
    },
  },
  {
    id: 'brake-resets',
    rule: 'M1',
    title: 'an approved capture ends the count of failures',
    without: noFailureCount,
    async play(stage) {
      const life = await stage.adopt();
      const amount = needed(stage.provider.amounts.declinedCapture);
      for (const id of ['c-1', 'c-2']) expect((await life.capture(id, amount)).state).toBe('declined');
      expect((await life.capture('c-3', 50_000)).state).toBe('approved');
      for (const id of ['c-4', 'c-5']) expect((await life.capture(id, amount)).state).toBe('declined');
      expect(life.attentions).not.toContain('failure-brake');
      await stage.agrees(life);
    },
  },
];
