/** Captures that are collected, and what a deadline does. */
import { expect } from 'vitest';
import { DAY } from '../../support/contract-life.ts';
import type { Scenario } from '../../support/contract-scenario.ts';
import { noPlan, noVoid } from './reasons.ts';

const FEW = 60 * DAY;

export const plans: readonly Scenario[] = [
  {
    id: 'collect-final',
    rule: 'M1',
    title: 'collected captures go out as one, with the final one',
    without: noPlan('collect'),
    async play(stage) {
      const life = await stage.adopt({ plan: { captures: 'collect' } });
      for (const id of ['c-1', 'c-2']) expect((await life.capture(id, 150_000)).state).toBe('planned');
      expect(life.calls).toEqual([]);
      await life.capture('c-3', 100_000, true);
      await life.until(() => life.figures.held === 0);
      expect(life.calls.filter(({ action }) => action === 'capture')).toMatchObject([{ amount: 400_000 }]);
      expect(life.figures).toMatchObject({ captured: 400_000, released: 600_000, held: 0 });
      await stage.agrees(life);
    },
  },
  {
    id: 'collect-deadline',
    rule: 'M1',
    title: 'the deadline sends what was collected',
    without: noPlan('collect'),
    async play(stage) {
      const life = await stage.adopt({ plan: { captures: 'collect', onDeadline: 'capture' } });
      for (const id of ['c-1', 'c-2']) await life.capture(id, 150_000);
      await life.until(() => life.figures.held === 0, FEW);
      expect(life.calls.filter(({ action }) => action === 'capture')).toMatchObject([{ amount: 300_000 }]);
      expect(life.figures).toMatchObject({ captured: 300_000, released: 700_000 });
      await stage.agrees(life);
    },
  },
  {
    id: 'collect-withdrawn',
    rule: 'M1',
    title: 'a collected capture is withdrawn before it goes out',
    without: noPlan('collect'),
    async play(stage) {
      const life = await stage.adopt({ plan: { captures: 'collect' } });
      await life.capture('c-1', 150_000);
      await life.capture('c-2', 250_000);
      await life.do({ type: 'withdraw', id: 'w-1', capture: 'c-1' });
      expect(life.operation('c-1')).toMatchObject({ state: 'not_performed', reason: 'withdrawn' });
      await life.capture('c-3', 100_000, true);
      await life.until(() => life.figures.held === 0);
      expect(life.figures.captured).toBe(350_000);
      await stage.agrees(life);
    },
  },
  {
    id: 'collect-lost',
    rule: 'M3',
    title: 'the answer to a collection is lost: all its captures share one outcome',
    without: noPlan('collect'),
    async play(stage) {
      const life = await stage.adopt({ plan: { captures: 'collect' }, notices: 'keep' });
      await life.capture('c-1', 150_000);
      await stage.twin.fault('capture', { fault: 'lost-after' });
      await life.capture('c-2', 150_000, true);
      expect([life.operation('c-1').state, life.operation('c-2').state]).toEqual(['unknown', 'unknown']);
      await life.deliver();
      const ending = await stage.ends(life, 'c-2', stage.provider.afterLoss.after.capture);
      await life.until(() => life.figures.held === 0);
      expect(life.operation('c-1')).toMatchObject({ state: 'approved', booked: 150_000 });
      await stage.agrees(life);
      return ending === 'person' ? 'a person' : 'by itself';
    },
  },
  {
    id: 'deadline-release',
    rule: 'M6',
    title: 'the deadline gives back what is held',
    without: noVoid,
    async play(stage) {
      const life = await stage.adopt({ plan: { onDeadline: 'release' } });
      await life.until(() => life.figures.held === 0, FEW);
      expect(life.figures).toMatchObject({ released: 1_000_000, captured: 0 });
      await stage.agrees(life);
    },
  },
  {
    id: 'deadline-capture',
    rule: 'M6',
    title: 'the deadline captures what is held',
    async play(stage) {
      const life = await stage.adopt({ plan: { onDeadline: 'capture' } });
      await life.until(() => life.figures.held === 0, FEW);
      expect(life.figures).toMatchObject({ captured: 1_000_000, released: 0 });
      await stage.agrees(life);
    },
  },
  {
    id: 'deadline-alert',
    rule: 'M5',
    title: 'the deadline only asks a person, and a capture stays legal until the hold expires',
    async play(stage) {
      const life = await stage.adopt();
      await life.until(() => life.attentions.includes('deadline-reached'), FEW);
      expect(life.attentions).toContain('deadline-reached');
      expect(life.calls).toEqual([]);
      expect((await life.capture('c-1')).state).toBe('approved');
      await stage.agrees(life);
    },
  },
];
