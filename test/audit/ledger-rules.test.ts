/** A ledger alone proves M1, M2, M5, M6, M7 and M9; every breach that is planted into a good ledger is found. */
import { describe, expect, test } from 'vitest';
import { ledgerBreaches } from '../../audit/ledger-rules.ts';
import type { LedgerEntry } from '../../payment/ledger.ts';
import { approved, captured, DAY } from '../support/payment-life.ts';

function wholeLife(): readonly LedgerEntry[] {
  const life = captured([3000, 2000]).capture('c-3', 1000, { final: true }).answer(approved);
  return life.refund('r-1', 500).answer(approved).fire('close').ledger;
}

/** The same ledger with one entry changed. */
function changed(type: string, change: (entry: LedgerEntry) => LedgerEntry): readonly LedgerEntry[] {
  return wholeLife().map((entry) => (entry.type === type ? change(entry) : entry));
}

const withAmounts = (part: Partial<LedgerEntry['after']['amounts']>) => (entry: LedgerEntry) => ({
  ...entry,
  after: { ...entry.after, amounts: { ...entry.after.amounts, ...part } },
});

const rulesOf = (ledger: readonly LedgerEntry[]) =>
  new Set(ledgerBreaches(ledger).map((breach) => breach.rule));

describe('a whole life', () => {
  test('breaks no rule', () => {
    expect(ledgerBreaches(wholeLife())).toEqual([]);
  });

  test('still breaks none when it lapses by the clock', () => {
    const life = captured([3000]).fire('clock').fire('clock').fire('clock');
    expect(life.sums).toMatchObject({ held: 0, lapsed: 7000 });
    expect(ledgerBreaches(life.give({ type: 'poke' }, DAY).ledger)).toEqual([]);
  });
});

describe('a planted breach', () => {
  test.each([
    ['M1', changed('capture.planned', withAmounts({ reserved: 99_999 }))],
    ['M2', changed('refund.planned', withAmounts({ refunding: 99_999 }))],
    ['M5', changed('payment.closed', withAmounts({ released: 0 }))],
    ['M6', changed('capture.approved', withAmounts({ captured: 1 }))],
    ['M7', changed('capture.sent', withAmounts({ captured: 0.5 }))],
    [
      'M9',
      changed('release.approved', (entry) => ({ ...entry, after: { ...entry.after, status: 'authorized' } })),
    ],
  ] as const)('of %s is found', (rule, ledger) => {
    expect(rulesOf(ledger)).toContain(rule);
  });

  test('in an entry that the machine would never take is found by M9', () => {
    const ledger = wholeLife();
    const twice = ledger.flatMap((entry) =>
      entry.type === 'release.approved' ? [entry, { ...entry, n: entry.n + 1 }] : [entry],
    );
    expect(rulesOf(twice)).toContain('M9');
  });

  test('of a missing first entry is found by M9', () => {
    expect(rulesOf(wholeLife().slice(1))).toContain('M9');
  });
});

describe('more than was authorised, as the provider reports it', () => {
  const over = (later: string): readonly LedgerEntry[] => {
    const [first, second, third] = captured([3000]).ledger;
    if (first === undefined || second === undefined || third === undefined)
      throw new Error('too short a life');
    const { amounts } = third.after;
    const reported = { ...third.after, amounts: { ...amounts, captured: 9_000, reserved: 2_000 } };
    const of = (n: number, at: string, type: LedgerEntry['type'], code: string): LedgerEntry => ({
      ...third,
      n,
      at,
      type,
      operation: null,
      data: { code, booked: 9_000 },
      after: reported,
    });
    const seen = { ...of(4, third.at, 'observed.capture', ''), operation: 'observed-1' };
    return [
      first,
      second,
      third,
      seen,
      of(5, later, 'attention.raised', 'observed-elsewhere'),
      of(6, later, 'attention.raised', 'books-differ'),
    ];
  };

  test('is no breach of M1 where the attention follows in the same step', () => {
    const [, , third] = captured([3000]).ledger;
    expect(rulesOf(over(third?.at ?? ''))).not.toContain('M1');
  });

  test('is one where it comes later', () => {
    expect(rulesOf(over('2099-01-01T00:00:00.000Z'))).toContain('M1');
  });
});
