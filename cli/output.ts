import { styleText } from 'node:util';
import type { Money } from '../payment/money.ts';
import { toDecimal } from '../payment/decimal.ts';
import { CURRENCIES } from '../payment/currency.ts';

/** Where a command writes: results to stdout, all else to stderr. */
export interface Output {
  readonly json: boolean;
  /** One line of a result for people; dropped under `--json`. */
  line(text?: string): void;
  /** A result as JSON; dropped for people. */
  data(value: unknown): void;
  /** A line on stdout for people and programs alike. */
  announce(text: string): void;
  /** Progress and notes, on stderr. */
  note(text: string): void;
}

export function createOutput(json: boolean): Output {
  const out = (text: string): void => void process.stdout.write(`${text}\n`);
  return {
    json,
    line: (text = '') => {
      if (!json) out(text);
    },
    data: (value) => {
      if (json) out(JSON.stringify(value, null, 2));
    },
    announce: out,
    note: (text) => void process.stderr.write(`${text}\n`),
  };
}

type Style = 'bold' | 'dim' | 'green' | 'yellow' | 'red';

/** Styled for a terminal; plain where stdout is none or NO_COLOR is set. */
export const styled = (style: Style, text: string): string =>
  styleText(style, text, { stream: process.stdout });

/** Columns as wide as their widest cell; a column of numbers stands to the right. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const numeric = head.map(
    (_, column) =>
      rows.length > 0 && rows.every((row) => /^-?[\d .]*\d(?: [A-Z]{3})?$|^$/.test(row[column] ?? '')),
  );
  const widths = head.map((name, column) =>
    Math.max(name.length, ...rows.map((row) => [...(row[column] ?? '')].length)),
  );
  const render = (cells: readonly string[]): string =>
    cells
      .map((cell, column) =>
        numeric[column] ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd();
  return [styled('dim', render(head)), ...rows.map(render)].join('\n');
}

/** `12.00 EUR`; minor units where the table has no exponent for the code. */
export function amount({ value, currency }: Money): string {
  const exponent = CURRENCIES[currency];
  return typeof exponent === 'number'
    ? `${toDecimal(value, exponent)} ${currency}`
    : `${value} ${currency} (minor units)`;
}

const STATE_STYLE: Readonly<Record<string, Style>> = {
  approved: 'green',
  captured: 'green',
  released: 'green',
  declined: 'red',
  not_performed: 'red',
  reversed: 'red',
  unknown: 'red',
  locked: 'red',
  lapsing: 'red',
  expired: 'red',
};

export const state = (word: string): string => styled(STATE_STYLE[word] ?? 'yellow', word);
