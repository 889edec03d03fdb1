/** M3 where an answer gets lost: of each operation, before the provider booked it and after. */
import { expect } from 'vitest';
import type { OperationKind } from '../../../payment/operation.ts';
import type { ContractLife } from '../../support/contract-life.ts';
import type { Ending, FaultOrder } from '../../support/contract-provider.ts';
import type { Opening, Scenario, Stage } from '../../support/contract-scenario.ts';
import { noAuthorization, noRefund, noVoid } from './reasons.ts';

const NAMES = {
  authorization: 'authorization',
  capture: 'c-1',
  release: 'r-1',
  refund: 'f-1',
} as const satisfies Record<OperationKind, string>;

export const remark = (ending: Ending): string => (ending === 'person' ? 'a person' : 'by itself');

/** A payment whose operation of this kind met the fault; notices are kept, so that nothing but the answer was heard. */
export async function meeting(
  stage: Stage,
  kind: OperationKind,
  order: FaultOrder,
  opening: Opening = {},
): Promise<ContractLife> {
  const { twin, provider } = stage;
  if (kind === 'authorization') {
    await twin.fault(kind, order);
    return stage.authorise(provider.authorise, { ...opening, notices: 'keep' });
  }
  const life = await stage.adopt({ ...opening, notices: 'keep' });
  if (kind === 'refund') {
    await life.capture('c-1', 300_000);
    await life.deliver();
    life.notices = 'keep';
  }
  await twin.fault(kind, order);
  if (kind === 'capture') await life.capture(NAMES.capture, 300_000);
  else if (kind === 'release') await life.release(NAMES.release);
  else await life.refund(NAMES.refund, 120_000);
  return life;
}

/** What was asked stands as unknown and as nothing else; then it ends as the provider's file says. */
export async function settles(
  stage: Stage,
  life: ContractLife,
  kind: OperationKind,
  when: 'before' | 'after',
): Promise<string> {
  const id = NAMES[kind];
  expect(life.operation(id).state).toBe('unknown');
  expect(life.entries(id)).not.toContain(`${kind}.declined`);
  await life.deliver();
  const ending = await stage.ends(life, id, stage.provider.afterLoss[when][kind]);
  expect(life.entries(id)).not.toContain(`${kind}.declined`);
  return remark(ending);
}

interface LostKind {
  readonly kind: OperationKind;
  readonly title: string;
  readonly without: NonNullable<Scenario['without']>;
}

export const LOST_KINDS: readonly LostKind[] = [
  { kind: 'authorization', title: 'an authorisation', without: noAuthorization },
  { kind: 'capture', title: 'a capture', without: () => null },
  { kind: 'release', title: 'a void', without: noVoid },
  { kind: 'refund', title: 'a refund', without: noRefund },
];

/** Two answers of one capture get lost, the first before it was booked. */
async function lostTwice(stage: Stage, second: 'before' | 'after'): Promise<string> {
  const { resend } = stage.capabilities;
  const never = resend === 'never';
  const life = await meeting(stage, 'capture', { fault: 'lost-before' });
  await stage.twin.fault('capture', { fault: `lost-${second}` });
  expect(life.operation('c-1').state).toBe('unknown');
  if (!never) {
    await life.until(() => life.callsOf('c-1').length === 2);
    expect(life.callsOf('c-1')).toHaveLength(2);
  }
  await life.deliver();
  const once = resend === 'once-absent' && second === 'before';
  const when = never ? 'before' : second;
  const ending = await stage.ends(life, 'c-1', once ? 'person' : stage.provider.afterLoss[when].capture);
  if (never) expect(life.callsOf('c-1')).toHaveLength(1);
  if (once) expect(life.callsOf('c-1')).toHaveLength(2);
  return remark(ending);
}

export const lostAnswers: readonly Scenario[] = [
  ...LOST_KINDS.flatMap(({ kind, title, without }) =>
    (['before', 'after'] as const).map(
      (when): Scenario => ({
        id: `lost-${when}-${kind}`,
        rule: 'M3',
        title: `the answer to ${title} is lost ${when} it was booked`,
        without,
        async play(stage) {
          const life = await meeting(stage, kind, { fault: `lost-${when}` });
          return settles(stage, life, kind, when);
        },
      }),
    ),
  ),
  ...(['before', 'after'] as const).map(
    (second): Scenario => ({
      id: `lost-before-and-${second}`,
      rule: 'M10',
      title: `a capture is lost before it was booked; so is the answer to its repeat, ${second} the booking`,
      play: (stage) => lostTwice(stage, second),
    }),
  ),
];
