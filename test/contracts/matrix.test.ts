/** Rule: docs/conformance.md says of each run what it said, in the order of the suite, and can be read again. */
import { expect, test } from 'vitest';
import { cellsOf, type Column, conformancePage } from '../support/contract-matrix.ts';

const row = (id: string) => ({ id, rule: 'M3', title: `what ${id} does` });
const suite = [row('lost'), row('void')];
const run = (title: string, cells: Column['cells'], rows = suite): Column => ({ title, rows, cells });

const page = conformancePage([
  run('CCV', { crash: 'yes, a person' }, [row('crash')]),
  run('CCV', { lost: 'yes, a person', void: 'yes' }),
  run('PAYONE', { lost: 'yes', void: 'n/a: this | that' }),
]);

test('runs of one provider share a column, the suite comes first, and a bar does not end a cell', () => {
  expect(
    page
      .split('\n')
      .filter((line) => line.startsWith('| '))
      .map((line) => line.split(' | ').slice(3)),
  ).toEqual([
    ['PAYONE', 'CCV |'],
    ['---', '--- |'],
    ['yes', 'yes, a person |'],
    ['n/a: this / that', 'yes |'],
    ['not run', 'yes, a person |'],
  ]);
  expect(page).toContain('3 scenarios; they apply and hold at PAYONE 1 of 2, CCV 3 of 3.');
});

test('the page is read as it was written', () => {
  expect(cellsOf(page, 'CCV')).toEqual({
    lost: 'yes, a person',
    void: 'yes',
    crash: 'yes, a person',
  });
});
