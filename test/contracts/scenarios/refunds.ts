/** Money that goes back: in parts, to its capture, and never more than was taken. */
import { expect } from 'vitest';
import type { Scenario } from '../../support/contract-scenario.ts';
import { either, noAnchor, noRefund, oneCapture } from './reasons.ts';

export const refunds: readonly Scenario[] = [
  {
    id: 'refund-in-parts',
    rule: 'M2',
    title: 'three refunds, the last of all that is left',
    without: noRefund,
    async play(stage) {
      const life = await stage.adopt();
      await life.capture('c-1', 300_000);
      for (const [n, amount] of [100_000, 1, undefined].entries())
        expect((await life.refund(`f-${n}`, amount)).state).toBe('approved');
      expect(life.figures).toMatchObject({ refunded: 300_000, refundable: 0 });
      expect(life.ask({ type: 'refund', id: 'f-9', amount: 1 })).toMatchObject({ accepted: false });
      await stage.agrees(life);
    },
  },
  {
    id: 'refund-more-than-captured',
    rule: 'M2',
    title: 'more than was captured is refused before anything is sent',
    without: noRefund,
    async play(stage) {
      const life = await stage.adopt();
      expect(life.ask({ type: 'refund', id: 'f-0', amount: 1 })).toMatchObject({ accepted: false });
      await life.capture('c-1', 300_000);
      const over = life.ask({ type: 'refund', id: 'f-1', amount: 300_001 });
      expect(over).toMatchObject({ accepted: false, code: 'amount-exceeds-captured' });
      expect(life.calls).toHaveLength(1);
      await stage.agrees(life);
    },
  },
  {
    id: 'refund-anchored',
    rule: 'M2',
    title: 'a refund names the capture that it gives back',
    without: either(noRefund, noAnchor),
    async play(stage) {
      const life = await stage.adopt();
      await life.capture('c-1', 300_000);
      expect(life.ask({ type: 'refund', id: 'f-0', amount: 1, capture: 'c-2' })).toMatchObject({
        accepted: false,
        rule: 'anchor-unknown',
      });
      expect((await life.refund('f-1', 120_000, 'c-1')).state).toBe('approved');
      const { providerReference } = life.operation('c-1');
      expect(life.callsOf('f-1')).toMatchObject([{ anchor: providerReference }]);
      expect((await life.refund('f-2', 1)).state).toBe('approved');
      await stage.agrees(life);
    },
  },
  {
    id: 'refund-of-one-of-two',
    rule: 'M2',
    title: 'a refund of one capture of two goes no further than that one',
    without: either(noRefund, oneCapture),
    async play(stage) {
      const life = await stage.adopt();
      await life.capture('c-1', 300_000);
      await life.capture('c-2', 200_000);
      expect(life.ask({ type: 'refund', id: 'f-0', amount: 200_001, capture: 'c-2' })).toMatchObject({
        accepted: false,
        code: 'amount-exceeds-captured',
      });
      expect((await life.refund('f-1', 200_000, 'c-2')).state).toBe('approved');
      await stage.agrees(life);
    },
  },
  {
    id: 'no-refunds',
    rule: 'M2',
    title: 'where nothing can be refunded, it is said before anything is sent',
    without: (_provider, { maxRefunds }) => (maxRefunds === 0 ? null : 'there are refunds'),
    async play(stage) {
      const life = await stage.adopt();
      await life.capture('c-1', 300_000);
      expect(life.ask({ type: 'refund', id: 'f-1', amount: 1 })).toMatchObject({
        accepted: false,
        code: 'unsupported-by-provider',
      });
      expect(life.calls).toHaveLength(1);
      await stage.agrees(life);
    },
  },
];
