/** Holds that wait for a customer, end by themselves, or were given up. */
import { expect } from 'vitest';
import { openOperations } from '../../support/contract-judge.ts';
import { type ContractLife, DAY, MINUTE } from '../../support/contract-life.ts';
import type { Scenario, Stage } from '../../support/contract-scenario.ts';
import { meeting } from './lost-answers.ts';
import { noRedirect, noVoid } from './reasons.ts';

export const holds: readonly Scenario[] = [
  {
    id: 'redirect-completed',
    rule: 'M5',
    title: 'the customer is sent elsewhere and comes back',
    uses: ['customer'],
    without: noRedirect,
    async play(stage) {
      const life = await stage.authorise(stage.provider.redirect);
      expect(life.payment.authorization).toMatchObject({ state: 'pending', redirectUrl: expect.any(String) });
      await stage.twin.customer?.(life.sought, 'complete');
      await life.rest();
      await life.until(() => life.payment.authorization.state !== 'pending', 90 * MINUTE);
      expect(life.payment.authorization.state).toBe('approved');
      expect((await life.capture('c-1', 300_000)).state).toBe('approved');
      await stage.agrees(life);
    },
  },
  {
    id: 'redirect-abandoned',
    rule: 'M5',
    title: 'the customer never comes back: the authorisation ends without effect',
    uses: ['customer'],
    without: noRedirect,
    async play(stage) {
      const life = await stage.authorise(stage.provider.redirect);
      await life.pass(2 * stage.capabilities.timing.awaitUntil);
      expect(life.payment.authorization).toMatchObject({ state: 'not_performed' });
      expect(life.state.machine.value).toBe('declined');
      await stage.agrees(life);
    },
  },
  {
    id: 'redirect-late',
    rule: 'M5',
    title: 'the customer comes back after that: the hold is taken up again, and a person is told',
    uses: ['customer', 'notices'],
    without: noRedirect,
    async play(stage) {
      const life = await stage.authorise(stage.provider.redirect);
      await life.pass(2 * stage.capabilities.timing.awaitUntil);
      expect(life.payment.authorization.state).toBe('not_performed');
      await stage.twin.customer?.(life.sought, 'complete');
      await life.rest();
      await life.until(() => life.payment.authorization.state === 'approved', DAY);
      expect(life.payment.authorization.state).toBe('approved');
      expect(life.attentions).toContain('observed-elsewhere');
      await stage.agrees(life);
    },
  },
  {
    id: 'expired-and-captured',
    rule: 'M6',
    title: 'the hold ended there before we captured: refused, and what was held has lapsed in the end',
    uses: ['expire'],
    async play(stage) {
      const life = await stage.adopt();
      await stage.twin.expire?.(life.sought);
      const capture = await life.capture('c-1', 300_000);
      expect(['declined', 'not_performed', 'unknown']).toContain(capture.state);
      return lapsed(stage, life);
    },
  },
  {
    id: 'expired',
    rule: 'M6',
    title: 'the hold ends and nobody asks: what was held lapses, with a person warned before',
    uses: ['expire'],
    async play(stage) {
      const life = await stage.adopt();
      await stage.twin.expire?.(life.sought);
      const remark = await lapsed(stage, life);
      expect(life.entries()).toContain('deadline.reached');
      expect(life.state.machine.value).toBe('expired');
      return remark;
    },
  },
  ...(['capture', 'release'] as const).map(
    (kind): Scenario => ({
      id: `lapsed-then-resolved-${kind}`,
      rule: 'M1',
      title: `a ${kind} becomes known only after the hold had lapsed: what was booked had not lapsed`,
      ...(kind === 'release' ? { without: noVoid } : {}),
      play: (stage) => resolvedAfterLapse(stage, kind),
    }),
  ),
];

/** Time passes until nothing is held; where the books show what they showed before, a person says that it lapsed. */
async function lapsed(stage: Stage, life: ContractLife): Promise<string> {
  await life.until(() => life.figures.held === 0, 60 * DAY);
  const alone = life.figures.held === 0;
  if (!alone) {
    expect(life.attentions).toContain('deadline-reached');
    expect(await life.resolve({ remainder: 'lapsed' })).toBeNull();
  }
  expect(life.figures).toMatchObject({ held: 0, captured: 0, lapsed: 1_000_000 });
  await stage.agrees(life);
  return alone ? 'by itself' : 'a person';
}

async function resolvedAfterLapse(stage: Stage, kind: 'capture' | 'release'): Promise<void> {
  const { capabilities, twin } = stage;
  const life = await meeting(stage, kind, { fault: 'lost-after' });
  if (capabilities.query !== 'none') await twin.fault('read', { fault: 'lost-before', times: 10_000 });
  const { validity, lapseAfter } = capabilities.timing;
  await life.pass((validity ?? 0) + lapseAfter + DAY);
  expect(openOperations(life)).toMatchObject([{ kind, state: 'unknown' }]);
  await twin.clearFaults();
  const expire = async (): Promise<void> => {
    if ((await stage.books(life)).held > 0) await twin.expire?.(life.sought);
  };
  // Where the books can be read, nothing lapses before they said so; elsewhere the clock has.
  if (life.figures.lapsed > 0) await expire();
  await stage.resolved(life);
  await expire();
  await life.until(() => life.figures.held === 0, 10 * DAY);
  if (life.figures.held > 0) expect(await life.resolve({ remainder: 'lapsed' })).toBeNull();
  const booked = kind === 'capture' ? { captured: 300_000 } : { captured: 0, released: 1_000_000, lapsed: 0 };
  expect(life.figures).toMatchObject({ ...booked, held: 0 });
  await stage.agrees(life);
}
