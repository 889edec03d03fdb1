/** Rule: CSV of RFC 4180 that a spreadsheet takes for data: nobody else's text begins a formula, and amounts are exact. */
import { parse } from 'csv-parse/sync';
import { expect, test } from 'vitest';
import { movementHead, movementRow } from '../../audit/movement-rows.ts';
import { movementsOf } from '../../audit/movements.ts';
import { booked, ledgerOf } from './ledgers.ts';

const rowsOf = (currency: string, reference: string, amount = 123_456): readonly Record<string, string>[] => {
  const facts = { id: 'p-1', account: 'a', provider: 'payone', currency, hold: 'h' };
  const told = [
    ...booked('capture', 'c-1', amount, { providerReference: reference }),
    { type: 'capture.reversed', operation: 'c-1' } as const,
  ];
  const text = movementHead() + movementsOf(ledgerOf(facts, told)).map(movementRow).join('');
  return parse(text, { columns: true, record_delimiter: '\r\n' });
};

test.each([
  ['EUR', '1234.56'],
  ['HUF', '1234.56'],
  ['JPY', '123456'],
  ['KWD', '123.456'],
  ['XTS', '123456'],
])('%s is placed by our own table', (currency, text) => {
  const [capture, reversal] = rowsOf(currency, 'x');
  expect(capture).toMatchObject({ amount: text, minor_units: '123456', currency, kind: 'capture' });
  expect(reversal).toMatchObject({ amount: `-${text}`, minor_units: '-123456' });
});

test.each([
  ['=HYPERLINK("http://x")', '\'=HYPERLINK("http://x")'],
  ['+1', "'+1"],
  ['-1+1', "'-1+1"],
  ['@SUM(A1)', "'@SUM(A1)"],
  ['\t=1', "'\t'=1"],
  [' =1', "' =1"],
  ['a;=1', "a;'=1"],
  ['＝1', "'＝1"],
  ['a"b,c\r\nd', 'a"b,c\r\nd'],
  ['4711', '4711'],
])('a reference %j is text', (reference, cell) => {
  expect(rowsOf('EUR', reference)[0]?.['provider_reference']).toBe(cell);
});
