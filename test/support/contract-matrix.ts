/** docs/conformance.md: provider × scenario, written from what the runs said, and read again. */

export interface Row {
  readonly id: string;
  readonly rule: string;
  readonly title: string;
}

/** What one run said of one provider: for each scenario by its id the text of the cell. */
export interface Column {
  readonly title: string;
  readonly rows: readonly Row[];
  readonly cells: Readonly<Record<string, string>>;
}

export const PASSED = 'yes';

/** The five in the order in which they came; any other after them, by name. */
const ORDER: readonly string[] = ['PAYONE', 'Swedbank Pay', 'CCV', 'PaymentOptions', 'finline'];

const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
/** A bar would end the cell. */
export const shownCell = (text: string): string => text.replaceAll('|', '/');

/** Several runs of one provider under one heading. */
function joined(columns: readonly Column[]): readonly Column[] {
  const byTitle = new Map<string, Column>();
  for (const { title, rows, cells } of columns) {
    const known = byTitle.get(title) ?? { title, rows: [], cells: {} };
    byTitle.set(title, { title, rows: [...known.rows, ...rows], cells: { ...known.cells, ...cells } });
  }
  const place = ({ title }: Column): number => (ORDER.includes(title) ? ORDER.indexOf(title) : ORDER.length);
  return [...byTitle.values()].toSorted(
    (one, other) => place(one) - place(other) || one.title.localeCompare(other.title),
  );
}

function countOf({ title, cells }: Column): string {
  const said = Object.values(cells);
  const passed = said.filter((text) => text.startsWith(PASSED)).length;
  return `${title} ${passed} of ${said.length}`;
}

/** The document. */
export function conformancePage(runs: readonly Column[]): string {
  const columns = joined(runs);
  // The suite's own order first, then what only a few runs have.
  const longest = runs.toSorted((one, other) => other.rows.length - one.rows.length);
  const rows = new Map(longest.flatMap(({ rows: own }) => own.map((row) => [row.id, row] as const)));
  return `${[
    '# Conformance',
    '',
    'Every adapter against its twin over HTTP: one suite for all of them (`test/contracts/`), and a worker that is killed',
    '(`test/faults/contract-crash.test.ts`). The runs wrote this page, `node test/support/conformance-main.ts`, and fail',
    'where they differ from it. Each scenario ends with the same judge: the ledger says what the twin booked, each intent',
    'took effect at most once, and the rules of money hold at every entry.',
    '',
    `- **${PASSED}**: it holds. Behind it stands how it ended, where there is more than one right way. *a person* means: the`,
    '  payment stopped as unknown and asked for somebody, and agreed with the books once they had said the truth.',
    '- **n/a**: it cannot happen there, and why.',
    '',
    `${rows.size} scenarios; they apply and hold at ${columns.map(countOf).join(', ')}.`,
    '',
    line(['scenario', 'rule', 'what happens', ...columns.map(({ title }) => title)]),
    line(['---', '---', '---', ...columns.map(() => '---')]),
    ...[...rows.values()].map(({ id, rule, title }) =>
      line([id, rule, shownCell(title), ...columns.map(({ cells }) => shownCell(cells[id] ?? 'not run'))]),
    ),
  ].join('\n')}\n`;
}

/** The cells of a provider as the document shows them, by scenario. */
export function cellsOf(page: string, title: string): Readonly<Record<string, string>> {
  const [head = [], , ...rows] = page
    .split('\n')
    .filter((text) => text.startsWith('| '))
    .map((text) => text.slice(2, -2).split(' | '));
  const place = head.indexOf(title);
  return Object.fromEntries(rows.map((row) => [row[0] ?? '', row[place] ?? '']));
}
