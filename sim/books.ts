/** The provider's own books of one payment process: what it really did, whatever anyone was told. Minor units. */

export interface Booking {
  readonly kind: 'capture' | 'release' | 'refund';
  /** Our operation that asked for it, or null where it was made elsewhere. */
  readonly operation: string | null;
  readonly sequenceNumber: number;
  readonly amount: number;
  readonly final: boolean;
  /** `pending`: accepted, not yet decided. `failed`: never came to be. `reversed`: taken back later. */
  state: 'booked' | 'pending' | 'failed' | 'reversed';
}

export interface Books {
  /** One per preauthorisation that was accepted; more than one would be a broken M3. */
  readonly holds: {
    readonly txid: string;
    readonly amount: number;
    state: 'booked' | 'pending' | 'failed';
  }[];
  readonly bookings: Booking[];
  /** Highest number used, by us or elsewhere. */
  lastNumber: number;
  /** `completed` was booked: no capture any more. */
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
