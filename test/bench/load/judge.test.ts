/**
 * The judge of load and chaos finds whatever is planted: a capture that was answered and is gone, one that was done
 * twice, sums that differ, answers that nobody got, and a run in which nothing happened.
 */
import { describe, expect, test } from 'vitest';
import type { Booking, ProviderBooks } from '../../../audit/provider-books.ts';
import { type Evidence, judge } from '../../../bench/load/judge.ts';
import type { Asked } from '../../../bench/load/lane.ts';
import type { LedgerEntry } from '../../../payment/ledger.ts';
import { authorised, captured, declined, lost } from '../../support/payment-life.ts';

const STRICT = { givenUp: 0, withoutEffect: new Set<string>() };
const CHAOS = { givenUp: 0, withoutEffect: new Set(['send-window']) };
const unsent = { outcome: 'not_performed', reason: 'send-window', firstOnly: true } as const;

const booking = (sequenceNumber: number, amount: number, part: Partial<Booking> = {}): Booking => ({
  kind: 'capture',
  amount,
  sequenceNumber,
  origin: 'engine',
  ...part,
});

function booksOf(bookings: readonly Booking[], part: Partial<ProviderBooks> = {}): ProviderBooks {
  const sum = bookings.reduce((total, { amount }) => total + amount, 0);
  return { authorized: 10_000, captured: sum, refunded: 0, closed: false, bookings, requests: [], ...part };
}

const asking = (
  captures: readonly (readonly [id: string, amount: number, answered: string | null])[],
  part: Partial<Asked> = {},
): Asked => ({
  payment: 'p-1',
  account: 'shop',
  created: true,
  captures: new Map(captures.map(([id, amount, answered]) => [id, { amount, answered }])),
  reads: [],
  ...part,
});

interface Planted {
  readonly asked?: Asked;
  readonly ledger?: readonly LedgerEntry[];
  readonly books?: ProviderBooks;
}

const TWO = asking([
  ['c-1', 3_000, 'approved'],
  ['c-2', 2_000, 'approved'],
]);

/** Two captures, answered and booked; every part can be another. */
function run({ asked = TWO, ledger, books }: Planted = {}, over: Partial<Evidence> = {}): Evidence {
  return {
    accounts: ['shop'],
    asked: [asked],
    ledgers: new Map([['p-1', ledger ?? captured([3_000, 2_000]).ledger]]),
    books: new Map([['p-1', books ?? booksOf([booking(1, 3_000), booking(2, 2_000)])]]),
    known: new Map([['shop', 1]]),
    ...over,
  };
}

const faultsOf = (evidence: Evidence, terms = STRICT): string => judge(evidence, terms).faults.join('\n');

test('what was answered, is in the ledger and in the books once has no fault', () => {
  expect(judge(run(), STRICT)).toEqual({
    payments: 1,
    intents: 2,
    unanswered: 0,
    approved: 2,
    notPerformed: 0,
    effects: 2,
    reads: 0,
    captured: { ledgers: 5_000, books: 5_000 },
    faults: [],
  });
});

describe('a loss', () => {
  test('of a capture that was answered as approved and is in no entry', () => {
    const books = booksOf([booking(1, 3_000)]);
    expect(faultsOf(run({ ledger: captured([3_000]).ledger, books }), CHAOS)).toContain(
      'p-1: capture c-2 was accepted and is in no entry',
    );
  });

  test('of one that was answered as approved and ended without effect, even for a reason that may be', () => {
    const { ledger } = captured([3_000]).capture('c-2', 2_000).answer(unsent);
    const books = booksOf([booking(1, 3_000)]);
    expect(faultsOf(run({ ledger, books }), CHAOS)).toBe(
      'p-1: capture c-2 was answered approved and is not_performed',
    );
  });

  test('of one that the ledger calls approved and the provider never booked', () => {
    const text = faultsOf(run({ books: booksOf([booking(1, 3_000)]) }));
    expect(text).toContain('p-1: 2 captures approved, 1 effects at the provider');
    expect(text).toContain('M3');
  });

  test('of a whole payment, of its ledger, or of its books', () => {
    expect(faultsOf(run({}, { ledgers: new Map() }))).toContain('p-1: its ledger cannot be read');
    expect(faultsOf(run({}, { books: new Map() }))).toBe('p-1: the provider has no books of it');
    expect(faultsOf(run({}, { known: new Map([['shop', 2]]) }))).toBe(
      'shop: the provider knows 2 payments, 1 have a ledger',
    );
  });

  test('hidden by a double elsewhere', () => {
    const evidence = run({ books: booksOf([booking(1, 3_000)]) });
    const other = run({ books: booksOf([booking(1, 3_000), booking(2, 2_000), booking(3, 2_000)]) });
    const both: Evidence = {
      ...evidence,
      asked: [TWO, { ...TWO, payment: 'p-2' }],
      ledgers: new Map([...evidence.ledgers, ['p-2', captured([3_000, 2_000]).ledger]]),
      books: new Map([...evidence.books, ['p-2', other.books.get('p-1') ?? booksOf([])]]),
      known: new Map(),
    };
    expect(judge(both, STRICT)).toMatchObject({ approved: 4, effects: 4 });
    const text = faultsOf(both);
    expect(text).toContain('p-1: 2 captures approved, 1 effects');
    expect(text).toContain('p-2: 2 captures approved, 3 effects');
  });
});

describe('more than was asked for', () => {
  test('is found where the provider booked one twice', () => {
    const books = booksOf([booking(1, 3_000), booking(2, 2_000), booking(3, 2_000)]);
    expect(faultsOf(run({ books }))).toContain('p-1: 2 captures approved, 3 effects at the provider');
  });

  test('is found where the ledger has a capture of nobody', () => {
    const asked = asking([['c-1', 3_000, 'approved']]);
    expect(faultsOf(run({ asked }))).toContain('p-1: nobody asked for capture c-2');
  });

  test('is found where one was answered as without effect and moved money', () => {
    const asked = asking([
      ['c-1', 3_000, 'approved'],
      ['c-2', 2_000, 'not_performed'],
    ]);
    expect(faultsOf(run({ asked }), CHAOS)).toBe(
      'p-1: capture c-2 was answered not_performed and is approved',
    );
  });
});

describe('a wrong sum', () => {
  test('is found in a capture of another amount, in the ledger and in the books', () => {
    const asked = asking([
      ['c-1', 3_000, 'approved'],
      ['c-2', 2_001, 'approved'],
    ]);
    expect(faultsOf(run({ asked }))).toBe('p-1: capture c-2 asked 2001, booked 2000');
    const books = booksOf([booking(1, 3_000), booking(2, 2_000)], { captured: 5_001 });
    expect(faultsOf(run({ books }))).toBe('p-1: M3 captured: ledger 5000, provider 5001');
    const [...ledger] = captured([3_000, 2_000]).ledger;
    const last = ledger.pop();
    if (last === undefined) throw new Error('an empty ledger');
    const amounts = { ...last.after.amounts, captured: 4_000 };
    ledger.push({ ...last, after: { ...last.after, amounts } });
    expect(faultsOf(run({ ledger }))).toContain('M6');
  });

  test('is found in what a read said', () => {
    const reading = (value: number): Evidence =>
      run({ asked: { ...TWO, reads: [{ captured: value, least: 3_000 }] } });
    for (const honest of [3_000, 5_000]) expect(faultsOf(reading(honest))).toBe('');
    for (const wrong of [2_999, 5_001, Number.NaN]) {
      expect(faultsOf(reading(wrong))).toContain(`p-1: a read said ${wrong} captured`);
    }
    expect(judge(reading(3_000), STRICT).reads).toBe(1);
  });
});

describe('no effect', () => {
  const { ledger } = captured([3_000]).capture('c-2', 2_000).answer(unsent);
  const books = booksOf([booking(1, 3_000)]);
  const asked = asking([
    ['c-1', 3_000, 'approved'],
    ['c-2', 2_000, 'not_performed'],
  ]);

  test('is a fault under load, and counted under kills where the kill explains it', () => {
    expect(faultsOf(run({ asked, ledger, books }))).toBe('p-1: capture c-2 had no effect (send-window)');
    expect(judge(run({ asked, ledger, books }), CHAOS)).toMatchObject({ notPerformed: 1, faults: [] });
  });

  test('is a fault under kills for any other reason', () => {
    const other = captured([3_000])
      .capture('c-2', 2_000)
      .answer({ ...unsent, reason: 'validation' });
    expect(faultsOf(run({ asked, ledger: other.ledger, books }), CHAOS)).toBe(
      'p-1: capture c-2 had no effect (validation)',
    );
  });

  test('is a fault where the provider declined, or nothing is known in the end', () => {
    const refused = captured([3_000]).capture('c-2', 2_000).answer(declined('902'));
    expect(faultsOf(run({ asked, ledger: refused.ledger, books }), CHAOS)).toContain(
      'capture c-2 is declined',
    );
    const open = captured([3_000]).capture('c-2', 2_000).answer(lost);
    expect(faultsOf(run({ asked, ledger: open.ledger, books }), CHAOS)).toContain('still open: c-2 unknown');
  });
});

describe('nothing', () => {
  test('is no success: no request, no capture, no account without one', () => {
    const none: Evidence = {
      accounts: [],
      asked: [],
      ledgers: new Map(),
      books: new Map(),
      known: new Map(),
    };
    expect(faultsOf(none)).toBe('no capture was answered, so nothing was tried');
    const { ledger } = authorised();
    expect(faultsOf(run({ asked: asking([]), ledger, books: booksOf([]) }))).toContain('nothing was tried');
    expect(faultsOf(run({}, { accounts: ['shop', 'other'] }))).toBe(
      'other: no capture was approved, so nothing was tried there',
    );
  });

  test('answered is a fault, even where it took effect', () => {
    const asked = asking([
      ['c-1', 3_000, 'approved'],
      ['c-2', 2_000, null],
    ]);
    expect(judge(run({ asked }), CHAOS)).toMatchObject({
      intents: 1,
      unanswered: 1,
      approved: 2,
      faults: ['p-1: capture c-2 was never answered'],
    });
    expect(faultsOf(run(), { ...STRICT, givenUp: 3 })).toBe('3 requests were never answered');
    expect(faultsOf(run({ asked: { ...TWO, created: false } }))).toBe('p-1: its creation was never answered');
  });
});

test('what was pending when it was answered may end as approved', () => {
  const asked = asking([
    ['c-1', 3_000, 'pending'],
    ['c-2', 2_000, 'unknown'],
  ]);
  expect(faultsOf(run({ asked }))).toBe('');
});
