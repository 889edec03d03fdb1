/** The provider's own books as the way out of not knowing, and what they do not prove. */
import { expect } from 'vitest';
import type { FaultOrder } from '../../support/contract-provider.ts';
import type { Scenario, Stage } from '../../support/contract-scenario.ts';
import { meeting, settles } from './lost-answers.ts';
import { either, noQuery } from './reasons.ts';

const noAbsence: NonNullable<Scenario['without']> = (_provider, { resend }) =>
  resend === 'same-key-once-absent' || resend === 'once-absent' ? null : 'absence proves nothing';

/** A capture that was booked, and books that do not say so at first: nothing is sent again. */
async function readsFailing(stage: Stage, order: FaultOrder): Promise<string> {
  const life = await meeting(stage, 'capture', { fault: 'lost-after' });
  await stage.twin.fault('read', order);
  const remark = await settles(stage, life, 'capture', 'after');
  expect(life.callsOf('c-1')).toHaveLength(1);
  return remark;
}

export const reads: readonly Scenario[] = [
  {
    id: 'not-found-yet',
    rule: 'M10',
    title: 'the books do not show the capture yet, then do: nothing is sent again',
    without: noQuery,
    play: (stage) => readsFailing(stage, { fault: 'not-yet', times: 2 }),
  },
  ...(['lost-before', 'garbage', 'http-500'] as const).map(
    (fault): Scenario => ({
      id: `read-${fault}`,
      rule: 'M3',
      title: `reads fail (${fault}) and then work: a failed one says nothing`,
      without: noQuery,
      play: (stage) => readsFailing(stage, { fault, times: 3 }),
    }),
  ),
  {
    id: 'absence-takes-time',
    rule: 'M10',
    title: 'a capture is sent again only once it was absent three times over the whole wait',
    without: either(noQuery, noAbsence),
    async play(stage) {
      const life = await meeting(stage, 'capture', { fault: 'lost-before' });
      const { absenceAfter, resendAfter } = stage.capabilities.timing;
      const remark = await settles(stage, life, 'capture', 'before');
      const [first = 0, second = 0] = life.sentAt;
      expect(life.callsOf('c-1')).toHaveLength(2);
      expect(second - first).toBeGreaterThanOrEqual(Math.max(absenceAfter, resendAfter));
      expect(life.reads.filter(({ operation }) => operation === 'c-1').length).toBeGreaterThanOrEqual(3);
      return remark;
    },
  },
  {
    id: 'absence-proves-nothing',
    rule: 'M10',
    title: 'where no repeat is safe, nothing is sent again however often it is not found',
    without: (_provider, { resend }) => (resend === 'never' ? null : 'a repeat is safe'),
    async play(stage) {
      const life = await meeting(stage, 'capture', { fault: 'lost-before' });
      const remark = await settles(stage, life, 'capture', 'before');
      expect(life.callsOf('c-1')).toHaveLength(1);
      return remark;
    },
  },
];
