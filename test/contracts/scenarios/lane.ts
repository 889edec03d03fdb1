/** One operation at a time, one effect per id. */
import { expect } from 'vitest';
import type { Scenario } from '../../support/contract-scenario.ts';
import { meeting } from './lost-answers.ts';
import { noRefund, oneCapture } from './reasons.ts';

export const lane: readonly Scenario[] = [
  {
    id: 'two-at-once',
    rule: 'M1',
    title: 'two captures at once go out one after the other',
    without: oneCapture,
    async play(stage) {
      const life = await stage.adopt();
      life.ask({ type: 'capture', id: 'c-1', amount: 300_000 });
      life.ask({ type: 'capture', id: 'c-2', amount: 200_000 });
      expect(life.operation('c-1').state).toBe('sent');
      expect(life.operation('c-2').state).toBe('planned');
      await life.rest();
      await life.until(() => life.operation('c-2').state === 'approved');
      expect(life.figures).toMatchObject({ captured: 500_000, held: 500_000 });
      await stage.agrees(life);
    },
  },
  {
    id: 'two-at-once-one-capture',
    rule: 'M1',
    title: 'of two captures at once, a provider of one capture is sent the first; the other is refused',
    without: (_provider, { maxCaptures }) => (maxCaptures === 1 ? null : 'captures are not limited to one'),
    async play(stage) {
      const life = await stage.adopt();
      life.ask({ type: 'capture', id: 'c-1', amount: 300_000 });
      expect(life.ask({ type: 'capture', id: 'c-2', amount: 200_000 })).toMatchObject({ accepted: false });
      await life.rest();
      expect(life.calls).toHaveLength(1);
      await stage.agrees(life);
    },
  },
  {
    id: 'same-id-twice',
    rule: 'M3',
    title: 'the same id with the same body is one operation, with another body a conflict',
    async play(stage) {
      const life = await stage.adopt();
      const command = { type: 'capture', id: 'c-1', amount: 300_000 } as const;
      life.ask(command);
      life.ask(command);
      await life.rest();
      const again = life.ask(command);
      expect(again).toMatchObject({ accepted: true, operation: { id: 'c-1', state: 'approved' } });
      expect(life.ask({ ...command, amount: 200_000 })).toMatchObject({ code: 'idempotency-conflict' });
      await life.rest();
      expect(life.calls).toHaveLength(1);
      await stage.agrees(life);
    },
  },
  {
    id: 'waits-behind-unknown',
    rule: 'M3',
    title: 'a capture waits behind one whose outcome is unknown, and goes out once that is known',
    without: oneCapture,
    async play(stage) {
      const life = await meeting(stage, 'capture', { fault: 'lost-after' });
      expect((await life.capture('c-2', 200_000)).state).toBe('planned');
      expect(life.callsOf('c-2')).toEqual([]);
      await life.deliver();
      await stage.ends(life, 'c-1', stage.provider.afterLoss.after.capture);
      await life.until(() => life.operation('c-2').state === 'approved');
      expect(life.figures.captured).toBe(500_000);
      await stage.agrees(life);
    },
  },
  {
    id: 'release-waits',
    rule: 'M1',
    title: 'a release waits until the capture before it is known, and gives back only what is left',
    without: (_provider, { releaseAfterCapture }) =>
      releaseAfterCapture === 'certain' ? null : 'no certain release after a capture',
    async play(stage) {
      const life = await meeting(stage, 'capture', { fault: 'lost-after' });
      expect((await life.release('r-1')).state).toBe('planned');
      expect(life.callsOf('r-1')).toEqual([]);
      await stage.ends(life, 'c-1', stage.provider.afterLoss.after.capture);
      await life.until(() => life.operation('r-1').state === 'approved');
      expect(life.figures).toMatchObject({ captured: 300_000, released: 700_000, held: 0 });
      await stage.agrees(life);
    },
  },
  {
    id: 'refund-behind-unknown-refund',
    rule: 'M2',
    title: 'while a refund is unknown, its amount cannot be refunded again',
    without: noRefund,
    async play(stage) {
      const life = await meeting(stage, 'refund', { fault: 'lost-after' });
      expect(life.ask({ type: 'refund', id: 'f-2', amount: 200_000 })).toMatchObject({
        accepted: false,
        rule: 'amount-exceeds-captured',
      });
      await life.deliver();
      await stage.ends(life, 'f-1', stage.provider.afterLoss.after.refund);
      await stage.agrees(life);
    },
  },
];
