import type { ProcessPage } from '../../sandbox/payone/book-page.ts';
import type { Booking, ProviderBooks, SentRequest } from '../../audit/provider-books.ts';

const KINDS: Readonly<Record<string, Booking['kind']>> = {
  capture: 'capture',
  void: 'release',
  refund: 'refund',
};
/** What differs from one send of the same body to the next, or is no part of it. */
const NOT_BODY = new Set(['key']);

/** The PAYONE twin's books of one process, in the words of the audit. Amounts are minor units. */
export function booksOf(process: ProcessPage): ProviderBooks {
  const bookings = process.bookings
    .filter((booking) => booking.state === 'booked' && KINDS[booking.kind] !== undefined)
    .map(
      (booking): Booking => ({
        kind: KINDS[booking.kind] ?? 'capture',
        amount: Math.abs(booking.amount),
        sequenceNumber: booking.sequencenumber,
        origin: booking.origin === 'api' ? 'engine' : 'elsewhere',
      }),
    );
  return {
    authorized: process.preauthorised,
    captured: process.captured,
    refunded: process.refunded,
    closed: process.closed,
    bookings,
    requests: process.requests.filter((record) => record.request !== 'preauthorization').map(requestOf),
  };
}

function requestOf(record: ProcessPage['requests'][number]): SentRequest {
  const number = record.parameters['sequencenumber'];
  const body = Object.entries(record.parameters)
    .filter(([name]) => !NOT_BODY.has(name))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
  return {
    sequenceNumber: number === undefined ? null : Number(number),
    body,
    tookEffect: record.tookEffect,
  };
}
