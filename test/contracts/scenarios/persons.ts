/** What a person with evidence says, and what is said against it. */
import { expect } from 'vitest';
import { HOUR } from '../../support/contract-life.ts';
import type { Scenario } from '../../support/contract-scenario.ts';
import { meeting } from './lost-answers.ts';
import { noTerminal } from './reasons.ts';

export const persons: readonly Scenario[] = [
  {
    id: 'resolved-approved',
    rule: 'M3',
    title: 'a person says that an unknown capture was booked; saying the contrary is refused',
    async play(stage) {
      const life = await meeting(stage, 'capture', { fault: 'lost-after' });
      await stage.resolved(life);
      expect(life.operation('c-1')).toMatchObject({ state: 'approved', booked: 300_000 });
      const same = { operation: 'c-1', outcome: 'approved', amount: 300_000 } as const;
      expect(await life.resolve(same)).toBeNull();
      expect(await life.resolve({ operation: 'c-1', outcome: 'not_performed' })).toBe('already-resolved');
      await life.deliver();
      expect(life.attentions).not.toContain('books-differ');
      await stage.agrees(life);
    },
  },
  {
    id: 'resolved-not-performed',
    rule: 'M10',
    title: 'a person says that an unknown capture had no effect, and another one goes out',
    async play(stage) {
      const life = await meeting(stage, 'capture', { fault: 'lost-before' });
      await stage.resolved(life);
      expect(life.operation('c-1').state).toBe('not_performed');
      expect((await life.capture('c-2', 200_000)).state).toBe('approved');
      await stage.agrees(life);
    },
  },
  {
    id: 'sweep-finds-nothing',
    rule: 'M5',
    title: 'a sweep that looks at a payment where nothing is open leaves no trace',
    async play(stage) {
      const life = await stage.adopt();
      await life.capture('c-1', 300_000);
      const before = life.state.ledger.length;
      for (let looks = 0; looks < 3; looks += 1) {
        life.take({ type: 'poke' });
        await life.rest();
      }
      expect(life.state.ledger).toHaveLength(before);
      await stage.agrees(life);
    },
  },
  {
    id: 'resolved-wrongly',
    rule: 'M3',
    title: 'a person was wrong: what the provider tells later stands against it, and nothing moves',
    uses: ['notices'],
    async play(stage) {
      const life = await meeting(stage, 'capture', { fault: 'lost-after' });
      expect(await life.resolve({ operation: 'c-1', outcome: 'not_performed' })).toBeNull();
      await life.deliver();
      await life.pass(HOUR);
      expect(life.attentions).toContain('books-differ');
      expect(life.ask({ type: 'capture', id: 'c-2', amount: 100_000 })).toMatchObject({
        accepted: false,
        rule: 'books-agree',
      });
    },
  },
  {
    id: 'terminal-in-turn',
    rule: 'M3',
    title: 'two payments at one terminal take turns, each under a number of its own',
    without: noTerminal,
    async play(stage) {
      const [one, other] = [await stage.adopt(), await stage.adopt()];
      await stage.twin.fault('capture', { fault: 'delay', at: 'after', delayMs: 200 });
      one.ask({ type: 'capture', id: 'c-1', amount: 300_000 });
      other.ask({ type: 'capture', id: 'c-1', amount: 200_000 });
      await one.rest();
      await other.rest();
      expect([one, other].map((life) => life.operation('c-1').state)).toEqual(['approved', 'approved']);
      expect(other.attentions).toEqual([]);
      expect(one.calls[0]?.allocated).not.toBe(other.calls[0]?.allocated);
      await stage.agrees(one);
      await stage.agrees(other);
    },
  },
  {
    id: 'terminal-blocked',
    rule: 'M3',
    title: 'an unknown outcome blocks the terminal for other payments until it is resolved',
    without: noTerminal,
    async play(stage) {
      const one = await meeting(stage, 'capture', { fault: 'lost-after' });
      expect(one.operation('c-1').state).toBe('unknown');
      const other = await stage.adopt();
      await other.capture('c-1', 200_000);
      expect(other.callsOf('c-1')).toEqual([]);
      expect(other.attentions).toContain('terminal-blocked');
      await other.pass(HOUR);
      expect(other.callsOf('c-1')).toEqual([]);
      await stage.resolved(one);
      await other.rest();
      expect(other.operation('c-1').state).toBe('approved');
      expect(other.attentions).not.toContain('terminal-blocked');
      await stage.agrees(other);
    },
  },
];
