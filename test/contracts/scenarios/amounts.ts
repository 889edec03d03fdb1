/** Captures to the unit: of everything, of all but one unit, of more than there is. */
import { expect } from 'vitest';
import type { Scenario } from '../../support/contract-scenario.ts';
import { manyCaptures, noAmount, noAuthorization, noSequence, notImplicit, oneCapture } from './reasons.ts';

export const amounts: readonly Scenario[] = [
  {
    id: 'adopt-and-capture',
    rule: 'M3',
    title: 'a hold that was made elsewhere is taken over and captured',
    async play(stage) {
      const life = await stage.adopt();
      expect(life.payment).toMatchObject({ adopted: true, authorization: { state: 'approved' } });
      expect(await life.capture('c-1', 300_000)).toMatchObject({ state: 'approved', booked: 300_000 });
      await stage.agrees(life);
    },
  },
  {
    id: 'authorise-and-capture',
    rule: 'M3',
    title: 'a hold is asked for and captured',
    without: noAuthorization,
    async play(stage) {
      const life = await stage.held();
      expect(life.payment.authorization.state).toBe('approved');
      expect(await life.capture('c-1', 300_000)).toMatchObject({ state: 'approved', booked: 300_000 });
      await stage.agrees(life);
    },
  },
  {
    id: 'remainder-0',
    rule: 'M6',
    title: 'a capture of everything leaves nothing held, here and there',
    async play(stage) {
      const life = await stage.adopt();
      await life.capture('c-1');
      expect(life.figures).toMatchObject({ captured: 1_000_000, held: 0, capturable: 0 });
      expect(life.state.machine.value).toBe('captured');
      expect((await stage.books(life)).held).toBe(0);
      expect(life.ask({ type: 'capture', id: 'c-2', amount: 1 })).toMatchObject({ accepted: false });
      await stage.agrees(life);
    },
  },
  {
    id: 'remainder-1',
    rule: 'M6',
    title: 'one minor unit is left, and leaves the hold by an entry of its own',
    async play(stage) {
      const life = await stage.adopt();
      await life.capture('c-1', 999_999);
      if (stage.capabilities.maxCaptures === 1) expect(life.figures.released).toBe(1);
      else await life.capture('c-2', 1);
      await life.until(() => life.figures.held === 0);
      expect(life.figures.held).toBe(0);
      await stage.agrees(life);
    },
  },
  {
    id: 'capture-1',
    rule: 'M7',
    title: 'a capture of one minor unit',
    async play(stage) {
      const life = await stage.adopt();
      expect(await life.capture('c-1', 1)).toMatchObject({ state: 'approved', booked: 1 });
      await stage.agrees(life);
    },
  },
  {
    id: 'captures-in-parts',
    rule: 'M1',
    title: 'five captures, and their sum to the unit',
    without: oneCapture,
    async play(stage) {
      const life = await stage.adopt();
      for (const [n, amount] of [100_000, 3, 250_001, 199_996, 450_000].entries())
        expect((await life.capture(`c-${n}`, amount)).state).toBe('approved');
      expect(life.figures).toMatchObject({ captured: 1_000_000, held: 0 });
      await stage.agrees(life);
    },
  },
  {
    id: 'second-capture-refused',
    rule: 'M1',
    title: 'a second capture is refused before anything is sent',
    without: manyCaptures,
    async play(stage) {
      const life = await stage.adopt();
      await life.capture('c-1', 300_000);
      expect(life.ask({ type: 'capture', id: 'c-2', amount: 1 })).toMatchObject({ accepted: false });
      expect(life.calls).toHaveLength(1);
      await stage.agrees(life);
    },
  },
  {
    id: 'more-than-capturable',
    rule: 'M1',
    title: 'more than is held, zero, less than zero and fractions are refused before anything is sent',
    async play(stage) {
      const life = await stage.adopt();
      const over = life.ask({ type: 'capture', id: 'c-1', amount: 1_000_001 });
      expect(over).toMatchObject({ accepted: false, code: 'amount-exceeds-capturable' });
      for (const amount of [0, -1, 0.5, Number.MAX_SAFE_INTEGER + 1])
        expect(life.ask({ type: 'capture', id: 'c-1', amount })).toMatchObject({ code: 'validation' });
      const other = life.ask({ type: 'capture', id: 'c-1', amount: 1, currency: 'GBP' });
      expect(other).toMatchObject({ code: 'currency-mismatch' });
      expect(life.calls).toEqual([]);
      await stage.agrees(life);
    },
  },
  {
    id: 'final-false-refused',
    rule: 'M6',
    title: 'where a capture frees the rest, keeping it is refused and not promised',
    without: notImplicit,
    async play(stage) {
      const life = await stage.adopt();
      const asked = life.ask({ type: 'capture', id: 'c-1', amount: 300_000, final: false });
      expect(asked).toMatchObject({ accepted: false, code: 'unsupported-by-provider' });
      expect(life.calls).toEqual([]);
      await stage.agrees(life);
    },
  },
  {
    id: 'numbers-run-out',
    rule: 'M4',
    title: 'every number is used once, and then the limit refuses',
    without: noSequence,
    async play(stage) {
      const life = await stage.adopt({ notices: 'keep' });
      const most = stage.capabilities.sequence?.max ?? 0;
      for (let n = 1; n <= most; n += 1) await life.capture(`c-${n}`, 100);
      expect(life.ask({ type: 'capture', id: 'over', amount: 100 })).toMatchObject({
        accepted: false,
        code: 'capture-limit-reached',
      });
      expect(life.figures.captured).toBe(most * 100);
      await life.deliver();
      await stage.agrees(life);
    },
  },
  {
    id: 'answered-otherwise',
    rule: 'M7',
    title: 'an answer names another amount than was booked: it is not believed',
    without: noAmount('answeredOtherwise', 'answers name no other amount'),
    async play(stage) {
      const life = await stage.adopt();
      const amount = stage.provider.amounts.answeredOtherwise ?? 0;
      await life.capture('c-1', amount);
      expect(life.entries('c-1')).toContain('capture.unknown');
      expect(life.attentions).toContain('amount-differs');
      return remarkOf(await stage.ends(life, 'c-1', stage.provider.afterLoss.after.capture));
    },
  },
  {
    id: 'booked-otherwise',
    rule: 'M7',
    title: 'something else is booked than was asked: it is booked as it is, and a person is told',
    without: noAmount('bookedOtherwise', 'what is asked is booked'),
    async play(stage) {
      const life = await stage.adopt();
      const { asked = 0, booked = 0 } = stage.provider.amounts.bookedOtherwise ?? {};
      await life.capture('c-1', asked);
      expect(life.attentions).toContain('amount-differs');
      await life.until(() => life.operation('c-1').state !== 'unknown');
      if (life.operation('c-1').state === 'unknown') {
        await stage.resolved(life);
        return 'a person';
      }
      expect(life.operation('c-1')).toMatchObject({ state: 'approved', booked });
      await stage.agrees(life);
      return 'by itself';
    },
  },
];

const remarkOf = (ending: string): string => (ending === 'person' ? 'a person' : 'by itself');
