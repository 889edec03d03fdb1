// The pictures and tables are drawn from the machines: every status, every move, the guards by name.
import { describe, expect, test } from 'vitest';
import { MACHINES, mermaid, svg } from '../../machines/diagram.ts';
import { markdown, operationRows, rows } from '../../machines/table.ts';
import { OPERATION_STATES } from '../../payment/operation.ts';
import { STATUSES } from '../../payment/status.ts';

describe('the drawn machines', () => {
  test('the table has a row from every status, with guards and effects', () => {
    expect(new Set(rows().map((row) => row.from))).toEqual(new Set(STATUSES));
    expect(rows()).toContainEqual({
      from: 'authorizing',
      event: 'authorization.approved',
      guard: ['bookable', 'legalMove'],
      to: expect.arrayContaining(['authorized']),
      effects: ['tell', 'index'],
    });
    expect(rows().find((row) => row.from === 'authorized' && row.event === 'capture.sent')).toMatchObject({
      guard: ['legalMove', 'unlocked', 'laneFree', 'sequenceInTurn', 'coveredByHold'],
      effects: ['callProvider'],
    });
    expect(
      rows()
        .filter((row) => row.event === 'payment.closed')
        .map((row) => row.to),
    ).toEqual([['closed'], ['closed'], ['closed'], ['closed']]);
  });

  test("no operation is unknown and declined at once: the only ways out of unknown are the table's", () => {
    expect(
      operationRows()
        .filter((row) => row.from === 'unknown')
        .map((row) => row.to),
    ).toEqual(['sent', 'approved', 'pending', 'declined', 'not_performed']);
  });

  test.each(MACHINES)('%s: Mermaid and SVG show every state', (machine) => {
    const states = machine === 'payment' ? [...STATUSES, 'closed'] : OPERATION_STATES;
    for (const state of states) {
      expect(mermaid(machine)).toMatch(new RegExp(`\\b${state}\\b`));
      expect(svg(machine)).toContain(`>${state}</text>`);
    }
    expect(svg(machine)).toContain('prefers-color-scheme: dark');
    expect(svg(machine)).toBe(svg(machine));
  });

  test('Markdown has a line for each row', () => {
    const lines = markdown()
      .split('\n')
      .filter((line) => line.startsWith('| `'));
    expect(lines).toHaveLength(rows().length + operationRows().length);
  });
});
