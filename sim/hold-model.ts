import type { ProviderCall } from '../payment/call.ts';
import type { HoldReference } from '../payment/hold.ts';
import type { Notice } from '../payment/notice.ts';
import type { CallResult, Decline } from '../payment/outcome.ts';
import type { ReadCall, ReadResult } from '../payment/read.ts';
import {
  type Booking,
  type Books,
  authorizedIn,
  capturedIn,
  emptyBooks,
  freeRest,
  heldIn,
  refundedIn,
  sweepExpired,
} from './books.ts';
import type { CallFault, ProviderEvent } from './life.ts';
import type { Outbox, ProviderModel, Settlement } from './provider-model.ts';
import type { Setting } from './setting.ts';

export type FollowUp = Exclude<ProviderCall, { action: 'authorise' }>;
type Undecided = Extract<CallFault, { kind: 'pending' | 'redirect' }>;

/** A request that arrived and is not answered yet. */
interface Work {
  readonly call: ProviderCall;
  readonly shownFrom: number;
}

/**
 * What the four providers without sequence numbers share: one hold, a row of bookings, and books that
 * show a thing only some time after it arrived. Nothing here makes a repeat safe.
 */
export abstract class HoldModel<Own extends Setting> implements ProviderModel {
  readonly books: Books = emptyBooks();
  readonly outbox: Outbox = { notices: [], settlements: [] };
  abstract readonly hold: HoldReference;
  abstract readonly holdKey: string;
  protected readonly setting: Own;
  protected readonly refusals = new Map<Booking, Decline>();
  private readonly lag: number;
  private readonly shownFrom = new Map<Booking, number>();
  private work: Work[] = [];
  private authorisationShownFrom = 0;
  private endedInPortal = false;

  /** @param lag - the books show a thing this long after it arrived; milliseconds. */
  constructor(setting: Own, lag: number) {
    this.setting = setting;
    this.lag = lag;
    if (setting.adopted !== null) this.books.holds.push({ amount: setting.amount, state: 'booked' });
  }

  abstract receive(call: ProviderCall, at: number, fault: CallFault | null): CallResult;
  abstract read(call: ReadCall, at: number): ReadResult;

  isOccupied(): boolean {
    return this.work.length > 0;
  }

  occupy(call: ProviderCall, at: number): void {
    this.work.push({ call, shownFrom: at + this.lag });
  }

  outOfTurn(_call: ProviderCall, _at: number): CallResult | null {
    return null;
  }

  settle(settlement: Settlement, at: number): void {
    if (settlement.number === 0) {
      const hold = this.books.holds.find((each) => each.state === 'pending');
      if (hold === undefined) return;
      hold.state = settlement.ends === 'approved' ? 'booked' : 'failed';
      sweepExpired(this.books);
      this.changed('authorization', at);
      return;
    }
    const booking = this.books.bookings.find(
      (each) => each.sequenceNumber === settlement.number && each.state === 'pending',
    );
    if (booking === undefined) return;
    if (settlement.ends === 'approved') this.booked(booking, at);
    else this.failed(booking, { code: 'failed', message: 'it failed', hold: 'stands', again: 'later' }, at);
  }

  happen(event: ProviderEvent, at: number): boolean {
    if (event.kind !== 'elsewhere' || authorizedIn(this.books) === 0 || this.isOccupied()) return false;
    if (event.action === 'capture' && (this.books.completed || this.books.expired)) return false;
    if (this.books.bookings.some((each) => each.state === 'pending')) return false;
    const room = event.action === 'capture' ? heldIn(this.books) : this.refundable();
    const amount = Math.min(event.amount, room);
    if (amount <= 0) return false;
    this.booked(this.enter(event.action, null, amount, at), at);
    return true;
  }

  expire(at: number): void {
    this.books.expired = true;
    sweepExpired(this.books);
    this.changed('hold', at);
  }

  releaseInPortal(): number {
    const rest = this.books.expired ? 0 : Math.max(0, heldIn(this.books));
    this.books.released += rest;
    if (rest > 0) {
      this.books.completed = true;
      this.endedInPortal = true;
    }
    return rest;
  }

  acknowledge(_notice: Notice): void {}

  unlock(): void {}

  anchorOf(_operation: string): HoldReference | null {
    return null;
  }

  /** What is told of a change; nothing where the provider sends no notices. */
  protected changed(_what: 'authorization' | 'operation' | 'hold', _at: number): void {}

  /** Whether a booking leaves nothing held: the one capture, for most, and the cancellation. */
  protected ends({ kind }: Booking): boolean {
    return kind !== 'refund';
  }

  protected afterBooking(_booking: Booking): void {}

  protected afterFailure(_booking: Booking): void {}

  /** The request has been worked on. */
  protected taken(call: ProviderCall): void {
    const index = this.work.findIndex((each) => each.call === call);
    if (index >= 0) this.work.splice(index, 1);
  }

  /** Opens the hold, at once or once it is decided. */
  protected openHold(amount: number, at: number, later: Undecided | null): void {
    this.authorisationShownFrom = at + this.lag;
    this.books.holds.push({ amount, state: later === null ? 'booked' : 'pending' });
    if (later === null) this.changed('authorization', at);
    else {
      // A page that nobody comes back from ends by itself.
      const ends = later.ends === 'never' ? 'failed' : later.ends;
      const patience = later.ends === 'never' ? 100 * later.ms : later.ms;
      this.outbox.settlements.push({ at: at + patience, number: 0, ends });
    }
  }

  /** A line in the books that is not decided yet. */
  protected enter(kind: Booking['kind'], operation: string | null, amount: number, at: number): Booking {
    const booking: Booking = {
      kind,
      operation,
      sequenceNumber: this.books.bookings.length + 1,
      amount,
      final: false,
      state: 'pending',
    };
    this.books.bookings.push(booking);
    this.shownFrom.set(booking, at + this.lag);
    return booking;
  }

  /** Accepted, decided later. */
  protected decideLater(booking: Booking, later: Undecided, at: number): void {
    if (later.ends === 'never') return;
    this.outbox.settlements.push({ at: at + later.ms, number: booking.sequenceNumber, ends: later.ends });
  }

  protected booked(booking: Booking, at: number): void {
    booking.state = 'booked';
    if (this.ends(booking)) freeRest(this.books, booking);
    this.afterBooking(booking);
    sweepExpired(this.books);
    this.changed('operation', at);
  }

  protected failed(booking: Booking, decline: Decline, at: number): void {
    booking.state = 'failed';
    this.refusals.set(booking, decline);
    this.afterFailure(booking);
    sweepExpired(this.books);
    this.changed('operation', at);
  }

  protected refundable(): number {
    return capturedIn(this.books) - refundedIn(this.books, true);
  }

  /** What a call would take: the rest of the hold for a release. */
  protected amountOf(call: FollowUp): number {
    return call.action === 'release' ? Math.max(0, heldIn(this.books)) : call.amount;
  }

  protected isShown(booking: Booking, at: number): boolean {
    return (this.shownFrom.get(booking) ?? 0) <= at;
  }

  /** Bookings of one operation that the books show now, oldest first. */
  protected shown(operation: string, at: number): Booking[] {
    return this.books.bookings.filter((each) => each.operation === operation && this.isShown(each, at));
  }

  /** Whether the books show that something is being worked on. */
  protected showsWork(at: number): boolean {
    return this.work.some((each) => each.shownFrom <= at);
  }

  protected showsWorkOn(operation: string, at: number): boolean {
    return this.work.some((each) => each.call.operation === operation && each.shownFrom <= at);
  }

  protected showsHold(at: number): boolean {
    return this.books.holds.length > 0 && this.authorisationShownFrom <= at;
  }

  /** What is left of the hold by the books as they look now. */
  protected remaining(at: number, showsExpiry: boolean): number {
    const { books } = this;
    const over =
      this.endedInPortal ||
      (books.expired && showsExpiry) ||
      books.bookings.some((each) => each.state === 'booked' && this.ends(each) && this.isShown(each, at));
    return over ? 0 : Math.max(0, authorizedIn(books) - this.shownSum('capture', at));
  }

  /** What stands or is being decided of a kind, by the books as they look now. */
  protected shownSum(kind: Booking['kind'], at: number): number {
    let sum = 0;
    for (const each of this.books.bookings) {
      const counts = each.kind === kind && (each.state === 'booked' || each.state === 'pending');
      if (counts && this.isShown(each, at)) sum += each.amount;
    }
    return sum;
  }
}
