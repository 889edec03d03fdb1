// One operation is one intent with at most one effect: every state and event, as a table. A dot is a move
// that the machine refuses.
import { describe, expect, test } from 'vitest';
import { nextOperationState, operationMachine } from '../../machines/operation-machine.ts';
import { OPERATION_STATES } from '../../payment/operation.ts';

const TABLE = `
               planned sent approved pending declined not_performed unknown reversed
planned        .       yes  yes      .       .        yes           .       .
sent           yes     .    yes      yes     yes      yes           yes     .
approved       .       .    yes      .       .        .             .       yes
pending        .       .    yes      .       yes      yes           yes     .
declined       .       .    .        .       .        .             .       .
not_performed  .       .    yes      .       .        .             .       .
unknown        .       yes  yes      yes     yes      yes           .       .
reversed       .       .    yes      .       .        .             .       .
`;

const [heads = [], ...rows] = TABLE.trim()
  .split('\n')
  .map((line) => line.trim().split(/\s+/));

describe('operation machine', () => {
  test('the table names every state and event', () => {
    expect(new Set(heads)).toEqual(new Set(OPERATION_STATES));
    expect(new Set(rows.map(([state]) => state))).toEqual(new Set(OPERATION_STATES));
  });

  const cases = rows.flatMap(([state = '', ...cells]) =>
    cells.map((cell, at) => ({ state, event: heads[at] ?? '', moves: cell === 'yes' })),
  );
  test.each(cases)('$state on $event: $moves', ({ state, event, moves }) => {
    const from = OPERATION_STATES.find((each) => each === state) ?? 'planned';
    const by = OPERATION_STATES.find((each) => each === event) ?? 'planned';
    expect(nextOperationState(from, by)).toBe(moves ? by : null);
  });

  test('only a declined operation can never move again', () => {
    const final = Object.entries(operationMachine.config.states ?? {}).filter(
      ([, state]) => state.type === 'final',
    );
    expect(final.map(([name]) => name)).toEqual(['declined']);
  });

  test('unknown becomes declined only by an event that says so', () => {
    const ways = OPERATION_STATES.filter((event) => nextOperationState('unknown', event) === 'declined');
    expect(ways).toEqual(['declined']);
  });
});
