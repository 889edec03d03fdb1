import { createReadStream } from 'node:fs';
import { pipeline, Readable } from 'node:stream';
import { parse } from 'csv-parse';
import { fromDecimal } from '../../payment/decimal.ts';
import { exponentIn } from '../money-text.ts';
import { dateReader } from './day.ts';
import { type LineKind, type Mapping, MappingError } from './mapping.ts';

/** One line of a settlement file in our words. */
export interface SettlementLine {
  /** Line of the file where the record ends, from 1. */
  readonly line: number;
  readonly kind: Exclude<LineKind, 'ignore'>;
  readonly day: string;
  /** Minor units; below 0 where a capture, refund or chargeback is taken back. A fee is positive where it is paid. */
  readonly amount: number;
  readonly currency: string;
  readonly provider: string;
  readonly sequenceNumber: string;
  readonly ours: string;
  readonly hold: string;
  readonly payment: string;
  readonly operation: string;
  /** A fee that stands on the same line, minor units; 0 for none. */
  readonly fee: number;
}

/** A record that the mapping does not make sense of; it is told and never guessed. */
export interface Unreadable {
  readonly line: number;
  readonly fault: string;
}

export type Read = SettlementLine | Unreadable | 'ignored';

const LONGEST_RECORD = 1_000_000;

/**
 * Reads a settlement file as a stream: one record in memory at a time, whatever the size of the file.
 *
 * @throws MappingError where a column of the mapping is not in the head, or the file is no CSV or not of its encoding.
 */
export async function* readSettlement(file: string, mapping: Mapping): AsyncGenerator<Read> {
  const parser = parse({
    delimiter: mapping.delimiter,
    quote: mapping.quote,
    bom: true,
    info: true,
    from_line: mapping.skipLines + 1,
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: LONGEST_RECORD,
  });
  pipeline(Readable.from(decoded(file, mapping.encoding)), parser, () => undefined);
  let read: ((cells: readonly string[], line: number) => Read) | null = mapping.header
    ? null
    : readerOf(mapping, null);
  try {
    for await (const { record, info } of parser as AsyncIterable<{
      record: readonly string[];
      info: { lines: number };
    }>) {
      if (read === null) read = readerOf(mapping, record);
      else yield read(record, info.lines);
    }
  } catch (error) {
    if (error instanceof MappingError || (error instanceof Error && 'syscall' in error)) throw error;
    throw new MappingError(error instanceof Error ? error.message : String(error));
  }
  if (read === null) throw new MappingError('the file has no head');
}

async function* decoded(file: string, encoding: string): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding, { fatal: true, ignoreBOM: false });
  for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
    const text = decoder.decode(chunk, { stream: true });
    if (text !== '') yield text;
  }
  const rest = decoder.decode();
  if (rest !== '') yield rest;
}

function readerOf(
  mapping: Mapping,
  head: readonly string[] | null,
): (cells: readonly string[], line: number) => Read {
  const place = (column: string | undefined): number => {
    if (column === undefined) return -1;
    const at = head === null ? Number(column) - 1 : head.map((name) => name.trim()).indexOf(column);
    if (!Number.isInteger(at) || at < 0)
      throw new MappingError(
        `column ${column} is not in the file (${(head ?? []).join(', ').slice(0, 300)})`,
      );
    return at;
  };
  const { date, amount, currency, type, references, only, fee } = mapping;
  const at = {
    date: place(date.column),
    amount: place(amount.column),
    sign: place(amount.sign?.column),
    currency: 'column' in currency ? place(currency.column) : -1,
    type: 'column' in type ? place(type.column) : -1,
    provider: place(references.provider),
    sequenceNumber: place(references.sequenceNumber),
    ours: place(references.ours),
    hold: place(references.hold),
    payment: place(references.payment),
    operation: place(references.operation),
    only: place(only?.column),
    fee: place(fee?.column),
  };
  const kinds = new Map<string, LineKind>();
  if ('values' in type)
    for (const [kind, words] of Object.entries(type.values))
      for (const word of words ?? []) kinds.set(word, kind as LineKind);
  const negative = new Set(amount.sign?.negative);
  const wanted = new Set(only?.values);
  const dayOf = dateReader(date.format, date.timeZone, date.dayEnds);
  const most = Math.max(...Object.values(at));
  return (cells, line) => {
    if (cells.length <= most) return { line, fault: `it has ${cells.length} columns` };
    const cell = (index: number): string => (index < 0 ? '' : (cells[index] ?? '').trim());
    if (only !== undefined && !wanted.has(cell(at.only))) return 'ignored';
    const word = cell(at.type);
    const named = 'values' in type ? kinds.get(word) : undefined;
    if ('values' in type && named === undefined)
      return { line, fault: `type ${shown(word)} is not in the mapping` };
    if (named === 'ignore') return 'ignored';
    const unit = 'value' in currency ? currency.value : cell(at.currency);
    const exponent = exponentIn(unit);
    if (!/^[A-Z]{3}$/.test(unit) || (exponent === null && amount.unit === 'major'))
      return { line, fault: `currency ${shown(unit)} has no exponent` };
    const minor = (text: string): number | null => minorOf(text, amount, exponent ?? 0);
    const size = minor(cell(at.amount));
    if (size === null) return { line, fault: `amount ${shown(cell(at.amount))} is none of ${unit}` };
    const value = negative.has(cell(at.sign)) ? -size : size;
    const kind =
      named ?? ('bySign' in type ? (value < 0 ? type.bySign.negative : type.bySign.positive) : 'ignore');
    if (kind === 'ignore') return 'ignored';
    const day = dayOf(cell(at.date));
    if (day === null) return { line, fault: `date ${shown(cell(at.date))} is not ${date.format}` };
    const feeText = cell(at.fee);
    const paid = feeText === '' ? 0 : minor(feeText);
    if (paid === null) return { line, fault: `fee ${shown(feeText)} is none of ${unit}` };
    const turned = kind !== 'capture' && amount.refunds === 'negative';
    return {
      line,
      kind,
      day,
      amount: zero(turned ? -value : value),
      currency: unit,
      provider: cell(at.provider),
      sequenceNumber: cell(at.sequenceNumber).replace(/^0+(?=\d)/, ''),
      ours: cell(at.ours),
      hold: cell(at.hold),
      payment: cell(at.payment),
      operation: cell(at.operation),
      fee: zero(amount.refunds === 'negative' ? -paid : paid),
    };
  };
}

const zero = (value: number): number => (value === 0 ? 0 : value);

/** What a file has is somebody else's text: short and without what a terminal would obey. */
const shown = (text: string): string => `“${text.replaceAll(/\p{Cc}/gu, ' ').slice(0, 40)}”`;

/** Minor units by placing digits; null where the text is not what the mapping says. */
function minorOf(
  text: string,
  { unit, decimal, group, trailingZeros }: Mapping['amount'],
  exponent: number,
): number | null {
  let bare = text.replace(/^([+-]?)\s*/, '$1').replace(/^\+/, '');
  if (/^[^-].*-$/.test(bare)) bare = `-${bare.slice(0, -1)}`;
  if (group !== '') {
    // Groups of three only, so that a decimal point that is taken for a separator is seen.
    const whole = decimal === bare ? bare : (bare.split(decimal)[0] ?? '');
    const parts = whole.replace(/^-/, '').split(group === ' ' ? /[ \u00a0\u202f]/ : group);
    if (parts.length > 1 && !parts.every((part, index) => (index === 0 ? /^\d{1,3}$/ : /^\d{3}$/).test(part)))
      return null;
    const fraction = bare.slice(whole.length);
    bare = `${whole.startsWith('-') ? '-' : ''}${parts.join('')}${fraction}`;
  }
  if (decimal === ',') {
    if (bare.includes('.')) return null;
    bare = bare.replace(',', '.');
  }
  bare = bare.replace(/^(-?)0+(?=\d)/, '$1');
  const places = unit === 'major' ? exponent : 0;
  if (trailingZeros === 'accept' && bare.includes('.')) {
    const [whole = '', fraction = ''] = bare.split('.');
    const kept = fraction.slice(0, places);
    if (/[^0]/.test(fraction.slice(places))) return null;
    bare = kept === '' ? whole : `${whole}.${kept}`;
  }
  const result = fromDecimal(bare, places);
  return result.ok ? result.value : null;
}
