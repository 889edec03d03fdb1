/** Rule: a settlement file is read as its mapping says and no other way; what does not fit is told with its line, never guessed. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import {
  DEFAULT_MAPPING,
  type Mapping,
  MappingError,
  mappingSchema,
  parseMapping,
} from '../../../audit/reconcile/mapping.ts';
import { type Read, readSettlement } from '../../../audit/reconcile/settlement-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'tranche-settlement-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;

async function readAll(data: string | Buffer, mapping: Mapping = DEFAULT_MAPPING): Promise<readonly Read[]> {
  files += 1;
  const file = join(folder, `${files}.csv`);
  writeFileSync(file, data);
  const all: Read[] = [];
  for await (const one of readSettlement(file, mapping)) all.push(one);
  return all;
}

const HEAD = 'date,type,amount,currency,provider_reference,sequence_number,our_reference';
const one = (row: string): string => `${HEAD}\n${row}\n`;
const amountOf = async (
  text: string,
  currency: string,
  over: Partial<Mapping['amount']> = {},
): Promise<unknown> => {
  const mapping = { ...DEFAULT_MAPPING, delimiter: ';', amount: { ...DEFAULT_MAPPING.amount, ...over } };
  const [read] = await readAll(
    `${HEAD.replaceAll(',', ';')}\n2026-11-20;capture;${text};${currency};77;1;\n`,
    mapping,
  );
  return read !== undefined && read !== 'ignored' && 'amount' in read ? read.amount : read;
};

describe('amounts are placed, never computed', () => {
  test.each([
    ['12.00', 'EUR', {}, 1_200],
    ['12', 'EUR', {}, 1_200],
    ['0012.5', 'EUR', {}, 1_250],
    ['+1.10', 'EUR', {}, 110],
    ['-1.10', 'EUR', {}, -110],
    ['1.10-', 'EUR', {}, -110],
    ['1200', 'JPY', {}, 1_200],
    ['1.234', 'KWD', {}, 1_234],
    ['12.50', 'HUF', {}, 1_250],
    ['1.234,56', 'EUR', { decimal: ',', group: '.' }, 123_456],
    ['1 234 567,8', 'SEK', { decimal: ',', group: ' ' }, 123_456_780],
    ['1\u00a0234,50', 'SEK', { decimal: ',', group: ' ' }, 123_450],
    ['1200', 'EUR', { unit: 'minor' }, 1_200],
    ['12.00', 'JPY', { trailingZeros: 'accept' }, 12],
    ['0.1', 'EUR', {}, 10],
    ['90071992547409.91', 'EUR', {}, 9_007_199_254_740_991],
  ] as const)('%s %s', async (text, currency, over, value) => {
    expect(await amountOf(text, currency, over)).toBe(value);
  });

  test.each([
    ['12.345', 'EUR', {}],
    ['12.00', 'JPY', {}],
    ['12.05', 'JPY', { trailingZeros: 'accept' }],
    ['1,234.50', 'EUR', {}],
    ['1.5', 'EUR', { decimal: ',', group: '.' }],
    ['12.50', 'EUR', { decimal: ',' }],
    ['1200.5', 'EUR', { unit: 'minor' }],
    ['1e3', 'EUR', {}],
    ['', 'EUR', {}],
    ['abc', 'EUR', {}],
    ['90071992547409.92', 'EUR', {}],
    ['1.00', 'XTS', {}],
  ] as const)('%s %s is told with its line', async (text, currency, over) => {
    expect(await amountOf(text, currency, over)).toMatchObject({
      line: 2,
      fault: expect.any(String) as string,
    });
  });
});

describe('text', () => {
  test('encodings, byte order mark, line ends, quotes and lines before the head', async () => {
    const mapping = mappingSchema.parse({
      ...DEFAULT_MAPPING,
      encoding: 'windows-1252',
      skipLines: 2,
      currency: { column: 'Währung' },
    });
    const text = `Bericht\r\n\r\nWährung,date,type,amount,provider_reference,sequence_number,our_reference\r\nEUR,2026-11-20,capture,"1.00","a,""b""",1,\r\n`;
    expect(await readAll(Buffer.from(text, 'latin1'), mapping)).toMatchObject([
      { provider: 'a,"b"', amount: 100, line: 4 },
    ]);
    expect(await readAll(`\uFEFF${one('2026-11-20,capture,1.00,EUR,77,001,')}`)).toMatchObject([
      { sequenceNumber: '1' },
    ]);
    const wide = mappingSchema.parse({ ...DEFAULT_MAPPING, encoding: 'utf-16le' });
    expect(
      await readAll(Buffer.from(one('2026-11-20,capture,1.00,EUR,77,1,'), 'utf16le'), wide),
    ).toHaveLength(1);
  });

  test('without a head columns have numbers', async () => {
    const mapping = mappingSchema.parse({
      header: false,
      date: { column: '1', format: 'DD.MM.YYYY', timeZone: 'UTC' },
      amount: { column: '2' },
      currency: { value: 'EUR' },
      type: { bySign: { positive: 'capture', negative: 'refund' } },
      references: { ours: '3' },
    });
    expect(await readAll('20.11.2026,5.00,x\n20.11.2026,-2.00,y\n', mapping)).toMatchObject([
      { kind: 'capture', amount: 500, ours: 'x' },
      { kind: 'refund', amount: 200, ours: 'y' },
    ]);
  });

  test.each([
    ['2026-11-31,capture,1.00,EUR,77,1,', 'date'],
    ['20.11.2026,capture,1.00,EUR,77,1,', 'date'],
    ['2026-11-20,other,1.00,EUR,77,1,', 'type'],
    ['2026-11-20,capture,1.00,eur,77,1,', 'currency'],
    ['2026-11-20,capture', 'columns'],
  ])('%s is told', async (row, why) => {
    expect(await readAll(one(row))).toMatchObject([
      { line: 2, fault: expect.stringContaining(why) as string },
    ]);
  });

  test.each([
    ['a column that is not there', Buffer.from('a,b\n1,2\n')],
    ['an empty file', Buffer.from('')],
    ['another encoding', Buffer.from(one('2026-11-20,capture,1.00,EUR,\xff\xfe,1,'), 'latin1')],
    ['a quote that never ends', Buffer.from(`${HEAD}\n"2026-11-20,capture\n`)],
    ['a record without end', Buffer.from(`${HEAD}\n"${'x'.repeat(1_100_000)}`)],
  ])('%s is no file of this mapping', async (_what, data) => {
    await expect(readAll(data)).rejects.toThrow(MappingError);
  });
});

describe('a mapping', () => {
  const valid = { ...DEFAULT_MAPPING };
  test.each([
    ['no JSON', '{'],
    ['an unknown member', JSON.stringify({ ...valid, colour: 'red' })],
    ['a zone that is none', JSON.stringify({ ...valid, date: { ...valid.date, timeZone: 'Mars/Olympus' } })],
    ['a format without a day', JSON.stringify({ ...valid, date: { ...valid.date, format: 'YYYY-MM' } })],
    ['no reference', JSON.stringify({ ...valid, references: { sequenceNumber: 'n' } })],
  ])('%s is refused', (_what, text) => {
    expect(() => parseMapping(text)).toThrow(MappingError);
  });

  test('takes a number for a fee on the same line, and lines of other accounts are left out', async () => {
    const mapping = mappingSchema.parse({
      ...valid,
      only: { column: 'shop', values: ['1'] },
      fee: { column: 'fee' },
    });
    const rows = `${HEAD},shop,fee\n2026-11-20,capture,1.00,EUR,77,1,,1,-0.25\n2026-11-20,capture,1.00,EUR,77,1,,2,\n`;
    expect(await readAll(rows, mapping)).toMatchObject([{ fee: 25 }, 'ignored']);
  });
});
