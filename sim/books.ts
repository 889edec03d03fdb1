/** The provider's own books of one payment process: what it really did, whatever anyone was told. Minor units. */

export interface Booking {
  readonly kind: 'capture' | 'release' | 'refund';
  /** Our operation that asked for it, or null where it was made elsewhere. */
  operation: string | null;
  /** PAYONE's number, or the place in the row where the provider has none. */
  readonly sequenceNumber: number;
  readonly amount: number;
  readonly final: boolean;
  /** `pending`: accepted, not yet decided. `failed`: never came to be. `reversed`: taken back later. */
  state: 'booked' | 'pending' | 'failed' | 'reversed';
}

export interface Books {
  /** One per authorisation that was accepted; more than one would be a broken M3. */
  readonly holds: {
    readonly amount: number;
    state: 'booked' | 'pending' | 'failed';
  }[];
  readonly bookings: Booking[];
  /** Highest number used, by us or elsewhere. */
  lastNumber: number;
  /** No capture any more. */
  completed: boolean;
  /** The hold ended by itself. */
  expired: boolean;
  /** Given back by a void, by the last capture or by a person in the provider's portal. */
  released: number;
  lapsed: number;
  chargedBack: number;
}

export function emptyBooks(): Books {
  return {
    holds: [],
    bookings: [],
    lastNumber: 0,
    completed: false,
    expired: false,
    released: 0,
    lapsed: 0,
    chargedBack: 0,
  };
}

export function authorizedIn(books: Books): number {
  return books.holds.reduce((sum, hold) => (hold.state === 'booked' ? sum + hold.amount : sum), 0);
}

/** Booked captures; with `pending`, those that may still come to be as well. */
export function capturedIn(books: Books, pending = false): number {
  return sumOf(books, 'capture', pending);
}

export function refundedIn(books: Books, pending = false): number {
  return sumOf(books, 'refund', pending);
}

/** Captures or refunds that stand and that we asked for. */
export function oursIn(books: Books, kind: Booking['kind']): number {
  let sum = 0;
  for (const booking of books.bookings) {
    if (booking.kind === kind && booking.operation !== null && booking.state === 'booked')
      sum += booking.amount;
  }
  return sum;
}

/** The one capture, or the cancellation, ends the hold: what it leaves goes back (seeds 000, 001, 003). */
export function freeRest(books: Books, booking: Booking): void {
  if (booking.kind === 'refund') return;
  books.released += booking.kind === 'release' ? booking.amount : Math.max(0, heldIn(books));
  books.completed = true;
}

/** Once the hold has ended, what is left of it lapses. */
export function sweepExpired(books: Books): void {
  const rest = heldIn(books);
  if (books.expired && rest > 0) books.lapsed += rest;
}

export function heldIn(books: Books): number {
  return authorizedIn(books) - capturedIn(books, true) - books.released - books.lapsed;
}

function sumOf(books: Books, kind: Booking['kind'], pending: boolean): number {
  let sum = 0;
  for (const booking of books.bookings) {
    if (booking.kind !== kind) continue;
    if (booking.state === 'booked' || (pending && booking.state === 'pending')) sum += booking.amount;
  }
  return sum;
}
