import { type Cell, csvLine } from './csv.ts';
import { decimalText } from './money-text.ts';
import type { Movement } from './movements.ts';

const COLUMNS = [
  'date',
  'time',
  'account',
  'provider',
  'payment',
  'entry',
  'kind',
  'operation',
  'amount',
  'minor_units',
  'currency',
  'provider_reference',
  'sequence_number',
  'our_reference',
  'payment_reference',
  'hold_reference',
  'origin',
] as const;

/** The first record: names of the columns. */
export const movementHead = (): string => csvLine(COLUMNS);

/** One record per movement. `date` is the day in UTC, `time` the instant; both are those of the ledger. */
export function movementRow(movement: Movement): string {
  const { references, currency, amount } = movement;
  const cells: readonly Cell[] = [
    movement.at.slice(0, 10),
    movement.at,
    movement.account,
    movement.provider,
    movement.payment,
    movement.entry,
    movement.kind,
    movement.operation,
    { decimal: decimalText(amount, currency) },
    amount,
    currency,
    references.provider,
    references.sequenceNumber,
    references.ours,
    references.payment,
    references.hold,
    movement.origin,
  ];
  return csvLine(cells);
}
