import { styleText } from 'node:util';
import { exponentOf } from '../../payment/currency.ts';
import { toDecimal } from '../../payment/decimal.ts';
import { MONEY_RULES } from '../../audit/money-rule.ts';
import type { DemoResult, OrderResult } from './result.ts';

const MEANING = {
  M1: 'captured + released + lapsed + reserved stay within the authorised amount',
  M2: 'refunds stay within what was captured',
  M3: 'each intent took effect at most once, and as reported',
  M4: 'sequence numbers are dense and each belongs to one booking',
  M5: 'nothing ended while something was open',
  M6: 'every unit left the hold once, by a named entry',
  M7: 'money is whole minor units',
  M8: 'no secret stands in ledger or history',
  M9: 'folding the ledger gives the state, at every entry',
  M10: 'a repeat carried the same key and body',
} as const;

/** The end of the demo for people: the engine's ledger beside the twin's books, then the rules of money. */
export function resultTable(result: DemoResult, out: NodeJS.WriteStream): string {
  const colour = (name: 'green' | 'red' | 'bold', text: string) => styleText(name, text, { stream: out });
  const head = [
    'order',
    'provider',
    'status',
    '',
    'authorised',
    'captured',
    'released',
    'lapsed',
    'refunded',
    '|',
    'twin captured',
    'refunded',
    'bookings',
    'agrees',
  ];
  const rows = result.orders.map(rowOf);
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) =>
        column < 4 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  ');
  const lines = [colour('bold', line(head))];
  for (const [index, row] of rows.entries()) {
    lines.push(colour(result.orders[index]?.agrees === true ? 'green' : 'red', line(row)));
  }
  lines.push('', 'what happened');
  for (const order of result.orders) lines.push(`  ${order.id.padEnd(16)} ${order.scenario}`);
  lines.push('', 'rules of money');
  for (const rule of MONEY_RULES) {
    const { holds, breaches } = result.invariants[rule];
    lines.push(
      `  ${rule.padEnd(4)}${holds ? colour('green', 'holds ') : colour('red', 'BROKEN')} ${MEANING[rule]}`,
    );
    for (const breach of breaches.slice(0, 5)) lines.push(`         ${breach}`);
  }
  lines.push(
    '',
    result.ok
      ? colour('green', 'Every order agrees with the books of the twins.')
      : colour(
          'red',
          result.failures.length === 0
            ? 'The books do not agree.'
            : `Did not end as told:\n${result.failures.map((text) => `  ${text}`).join('\n')}`,
        ),
  );
  return `${lines.join('\n')}\n`;
}

function rowOf(order: OrderResult): string[] {
  const sum = (value: number) => toDecimal(value, exponentOf(order.currency));
  const books = order.provider_books;
  return [
    order.id,
    order.provider,
    order.status,
    order.currency,
    sum(order.authorized),
    sum(order.captured),
    sum(order.released),
    sum(order.lapsed),
    sum(order.refunded),
    '|',
    sum(books.captured),
    sum(books.refunded),
    String(books.bookings),
    order.agrees ? 'yes' : 'NO',
  ];
}
