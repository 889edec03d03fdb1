import { type Cell, csvLine } from '../csv.ts';
import { decimalText } from '../money-text.ts';
import type { DayTotal, Discrepancy } from './reconcile.ts';

const COLUMNS = [
  'record',
  'difference',
  'movement',
  'payment',
  'operation',
  'reference',
  'ledger_day',
  'file_day',
  'ledger_amount',
  'ledger_currency',
  'file_amount',
  'file_currency',
  'ledger_count',
  'file_count',
  'line',
  'note',
] as const;

/** The first record: names of the columns. */
export const reconciliationHead = (): string => csvLine(COLUMNS);

const money = (value: number | null, currency: string | null): Cell =>
  value === null ? null : { decimal: decimalText(value, currency ?? '') };

/** One record for a difference, `record` = difference. */
export const differenceRow = (found: Discrepancy): string =>
  csvLine([
    'difference',
    found.difference,
    found.movement,
    found.payment,
    found.operation,
    found.reference,
    found.ledgerDay,
    found.fileDay,
    money(found.ledger, found.ledgerCurrency),
    found.ledgerCurrency,
    money(found.file, found.fileCurrency),
    found.fileCurrency,
    null,
    null,
    found.line,
    found.note,
  ]);

/** One record for the sums of a day, `record` = total. */
export const totalRow = (total: DayTotal): string =>
  csvLine([
    'total',
    null,
    total.kind,
    null,
    null,
    total.provider,
    total.day,
    total.day,
    money(total.ledger, total.currency),
    total.currency,
    money(total.file, total.currency),
    total.currency,
    total.ledgerCount,
    total.fileCount,
    null,
    null,
  ]);

/** For people: a row of the table of totals. */
export const totalCells = (total: DayTotal): readonly string[] => [
  total.day,
  total.provider,
  total.kind,
  total.currency,
  decimalText(total.ledger, total.currency),
  decimalText(total.file, total.currency),
  total.kind === 'fee' ? '' : decimalText(total.file - total.ledger, total.currency),
  String(total.ledgerCount),
  String(total.fileCount),
];

/** For people: a row of the table of differences. What the file says is plain and short. */
export const differenceCells = (found: Discrepancy): readonly string[] => [
  found.difference,
  brief(`${found.payment ?? ''}${found.operation === null ? '' : ` ${found.operation}`}`),
  found.movement ?? '',
  sideOf(found.ledger, found.ledgerCurrency, found.ledgerDay),
  sideOf(found.file, found.fileCurrency, found.fileDay),
  found.line === null ? '' : String(found.line),
  brief(found.reference),
  brief(found.note),
];

const sideOf = (value: number | null, currency: string | null, day: string | null): string =>
  value === null ? '-' : `${decimalText(value, currency ?? '')} ${currency ?? ''} on ${day ?? '?'}`;

const brief = (text: string): string => {
  const plain = text.replaceAll(/\p{Cc}/gu, ' ');
  return plain.length > 80 ? `${plain.slice(0, 80)}…` : plain;
};
