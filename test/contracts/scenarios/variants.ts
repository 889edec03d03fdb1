/** What a provider's sources do not agree on, and what an account may choose. */
import { expect } from 'vitest';
import type { Scenario, Stage } from '../../support/contract-scenario.ts';
import { type ContractLife, HOUR } from '../../support/contract-life.ts';
import { meeting } from './lost-answers.ts';
import { noRefund } from './reasons.ts';

/** A capture whose answer is lost, then a refund where there are any; whoever has to tell how it ended. */
async function lived(stage: Stage, life: ContractLife): Promise<void> {
  await life.deliver();
  await life.until(() => life.operation('c-1').state === 'approved', HOUR);
  await stage.resolved(life);
  expect(life.operation('c-1').state).toBe('approved');
  if (noRefund(stage.provider, stage.capabilities) !== null) return;
  await life.refund('f-1', 50_000, 'c-1');
  await life.until(() => life.operation('f-1').state === 'approved');
  expect(life.operation('f-1').state).toBe('approved');
  await stage.agrees(life);
}

async function counted(stage: Stage, when: 'before' | 'after'): Promise<void> {
  const account = stage.provider.counted ?? {};
  const life = await meeting(stage, 'capture', { fault: `lost-${when}` }, { account });
  await lived(stage, life);
  const references = life.callsOf('c-1').map(({ allocated }) => allocated);
  expect(references).toHaveLength(when === 'before' ? 2 : 1);
  expect(new Set(references).size).toBe(1);
  expect(references[0]).toMatch(/^\d+$/);
}

export const variants: readonly Scenario[] = [
  ...(['before', 'after'] as const).map(
    (when): Scenario => ({
      id: `counted-lost-${when}`,
      rule: 'M10',
      title: `references come from a counter: an answer is lost ${when} the booking, and the reference stays`,
      without: ({ counted }) => (counted === undefined ? 'references are derived' : null),
      play: (stage) => counted(stage, when),
    }),
  ),
  {
    id: 'sources-disagree',
    rule: 'M3',
    title:
      'the provider is as another of its sources has it: a lost answer, then a refund, and the books agree',
    without: ({ variants: ways = [] }) => (ways.length === 0 ? 'its sources agree' : null),
    async play(stage) {
      const { variants: ways = [] } = stage.provider;
      for (const { twin, back, account = {} } of ways) {
        await stage.twin.vary?.(twin);
        try {
          await lived(stage, await meeting(stage, 'capture', { fault: 'lost-after' }, { account }));
        } finally {
          await stage.twin.vary?.(back);
        }
      }
      return ways.map(({ name }) => name).join('; ');
    },
  },
];
