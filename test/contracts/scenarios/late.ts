/** What becomes known after the engine had given up, or turns out otherwise. */
import { expect } from 'vitest';
import { DAY, HOUR } from '../../support/contract-life.ts';
import type { Scenario, Stage } from '../../support/contract-scenario.ts';
import { meeting } from './lost-answers.ts';

const onlyPerson: NonNullable<Scenario['without']> = ({ afterLoss }) =>
  afterLoss.after.capture === 'person' ? 'nothing but a person can tell' : null;

/** A capture that was booked, of which nobody hears anything for days. */
async function givenUp(stage: Stage) {
  const life = await meeting(stage, 'capture', { fault: 'lost-after' });
  if (stage.capabilities.query !== 'none')
    await stage.twin.fault('read', { fault: 'lost-before', times: 10_000 });
  await life.pass(3 * DAY);
  expect(life.operation('c-1').state).toBe('unknown');
  expect(life.attentions).toContain('outcome-unknown');
  return life;
}

export const late: readonly Scenario[] = [
  {
    id: 'late-success',
    rule: 'M3',
    title: 'after giving up, the provider’s late word settles it and takes the attention back',
    without: onlyPerson,
    async play(stage) {
      const life = await givenUp(stage);
      await stage.twin.clearFaults();
      await life.deliver();
      if (life.operation('c-1').state === 'unknown') life.take({ type: 'poke' });
      await life.rest();
      expect(life.operation('c-1')).toMatchObject({ state: 'approved', booked: 300_000 });
      expect(life.attentions).not.toContain('outcome-unknown');
      await stage.agrees(life);
    },
  },
  {
    id: 'late-failure',
    rule: 'M6',
    title: 'a booked capture fails late: it is reversed, and a person is asked',
    uses: ['failLate'],
    async play(stage) {
      const life = await stage.adopt();
      await life.capture('c-1', 300_000);
      await stage.twin.failLate?.(life.sought);
      await life.rest();
      expect(life.operation('c-1').state).toBe('reversed');
      expect(life.attentions).toContain('late-failure');
      await stage.agrees(life);
    },
  },
  {
    id: 'captured-elsewhere',
    rule: 'M4',
    title: 'a capture that we never asked for is seen, and a person is told',
    uses: ['elsewhere'],
    async play(stage) {
      const life = await stage.adopt();
      await stage.twin.elsewhere?.(life.sought, 250_000);
      return seen(stage, life);
    },
  },
  {
    id: 'captured-elsewhere-meanwhile',
    rule: 'M3',
    title: 'while ours is unknown somebody else captures another amount: it is not taken for ours',
    uses: ['elsewhere'],
    async play(stage) {
      const life = await meeting(stage, 'capture', { fault: 'lost-before' });
      await stage.twin.elsewhere?.(life.sought, 250_000);
      await life.deliver();
      await life.pass(DAY);
      expect(life.operation('c-1')).not.toMatchObject({ state: 'approved', booked: 250_000 });
      if (life.operation('c-1').state === 'unknown')
        expect(await life.resolve({ operation: 'c-1', outcome: 'not_performed' })).toBeNull();
      await life.rest();
      return seen(stage, life);
    },
  },
];

/** What was booked elsewhere is in the ledger, or nothing moves until a person has looked. */
async function seen(stage: Stage, life: Awaited<ReturnType<typeof givenUp>>): Promise<string> {
  // Books may lag, so that a difference counts only once it has stood for a while.
  await life.pass(HOUR);
  const { captured, held } = await stage.books(life);
  if (life.figures.captured === captured && life.figures.held === held) {
    await stage.agrees(life);
    return 'booked as observed';
  }
  const { attentions } = life;
  expect(attentions).toContain('books-differ');
  expect(life.ask({ type: 'capture', id: 'c-9', amount: 100_000 })).toMatchObject({ accepted: false });
  return 'a person';
}
