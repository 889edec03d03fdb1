/** What a provider tells unasked: twice, out of order, too early, not at all, or not by the provider. */
import { expect } from 'vitest';
import { HOUR } from '../../support/contract-life.ts';
import type { Scenario } from '../../support/contract-scenario.ts';
import { noAuthorization, noQuery } from './reasons.ts';

const once = (entries: readonly string[], type: string): void =>
  expect(entries.filter((one) => one === type)).toHaveLength(1);

export const notices: readonly Scenario[] = [
  {
    id: 'notice-duplicate',
    rule: 'M3',
    title: 'a notice that comes twice changes nothing the second time',
    uses: ['notices'],
    async play(stage) {
      const life = await stage.adopt();
      await stage.twin.fault('capture', { fault: 'notify-duplicate' });
      await life.capture('c-1', 300_000);
      expect(life.told).toBeGreaterThan(1);
      once(life.entries('c-1'), 'capture.approved');
      expect(life.attentions).toEqual([]);
      await stage.agrees(life);
    },
  },
  {
    id: 'notice-reordered',
    rule: 'M4',
    title: 'notices that come in the wrong order end as those in the right one',
    uses: ['notices'],
    async play(stage) {
      const life = await stage.adopt({ notices: 'keep' });
      await life.capture('c-1', 300_000);
      if (stage.capabilities.maxCaptures === 1) await life.refund('f-1', 120_000);
      else await life.capture('c-2', 200_000);
      await life.arrived();
      expect(life.kept.length).toBeGreaterThan(1);
      await life.deliver((kept) => kept.toReversed());
      expect(life.attentions).toEqual([]);
      await stage.agrees(life);
    },
  },
  {
    id: 'notice-before-answer',
    rule: 'M3',
    title: 'the notice of a capture comes before the answer to it',
    uses: ['notices'],
    async play(stage) {
      const life = await stage.adopt();
      await stage.twin.fault('capture', { fault: 'delay', at: 'after', delayMs: 300 });
      await life.capture('c-1', 300_000);
      await life.until(() => life.operation('c-1').state === 'approved');
      once(life.entries('c-1'), 'capture.approved');
      await stage.agrees(life);
    },
  },
  {
    id: 'notice-before-authorization',
    rule: 'M3',
    title: 'the notice of an authorisation comes before the answer that names it',
    uses: ['notices'],
    without: noAuthorization,
    async play(stage) {
      await stage.twin.fault('authorization', { fault: 'delay', at: 'after', delayMs: 300 });
      const life = await stage.authorise(stage.provider.authorise);
      expect(life.payment.authorization).toMatchObject({ state: 'approved' });
      expect(life.payment.authorization.hold).not.toBeNull();
      await life.capture('c-1', 300_000);
      await life.until(() => life.operation('c-1').state === 'approved');
      await stage.agrees(life);
    },
  },
  {
    id: 'notice-dropped',
    rule: 'M3',
    title: 'no notice ever comes, and the answers are enough',
    uses: ['notices'],
    async play(stage) {
      const life = await stage.adopt();
      await stage.twin.fault('capture', { fault: 'notify-drop' });
      expect((await life.capture('c-1', 300_000)).state).toBe('approved');
      await stage.agrees(life);
    },
  },
  {
    id: 'notice-before-books',
    rule: 'M3',
    title: 'a notice leads to books that do not show yet what it tells of: nothing differs',
    uses: ['notices'],
    without: noQuery,
    async play(stage) {
      const life = await stage.adopt({ notices: 'keep' });
      await life.capture('c-1', 300_000);
      await life.arrived();
      await stage.twin.fault('read', { fault: 'not-yet', times: 2 });
      await life.deliver();
      expect(life.reads.length).toBeGreaterThan(0);
      await life.pass(HOUR);
      expect(life.attentions).toEqual([]);
      await stage.agrees(life);
    },
  },
  {
    id: 'notice-forged',
    rule: 'M8',
    title: 'a notice that the provider never sent moves nothing',
    uses: ['notices'],
    async play(stage) {
      const life = await stage.adopt();
      const before = life.state.ledger.length;
      const arrived = stage.arrivals.length;
      await stage.twin.forge?.(life.sought);
      await life.rest();
      expect(stage.arrivals.length).toBeGreaterThan(arrived);
      expect(life.state.ledger).toHaveLength(before);
      await stage.agrees(life);
      return stage.arrivals.slice(arrived).includes('forged') ? 'refused' : 'only looked into';
    },
  },
  {
    id: 'notice-of-another',
    rule: 'M3',
    title: 'what is told of one payment does not touch another',
    uses: ['notices'],
    async play(stage) {
      const one = await stage.adopt();
      const other = await stage.adopt();
      const before = other.state.ledger.length;
      await one.capture('c-1', 300_000);
      expect(other.state.ledger).toHaveLength(before);
      await stage.agrees(one);
      await stage.agrees(other);
    },
  },
];
