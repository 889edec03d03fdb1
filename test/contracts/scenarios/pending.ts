/** Answers that leave the end open: nothing is taken for granted until the provider has said it. */
import { expect } from 'vitest';
import { HOUR } from '../../support/contract-life.ts';
import type { Scenario, Stage } from '../../support/contract-scenario.ts';
import { noAmount, noPending } from './reasons.ts';

type Ends = 'approved' | 'failed';
const ENDS: readonly Ends[] = ['approved', 'failed'];
const stateAfter = (ends: Ends) => (ends === 'failed' ? 'declined' : 'approved');

async function capture(stage: Stage, ends: Ends): Promise<void> {
  const life = await stage.adopt();
  await life.capture('c-1', stage.provider.amounts.pendingCapture);
  expect(['pending', 'unknown']).toContain(life.operation('c-1').state);
  expect(life.figures.capturable).toBeLessThan(1_000_000);
  await stage.twin.settle?.(life.sought, ends);
  await life.until(() => !['pending', 'unknown'].includes(life.operation('c-1').state));
  expect(life.operation('c-1').state).toBe(stateAfter(ends));
  await stage.agrees(life);
}

async function authorization(stage: Stage, ends: Ends): Promise<void> {
  const life = await stage.authorise(stage.provider.pending);
  expect(life.state.machine.value).toBe('awaiting');
  await stage.twin.settle?.(life.sought, ends);
  await life.until(() => life.payment.authorization.state !== 'pending', HOUR);
  expect(life.payment.authorization.state).toBe(stateAfter(ends));
  await stage.agrees(life);
}

export const pending: readonly Scenario[] = [
  ...ENDS.map(
    (ends): Scenario => ({
      id: `pending-capture-${ends}`,
      rule: 'M5',
      title: `a capture that is pending is ${ends} later`,
      uses: ['settle'],
      without: noAmount('pendingCapture', 'a capture is never pending'),
      play: (stage) => capture(stage, ends),
    }),
  ),
  ...ENDS.map(
    (ends): Scenario => ({
      id: `pending-authorization-${ends}`,
      rule: 'M5',
      title: `an authorisation that is pending is ${ends} later`,
      uses: ['settle'],
      without: noPending,
      play: (stage) => authorization(stage, ends),
    }),
  ),
];
