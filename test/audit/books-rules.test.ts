/** Only the provider's books prove M3, M4 and M10; every difference between ledger and books is found. */
import { describe, expect, test } from 'vitest';
import { bookBreaches, booksAgree } from '../../audit/books-rules.ts';
import type { Booking, ProviderBooks } from '../../audit/provider-books.ts';
import { approved, authorised, captured, declined, lost } from '../support/payment-life.ts';

const booking = (sequenceNumber: number, amount: number, part: Partial<Booking> = {}): Booking => ({
  kind: 'capture',
  amount,
  sequenceNumber,
  origin: 'engine',
  ...part,
});

function books(bookings: readonly Booking[], part: Partial<ProviderBooks> = {}): ProviderBooks {
  const captured = bookings.filter((one) => one.kind === 'capture').reduce((sum, one) => sum + one.amount, 0);
  const refunded = bookings.filter((one) => one.kind === 'refund').reduce((sum, one) => sum + one.amount, 0);
  return { authorized: 10_000, captured, refunded, closed: false, bookings, requests: [], ...part };
}

const rulesOf = (ledger: Parameters<typeof bookBreaches>[0], found: ProviderBooks) =>
  bookBreaches(ledger, found).map((breach) => breach.rule);

describe('ledger and books', () => {
  const { ledger } = captured([3000, 2000]);

  test('agree where each capture was booked once with its number and amount', () => {
    const same = books([booking(1, 3000), booking(2, 2000)]);
    expect(bookBreaches(ledger, same)).toEqual([]);
    expect(booksAgree(ledger, same)).toBe(true);
  });

  test('differ where one was booked twice (M3, M4)', () => {
    expect(rulesOf(ledger, books([booking(1, 3000), booking(2, 2000), booking(2, 2000)]))).toEqual(
      expect.arrayContaining(['M3', 'M4']),
    );
  });

  test('differ where one was never booked (M3)', () => {
    expect(rulesOf(ledger, books([booking(1, 3000)]))).toContain('M3');
  });

  test('differ where another amount was booked (M3)', () => {
    expect(rulesOf(ledger, books([booking(1, 3000), booking(2, 2001)]))).toContain('M3');
  });

  test('differ where a number was left out (M4)', () => {
    expect(rulesOf(ledger, books([booking(1, 3000), booking(3, 2000)]))).toContain('M4');
  });

  test('agree on a collection: several captures share one booking', () => {
    const life = authorised({ plan: { captures: 'collect', onDeadline: 'alert' } }, { plans: ['collect'] });
    life.capture('c-1', 3000).capture('c-2', 2000, { final: true }).answer(approved);
    expect(bookBreaches(life.ledger, books([booking(1, 5000)]))).toEqual([]);
  });

  test('agree where a declined capture gave its number back', () => {
    const life = authorised()
      .capture('c-1', 9000)
      .answer(declined('55'))
      .capture('c-2', 1000)
      .answer(approved);
    expect(bookBreaches(life.ledger, books([booking(1, 1000)]))).toEqual([]);
  });
});

describe('a repeat', () => {
  const life = authorised().capture('c-1', 3000).answer(lost).fire('repeat').answer(approved);
  const request = (body: string, tookEffect: boolean) => ({ sequenceNumber: 1, body, tookEffect });

  test('with the same body holds M10', () => {
    const requests = [request('a=1', false), request('a=1', true)];
    expect(bookBreaches(life.ledger, books([booking(1, 3000)], { requests }))).toEqual([]);
  });

  test('with another body breaks M10', () => {
    const requests = [request('a=1', false), request('a=2', true)];
    expect(rulesOf(life.ledger, books([booking(1, 3000)], { requests }))).toEqual(['M10']);
  });
});
