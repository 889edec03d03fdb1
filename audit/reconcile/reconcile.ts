import { safe } from '../../payment/money.ts';
import type { Bundles } from '../bundle-files.ts';
import { dayReader, daysBetween, nextDay } from './day.ts';
import { type Booked, type BookedKind, LedgerBook } from './ledger-book.ts';
import type { Mapping } from './mapping.ts';
import type { Read, SettlementLine } from './settlement-file.ts';

export const DIFFERENCES = [
  'missing-at-provider',
  'missing-in-ledger',
  'amount-differs',
  'currency-differs',
  'day-differs',
  'doubled',
  'unreadable',
] as const;
export type DifferenceKind = (typeof DIFFERENCES)[number];

/** One thing on which ledger and file do not agree. Amounts are minor units; null where a side has nothing. */
export interface Discrepancy {
  readonly difference: DifferenceKind;
  readonly movement: BookedKind | null;
  readonly payment: string | null;
  readonly operation: string | null;
  readonly reference: string;
  readonly ledgerDay: string | null;
  readonly fileDay: string | null;
  readonly ledger: number | null;
  readonly file: number | null;
  readonly ledgerCurrency: string | null;
  readonly fileCurrency: string | null;
  /** Line of the file. */
  readonly line: number | null;
  readonly note: string;
}

/** Sums of one day, currency and kind; minor units. */
export interface DayTotal {
  readonly day: string;
  readonly provider: string;
  readonly currency: string;
  readonly kind: BookedKind | 'fee';
  ledgerCount: number;
  ledger: number;
  fileCount: number;
  file: number;
}

export interface Reconciliation {
  /** Something was compared, and nothing differs. */
  readonly agrees: boolean;
  /** Why nothing was compared; null where something was. */
  readonly nothing: 'no-payment' | 'no-movement' | null;
  readonly account: string;
  readonly from: string;
  readonly to: string;
  readonly payments: number;
  readonly bookings: number;
  readonly matched: number;
  /** Lines of the file: all, those of the range, and those that the mapping leaves out. */
  readonly lines: number;
  readonly linesInRange: number;
  readonly ignored: number;
  readonly differences: Readonly<Record<DifferenceKind, number>>;
  readonly totals: readonly DayTotal[];
}

export interface Reconciling {
  readonly account: string;
  /** Days, both included, in the time zone of the mapping. */
  readonly from: string;
  readonly to: string;
  readonly mapping: Mapping;
  readonly bundles: Bundles;
  readonly lines: AsyncIterable<Read>;
  /** Gets every difference as it is found; nothing keeps them. */
  readonly onDifference: (found: Discrepancy) => void | Promise<void>;
}

/** Days beside the range in which the counterpart of a line or a booking is looked for: a weekend and a day. */
const LEAST_MARGIN = 3;

/** Compares what the ledger booked with what the provider settled, line by line. */
export async function reconcile(task: Reconciling): Promise<Reconciliation> {
  const { account, from, to, mapping } = task;
  const { timeZone, dayEnds, toleranceDays } = mapping.date;
  const margin = Math.max(LEAST_MARGIN, toleranceDays);
  const [first, end] = [nextDay(from, -margin), nextDay(to, margin)];
  const book = new LedgerBook(mapping, {
    account,
    from,
    to,
    dayOf: dayReader(timeZone, dayEnds),
    isNear: (day) => day >= first && day <= end,
  });
  let payments = 0;
  for await (const bundle of task.bundles) {
    if (bundle.payment.account === account) payments += 1;
    book.add(bundle);
  }
  const matching = new Matching(task, book);
  for await (const read of task.lines) {
    if (read === 'ignored') matching.ignored += 1;
    else if ('fault' in read) await matching.unreadable(read.line, read.fault);
    else if (read.day >= first && read.day <= end) await matching.take(read);
    matching.lines += 1;
  }
  return matching.end(payments);
}

class Matching {
  lines = 0;
  ignored = 0;
  #linesInRange = 0;
  #matched = 0;
  readonly #task: Reconciling;
  readonly #book: LedgerBook;
  readonly #totals = new Map<string, DayTotal>();
  readonly #counts = Object.fromEntries(DIFFERENCES.map((name) => [name, 0])) as Record<
    DifferenceKind,
    number
  >;
  /** Lines whose reference stands for several bookings and whose amount for none: they get what the others leave. */
  readonly #waiting: SettlementLine[] = [];

  constructor(task: Reconciling, book: LedgerBook) {
    this.#task = task;
    this.#book = book;
    for (const booked of book.all)
      if (booked.inRange) this.#sum(booked.day, booked.currency, booked.kind, 'ledger', booked.amount);
  }

  async unreadable(line: number, fault: string): Promise<void> {
    await this.#differ('unreadable', null, null, fault, line);
  }

  async take(line: SettlementLine): Promise<void> {
    const inRange = this.#isInRange(line.day);
    if (inRange) {
      this.#linesInRange += 1;
      this.#sum(line.day, line.currency, line.kind, 'file', line.amount);
      if (line.fee !== 0 && line.kind !== 'fee') this.#sum(line.day, line.currency, 'fee', 'file', line.fee);
    }
    if (line.kind === 'fee') return;
    const candidates = this.#book.candidates(line);
    const open = candidates.filter(({ lines, without }) => lines === 0 && without === null);
    const same = open.filter(({ amount, currency }) => amount === line.amount && currency === line.currency);
    if (same.length > 0) await this.#pair(line, nearest(same, line.day));
    else if (open.length > 1) this.#waiting.push(line);
    else await this.#other(line, candidates, open[0]);
  }

  /** A line that no open booking has the amount of. */
  async #other(line: SettlementLine, candidates: readonly Booked[], open: Booked | undefined): Promise<void> {
    if (open !== undefined) {
      await this.#pair(line, open);
      return;
    }
    const twin = candidates.find(({ without }) => without === null);
    if (twin !== undefined) {
      twin.lines += 1;
      if (twin.inRange || this.#isInRange(line.day))
        await this.#differ('doubled', twin, line, `in ${twin.lines} lines of the file`);
      return;
    }
    if (!this.#isInRange(line.day)) return;
    const [known] = candidates;
    await this.#differ(
      'missing-in-ledger',
      null,
      line,
      known === undefined
        ? 'nothing in the ledger has this reference'
        : `${known.kind} ${known.operation ?? ''} of payment ${known.payment} is ${known.without ?? ''} in the ledger`,
      undefined,
      known,
    );
  }

  async #pair(line: SettlementLine, booked: Booked): Promise<void> {
    booked.lines += 1;
    this.#matched += 1;
    if (!booked.inRange && !this.#isInRange(line.day)) return;
    if (booked.currency !== line.currency) await this.#differ('currency-differs', booked, line, '');
    else if (booked.amount !== line.amount) await this.#differ('amount-differs', booked, line, '');
    const apart = daysBetween(booked.day, line.day);
    if (apart > this.#task.mapping.date.toleranceDays)
      await this.#differ('day-differs', booked, line, `${apart} day${apart === 1 ? '' : 's'} apart`);
  }

  async end(payments: number): Promise<Reconciliation> {
    for (const line of this.#waiting) {
      const candidates = this.#book.candidates(line);
      const open = candidates.filter(({ lines, without }) => lines === 0 && without === null);
      await this.#other(line, candidates, open.length === 0 ? undefined : nearest(open, line.day));
    }
    for (const booked of this.#book.all)
      if (booked.inRange && booked.lines === 0) await this.#differ('missing-at-provider', booked, null, '');
    const { account, from, to } = this.#task;
    const bookings = this.#book.all.filter(({ inRange }) => inRange).length;
    const empty = bookings + this.#linesInRange === 0;
    const nothing = payments === 0 ? 'no-payment' : empty ? 'no-movement' : null;
    return {
      agrees: nothing === null && DIFFERENCES.every((name) => this.#counts[name] === 0),
      nothing,
      account,
      from,
      to,
      payments,
      bookings,
      matched: this.#matched,
      lines: this.lines,
      linesInRange: this.#linesInRange,
      ignored: this.ignored,
      differences: this.#counts,
      totals: [...this.#totals.values()].toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1)),
    };
  }

  #isInRange(day: string): boolean {
    return day >= this.#task.from && day <= this.#task.to;
  }

  #sum(day: string, currency: string, kind: DayTotal['kind'], side: 'ledger' | 'file', amount: number): void {
    const { provider } = this.#book;
    const key = keyOf({ day, currency, kind });
    let total = this.#totals.get(key);
    if (total === undefined) {
      total = { day, provider, currency, kind, ledgerCount: 0, ledger: 0, fileCount: 0, file: 0 };
      this.#totals.set(key, total);
    }
    total[side] = safe(total[side] + amount);
    total[`${side}Count`] += 1;
  }

  async #differ(
    difference: DifferenceKind,
    booked: Booked | null,
    line: SettlementLine | null,
    note: string,
    at?: number,
    known?: Booked,
  ): Promise<void> {
    this.#counts[difference] += 1;
    const movement = booked?.kind ?? (line === null || line.kind === 'fee' ? null : line.kind);
    await this.#task.onDifference({
      difference,
      movement,
      payment: booked?.payment ?? known?.payment ?? null,
      operation: booked?.operation ?? known?.operation ?? null,
      reference: booked?.reference ?? (line === null ? '' : referenceOf(line)),
      ledgerDay: booked?.day ?? null,
      fileDay: line?.day ?? null,
      ledger: booked?.amount ?? null,
      file: line?.amount ?? null,
      ledgerCurrency: booked?.currency ?? null,
      fileCurrency: line?.currency ?? null,
      line: line?.line ?? at ?? null,
      note,
    });
  }
}

const keyOf = ({ day, currency, kind }: Pick<DayTotal, 'day' | 'currency' | 'kind'>): string =>
  `${day} ${currency} ${kind}`;

const referenceOf = ({ provider, ours, hold, payment, sequenceNumber }: SettlementLine): string =>
  `${[provider, ours, hold, payment].find((text) => text !== '') ?? ''}${sequenceNumber === '' ? '' : ` no. ${sequenceNumber}`}`;

const nearest = (list: readonly Booked[], day: string): Booked =>
  list.reduce((best, one) => (daysBetween(one.day, day) < daysBetween(best.day, day) ? one : best));
