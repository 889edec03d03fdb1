/** How what is not captured leaves the hold. */
import { expect } from 'vitest';
import type { Scenario } from '../../support/contract-scenario.ts';
import { either, noAmount, noSeparateCancel, notImplicit, noVoid, oneCapture } from './reasons.ts';

export const rests: readonly Scenario[] = [
  {
    id: 'partial-and-final',
    rule: 'M6',
    title: 'a part, then a last part: the rest is given back with it',
    without: oneCapture,
    async play(stage) {
      const life = await stage.adopt();
      await life.capture('c-1', 300_000);
      await life.capture('c-2', 200_000, true);
      await life.until(() => life.figures.held === 0);
      expect(life.figures).toMatchObject({ captured: 500_000, released: 500_000, held: 0 });
      await stage.agrees(life);
    },
  },
  {
    id: 'implicit-rest',
    rule: 'M6',
    title: 'a capture of a part frees the rest, and the ledger says so',
    without: notImplicit,
    async play(stage) {
      const life = await stage.adopt();
      await life.capture('c-1', 300_000);
      expect(life.figures).toMatchObject({ captured: 300_000, released: 700_000, held: 0 });
      expect(life.operation('c-1.rest')).toMatchObject({ kind: 'release', releaseKind: 'implicit' });
      expect(life.calls).toHaveLength(1);
      await stage.agrees(life);
    },
  },
  {
    id: 'void',
    rule: 'M6',
    title: 'with nothing captured the whole hold is given back, and nothing can be captured after',
    without: noVoid,
    async play(stage) {
      const life = await stage.adopt();
      expect((await life.release('r-1')).state).toBe('approved');
      expect(life.figures).toMatchObject({ released: 1_000_000, held: 0 });
      expect(life.ask({ type: 'capture', id: 'c-1' })).toMatchObject({ accepted: false });
      await stage.agrees(life);
    },
  },
  {
    id: 'release-after-part',
    rule: 'M6',
    title: 'after a part the rest is given back, or it is said that it cannot be',
    async play(stage) {
      const life = await stage.adopt();
      await life.capture('c-1', 300_000);
      const asked = life.ask({ type: 'release', id: 'r-1' });
      await life.rest();
      await life.until(() => !asked.accepted || !['planned', 'sent'].includes(life.operation('r-1').state));
      await stage.agrees(life);
      if (!asked.accepted) {
        expect(life.calls).toHaveLength(1);
        return 'refused, nothing is left';
      }
      if (life.operation('r-1').state === 'approved') {
        expect(life.figures.held).toBe(0);
        return 'given back';
      }
      expect(life.operation('r-1').state).toBe('declined');
      expect(life.state.machine.value).toBe('lapsing');
      expect(life.attentions).toContain('lapsing');
      return 'it lapses';
    },
  },
  {
    id: 'rest-cancelled',
    rule: 'M6',
    title: 'the rest of a final capture is an operation of its own, with its own key',
    without: noSeparateCancel,
    async play(stage) {
      const life = await stage.adopt();
      await life.capture('c-1', 300_000, true);
      await life.until(() => life.figures.held === 0);
      expect(life.operation('c-1')).toMatchObject({ state: 'approved', booked: 300_000 });
      expect(life.operation('c-1.rest')).toMatchObject({
        kind: 'release',
        state: 'approved',
        booked: 700_000,
      });
      expect(life.callsOf('c-1.rest')).toHaveLength(1);
      await stage.agrees(life);
    },
  },
  {
    id: 'rest-refused-for-now',
    rule: 'M6',
    title: 'the cancellation of the rest is refused for now: a person is asked, and can ask again',
    without: either(noSeparateCancel, noAmount('restRefusedForNow', 'not scripted')),
    async play(stage) {
      const rest = stage.provider.amounts.restRefusedForNow ?? 0;
      const life = await stage.adopt({ amount: rest + 200_000 });
      await life.capture('c-1', 200_000, true);
      await life.until(() => life.attentions.includes('remainder-not-released'));
      expect(life.operation('c-1.rest').state).toBe('declined');
      expect(life.attentions).toContain('remainder-not-released');
      expect(life.ask({ type: 'capture', id: 'c-2', amount: 100 })).toMatchObject({ accepted: false });
      await life.release('r-2');
      expect(life.operation('r-2').state).toBe('declined');
      await stage.agrees(life);
    },
  },
  {
    id: 'rest-refused-for-good',
    rule: 'M6',
    title: 'the cancellation of the rest is refused for good: it is lapsing',
    without: either(noSeparateCancel, noAmount('restRefusedForGood', 'not scripted')),
    async play(stage) {
      const rest = stage.provider.amounts.restRefusedForGood ?? 0;
      const life = await stage.adopt({ amount: rest + 200_000 });
      await life.capture('c-1', 200_000, true);
      await life.until(() => life.attentions.includes('lapsing'));
      expect(life.operation('c-1.rest').state).toBe('declined');
      expect(life.state.machine.value).toBe('lapsing');
      await stage.agrees(life);
    },
  },
  {
    id: 'rest-lost',
    rule: 'M3',
    title:
      'the answer to the cancellation of the rest is lost: the capture stands, the rest is cancelled once',
    without: noSeparateCancel,
    async play(stage) {
      const life = await stage.adopt();
      await stage.twin.fault('release', { fault: 'lost-after' });
      await life.capture('c-1', 300_000, true);
      expect(life.operation('c-1').state).toBe('approved');
      await life.until(() => life.figures.held === 0);
      expect(life.entries('c-1.rest')).toContain('release.unknown');
      expect(life.figures).toMatchObject({ captured: 300_000, released: 700_000, held: 0 });
      await stage.agrees(life);
    },
  },
];
