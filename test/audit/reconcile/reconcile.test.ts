/** Rule: every way in which a ledger and a settlement file can part is named once, with both sides and the line. */
import { describe, expect, test } from 'vitest';
import type { Bundle } from '../../../audit/bundle.ts';
import { DEFAULT_MAPPING, type Mapping } from '../../../audit/reconcile/mapping.ts';
import { type Discrepancy, reconcile } from '../../../audit/reconcile/reconcile.ts';
import type { Read, SettlementLine } from '../../../audit/reconcile/settlement-file.ts';
import { booked, ledgerOf, type Told } from '../ledgers.ts';

const FACTS = { id: 'p-1', account: 'a', provider: 'payone', currency: 'EUR', hold: '77' };
const DAY = '2026-11-20';

const line = (over: Partial<SettlementLine> = {}): SettlementLine => ({
  line: 2,
  kind: 'capture',
  day: DAY,
  amount: 1_000,
  currency: 'EUR',
  provider: '77',
  sequenceNumber: '1',
  ours: '',
  hold: '',
  payment: '',
  operation: '',
  fee: 0,
  ...over,
});

const capture = (operation: string, amount: number, sequenceNumber: number, at?: string): readonly Told[] =>
  booked('capture', operation, amount, { sequenceNumber, providerReference: '77' }, at);

async function compare(
  told: readonly Told[],
  lines: readonly Read[],
  mapping: Mapping = DEFAULT_MAPPING,
  bundles: readonly Bundle[] = [ledgerOf(FACTS, told)],
) {
  const found: Discrepancy[] = [];
  const result = await reconcile({
    account: 'a',
    from: DAY,
    to: DAY,
    mapping,
    bundles: (async function* () {
      yield* bundles;
    })(),
    lines: (async function* () {
      yield* lines;
    })(),
    onDifference: (each) => void found.push(each),
  });
  return { ...result, found };
}

describe('one booking and one line', () => {
  test('that are the same agree', async () => {
    expect(await compare(capture('c-1', 1_000, 1), [line()])).toMatchObject({
      agrees: true,
      matched: 1,
      found: [],
    });
  });

  test.each([
    ['amount-differs', { amount: 999 }, { ledger: 1_000, file: 999 }],
    ['currency-differs', { currency: 'USD' }, { ledgerCurrency: 'EUR', fileCurrency: 'USD' }],
    ['day-differs', { day: '2026-11-21' }, { ledgerDay: DAY, fileDay: '2026-11-21', note: '1 day apart' }],
  ])('%s', async (difference, over, both) => {
    const { agrees, found } = await compare(capture('c-1', 1_000, 1), [line(over)]);
    expect(agrees).toBe(false);
    expect(found).toMatchObject([{ difference, payment: 'p-1', operation: 'c-1', line: 2, ...both }]);
  });

  test('missing on either side', async () => {
    const { found } = await compare(capture('c-1', 1_000, 1), [line({ provider: '78' })]);
    expect(found).toMatchObject([
      { difference: 'missing-in-ledger', line: 2, file: 1_000, ledger: null, reference: '78 no. 1' },
      { difference: 'missing-at-provider', payment: 'p-1', operation: 'c-1', ledger: 1_000, file: null },
    ]);
  });

  test('doubled: each line beyond the first', async () => {
    const { found, matched } = await compare(capture('c-1', 1_000, 1), [
      line(),
      line({ line: 3 }),
      line({ line: 4 }),
    ]);
    expect(matched).toBe(1);
    expect(found.map(({ difference, line: at }) => [difference, at])).toEqual([
      ['doubled', 3],
      ['doubled', 4],
    ]);
  });

  test('what cannot be read keeps all from agreeing', async () => {
    const { agrees, found } = await compare(capture('c-1', 1_000, 1), [line(), { line: 9, fault: 'type x' }]);
    expect(agrees).toBe(false);
    expect(found).toMatchObject([{ difference: 'unreadable', line: 9, note: 'type x' }]);
  });

  test('a line for an operation that booked nothing is explained', async () => {
    const told: readonly Told[] = [
      { type: 'capture.sent', operation: 'c-1', data: { attempt: 1, sequenceNumber: 1 } },
      { type: 'capture.unknown', operation: 'c-1', data: { reason: 'connection-lost' } },
    ];
    const { found } = await compare(told, [line()]);
    expect(found).toMatchObject([
      {
        difference: 'missing-in-ledger',
        payment: 'p-1',
        note: 'capture c-1 of payment p-1 is unknown in the ledger',
      },
    ]);
  });
});

describe('days', () => {
  const near = { ...DEFAULT_MAPPING, date: { ...DEFAULT_MAPPING.date, toleranceDays: 2 } };
  const zone = {
    ...DEFAULT_MAPPING,
    date: { ...DEFAULT_MAPPING.date, timeZone: 'Asia/Tokyo', dayEnds: '06:00' },
  };

  test('within the tolerance they agree', async () => {
    expect(await compare(capture('c-1', 1_000, 1), [line({ day: '2026-11-22' })], near)).toMatchObject({
      agrees: true,
    });
  });

  test('a booking beside the range explains a line inside it, and is not missed itself', async () => {
    const late = capture('c-1', 1_000, 1, '2026-11-21T00:10:00.000Z');
    expect((await compare(late, [line()])).found).toMatchObject([{ difference: 'day-differs' }]);
    expect((await compare(late, [])).found).toEqual([]);
  });

  test.each([
    // Tokyo is nine hours ahead: 20:59 UTC is 05:59 of the 21st there, still before the cut-off at 06:00.
    ['2026-11-20T20:59:00.000Z', '2026-11-21'],
    ['2026-11-20T21:00:00.000Z', '2026-11-22'],
  ])('cut-off and zone: %s is of %s', async (at, day) => {
    const result = await reconcile({
      account: 'a',
      from: day,
      to: day,
      mapping: zone,
      bundles: (async function* () {
        yield ledgerOf(FACTS, capture('c-1', 1_000, 1, at));
      })(),
      lines: (async function* () {
        yield line({ day });
      })(),
      onDifference: () => undefined,
    });
    expect(result.agrees).toBe(true);
  });
});

describe('several bookings', () => {
  const mapping: Mapping = { ...DEFAULT_MAPPING, references: { hold: 'hold' } };
  const bare = (amount: number, at: number) =>
    line({ amount, line: at, provider: '', sequenceNumber: '', hold: '77' });
  const three = [...capture('c-1', 30, 1), ...capture('c-2', 30, 2), ...capture('c-3', 40, 3)];

  test('without numbers each line takes the booking of its amount, in any order', async () => {
    expect(await compare(three, [bare(40, 2), bare(30, 3), bare(30, 4)], mapping)).toMatchObject({
      agrees: true,
      matched: 3,
    });
  });

  test('a wrong amount gets what the right ones leave', async () => {
    const { found } = await compare(three, [bare(50, 2), bare(30, 3), bare(30, 4)], mapping);
    expect(found).toMatchObject([
      { difference: 'amount-differs', operation: 'c-3', ledger: 40, file: 50, line: 2 },
    ]);
  });

  test('captures of one call are one booking, a correction belongs to it, a reversal is its own', async () => {
    const told: readonly Told[] = [
      ...booked('capture', 'c-1', 300, { sentWith: 'c-2', providerReference: '77', sequenceNumber: 1 }),
      ...booked('capture', 'c-2', 700, { sentWith: 'c-2', providerReference: '77', sequenceNumber: 1 }),
      ...capture('c-3', 500, 2),
      { type: 'capture.approved', operation: 'c-3', data: { booked: 480 } },
      ...capture('c-4', 90, 3),
      { type: 'capture.reversed', operation: 'c-4' },
    ];
    const lines = [
      line(),
      line({ amount: 480, sequenceNumber: '2' }),
      line({ amount: 90, sequenceNumber: '3' }),
      line({ amount: -90, sequenceNumber: '3' }),
    ];
    expect(await compare(told, lines)).toMatchObject({ agrees: true, bookings: 4, matched: 4 });
  });

  test('another account’s payments are left out, and sums are by day, currency and kind', async () => {
    const other = ledgerOf({ ...FACTS, account: 'b', id: 'p-2' }, capture('c-1', 7, 1));
    const own = ledgerOf(FACTS, [
      ...capture('c-1', 1_000, 1),
      ...booked('refund', 'r-1', 20, { sequenceNumber: 2, providerReference: '77' }),
    ]);
    const refund = line({ kind: 'refund', amount: 20, sequenceNumber: '2', fee: 3 });
    const result = await compare([], [line(), refund, line({ kind: 'fee', amount: 5 })], DEFAULT_MAPPING, [
      own,
      other,
    ]);
    expect(result).toMatchObject({ agrees: true, payments: 1 });
    expect(result.totals.map(({ kind, ledger, file, fileCount }) => [kind, ledger, file, fileCount])).toEqual(
      [
        ['capture', 1_000, 1_000, 1],
        ['fee', 0, 8, 2],
        ['refund', 20, 20, 1],
      ],
    );
  });
});
