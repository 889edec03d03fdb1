// A plan is run on the machine without a provider: which calls it makes, what is held in between, what is refused,
// and what may go wrong with it.
import { describe, expect, test } from 'vitest';
import { simulate, type PlannedStep } from '../../machines/simulate.ts';
import type { Capabilities } from '../../payment/capability.ts';
import type { Command } from '../../payment/command.ts';
import { DAY, factsOf } from '../support/payment-life.ts';

const on = (day: number, command: Command): PlannedStep => ({ after: day * DAY, command });
const ship = (day: number, amount: number, final?: boolean): PlannedStep =>
  on(day, { type: 'capture', id: `c-${day}`, amount, ...(final === undefined ? {} : { final }) });
const IMPLICIT: Partial<Capabilities> = {
  remainder: 'implicit',
  maxCaptures: 1,
  releaseAfterCapture: 'none',
  resend: 'never',
  sequence: null,
  plans: ['immediate', 'collect'],
};

describe('simulate', () => {
  test('ships three of five, cancels the rest with the last', () => {
    const { calls, end, refused } = simulate(factsOf(), [ship(1, 2000), ship(2, 2000), ship(3, 2000, true)]);
    expect(
      calls.map(({ action, amount, final, sequenceNumber }) => [action, amount, final, sequenceNumber]),
    ).toEqual([
      ['authorise', 10_000, false, null],
      ['capture', 2000, false, 1],
      ['capture', 2000, false, 2],
      ['capture', 2000, true, 3],
    ]);
    expect(end).toMatchObject({ status: 'captured', held: 0, amounts: { captured: 6000, released: 4000 } });
    expect(refused).toEqual([]);
  });

  test('a release after a capture that may be refused shows its worst end', () => {
    const { end, risks } = simulate(factsOf(), [ship(1, 6000), on(2, { type: 'release', id: 'v-1' })]);
    expect(end.amounts).toMatchObject({ captured: 6000, released: 0, lapsed: 4000 });
    expect(risks.some((risk) => risk.startsWith('lapsing'))).toBe(true);
  });

  test('a second capture where one is all is refused with its rule', () => {
    const { refused, end } = simulate(factsOf({}, IMPLICIT), [ship(1, 2000), ship(2, 2000)]);
    expect(refused).toMatchObject([{ after: 2 * DAY, explanation: { command: 'capture', legal: false } }]);
    expect(end.amounts).toMatchObject({ captured: 2000, released: 8000 });
  });

  test('collected shipments are one call, at the deadline', () => {
    const facts = factsOf({ plan: { captures: 'collect', onDeadline: 'capture' } }, IMPLICIT);
    const { calls, end } = simulate(facts, [ship(1, 2000), ship(2, 3000)]);
    expect(calls.filter(({ action }) => action === 'capture')).toMatchObject([{ amount: 5000, final: true }]);
    expect(end).toMatchObject({ status: 'captured', amounts: { captured: 5000, released: 5000 } });
  });

  test('a capture on day eight of a hold of seven days comes too late, and is said so', () => {
    const { end, risks, calls } = simulate(factsOf(), [ship(9, 4000)]);
    expect(calls).toHaveLength(1);
    expect(end).toMatchObject({ status: 'expired', amounts: { lapsed: 10_000 } });
    expect(risks.some((risk) => risk.startsWith('deadline-reached'))).toBe(true);
  });

  test('says what is held after each entry', () => {
    const { events } = simulate(factsOf(), [ship(1, 2000)]);
    expect(events.find(({ entry }) => entry === 'capture.approved')).toMatchObject({
      after: DAY,
      held: 8000,
    });
  });
});
