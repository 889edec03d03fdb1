import type { ProviderCall } from '../payment/call.ts';
import type { Notice } from '../payment/notice.ts';
import type { CallResult } from '../payment/outcome.ts';
import type { ReadResult } from '../payment/read.ts';
import {
  type Booking,
  type Books,
  authorizedIn,
  capturedIn,
  emptyBooks,
  heldIn,
  refundedIn,
  sweepExpired,
} from './books.ts';
import type { CallFault, ProviderEvent } from './life.ts';
import { type Answer, resultOf } from './payone-answer.ts';
import type { Outbox, ProviderModel, Settlement } from './provider-model.ts';
import type { PayoneSetting } from './setting.ts';
import { Violation } from './violation.ts';

/**
 * PAYONE as the provider notes tell it (A2–A8): one process, one row of sequence numbers shared by
 * captures and refunds, 907 for a number out of turn or too early, 908 above what is held, 935 for a
 * zero after a capture, 950 after the last one, 911 for a reference that is taken, notices for what
 * succeeded. It keeps its own books and shares nothing with an adapter.
 */
export class PayoneModel implements ProviderModel {
  readonly books: Books = emptyBooks();
  readonly outbox: Outbox = { notices: [], settlements: [] };
  readonly holdKey = '770000001';
  readonly hold: { readonly txid: string; readonly clearingtype: string };
  private readonly setting: PayoneSetting;
  private readonly reference: string;
  private referenceTaken = false;
  /** A request is being worked on; others on the process are out of turn. */
  private occupied = false;
  private numberFreeAt = 0;
  private readonly identities = new Map<string, number>();

  constructor(setting: PayoneSetting, reference: string) {
    this.setting = setting;
    this.reference = reference;
    this.hold = { txid: this.holdKey, clearingtype: setting.clearing };
    if (setting.adopted !== null) {
      this.referenceTaken = true;
      this.books.lastNumber = setting.adopted;
      this.books.holds.push({ amount: setting.amount, state: 'booked' });
    }
  }

  receive(call: ProviderCall, at: number, fault: CallFault | null): CallResult {
    return resultOf(this.answer(call, at, fault), call, this.hold.clearingtype);
  }

  read(): ReadResult {
    throw new Violation('M10', 'PAYONE was asked for books that cannot be read');
  }

  unlock(): void {}

  anchorOf(): null {
    return null;
  }

  /** A slow request keeps the process to itself until it is answered. */
  occupy(): void {
    this.occupied = true;
  }

  /** What PAYONE answers to one request. */
  answer(call: ProviderCall, at: number, fault: CallFault | null): Answer {
    this.occupied = false;
    if (call.action === 'authorise') return this.authorise(call.amount, at, fault);
    const refusal = this.refusalOf(call, at, fault);
    if (refusal !== null) {
      const declined = refusal !== 907 && refusal !== 950;
      if (declined && this.setting.declineUsesNumber && call.sequenceNumber !== null)
        this.books.lastNumber = call.sequenceNumber;
      return { status: 'ERROR', code: refusal };
    }
    if (fault?.kind === 'error' && !fault.booked) return { status: 'ERROR', code: fault.code };
    const number = this.books.lastNumber + 1;
    this.books.lastNumber = number;
    this.numberFreeAt = at + this.setting.busyFor;
    const final = call.action === 'capture' ? call.final : call.action === 'release';
    const pending = fault?.kind === 'pending' && call.action !== 'release' ? fault : null;
    const booking: Booking = {
      kind: call.action,
      operation: call.operation,
      sequenceNumber: number,
      amount: call.action === 'release' ? heldIn(this.books) : Math.abs(call.amount),
      final,
      state: pending === null ? 'booked' : 'pending',
    };
    this.books.bookings.push(booking);
    if (final) this.books.completed = true;
    if (pending === null) {
      this.bookedNow(booking, at);
      return fault?.kind === 'error'
        ? { status: 'ERROR', code: fault.code }
        : { status: 'APPROVED', txid: this.holdKey };
    }
    if (pending.ends !== 'never')
      this.outbox.settlements.push({ at: at + pending.ms, number, ends: pending.ends });
    return { status: 'PENDING', txid: this.holdKey };
  }

  isOccupied(): boolean {
    return this.occupied;
  }

  /** Refused without a look at the process: something else of it is being worked on. */
  outOfTurn(call: ProviderCall): CallResult | null {
    if (!this.occupied) return null;
    const code = call.action === 'authorise' ? 911 : 907;
    return resultOf({ status: 'ERROR', code }, call, this.hold.clearingtype);
  }

  /** A pending one is decided. Nothing happens where it was decided before. */
  settle(settlement: Settlement, at: number): void {
    if (settlement.number === 0) {
      const hold = this.books.holds.find((each) => each.state === 'pending');
      if (hold === undefined) return;
      hold.state = settlement.ends === 'approved' ? 'booked' : 'failed';
      this.tell('authorization', settlement.ends, 0, at);
      return;
    }
    const booking = this.books.bookings.find(
      (each) => each.sequenceNumber === settlement.number && each.state === 'pending',
    );
    if (booking === undefined) return;
    if (settlement.ends === 'approved') {
      booking.state = 'booked';
      this.bookedNow(booking, at);
      return;
    }
    booking.state = 'failed';
    if (booking.final) this.books.completed = false;
    sweepExpired(this.books);
    this.tell(booking.kind === 'refund' ? 'refund' : 'capture', 'failed', booking.sequenceNumber, at);
  }

  /** Something happens there without us; false where it cannot. */
  happen(event: ProviderEvent, at: number): boolean {
    if (authorizedIn(this.books) === 0) return false;
    const captures = this.books.bookings.filter((each) => each.kind === 'capture' && each.state === 'booked');
    switch (event.kind) {
      case 'elsewhere': {
        const room = event.action === 'capture' ? heldIn(this.books) : this.refundable();
        const amount = Math.min(event.amount, room);
        const undecided = this.books.bookings.some((each) => each.state === 'pending');
        if (amount <= 0 || this.occupied || undecided) return false;
        if (event.action === 'capture' && this.books.completed) return false;
        const number = ++this.books.lastNumber;
        const booking: Booking = {
          kind: event.action,
          operation: null,
          sequenceNumber: number,
          amount,
          final: false,
          state: 'booked',
        };
        this.books.bookings.push(booking);
        this.bookedNow(booking, at);
        return true;
      }
      case 'late-failure': {
        const capture = captures[event.capture % Math.max(1, captures.length)];
        if (capture === undefined || capturedIn(this.books) - capture.amount < this.givenBack()) return false;
        capture.state = 'reversed';
        sweepExpired(this.books);
        this.tell('capture', 'failed', capture.sequenceNumber, at);
        return true;
      }
      case 'chargeback': {
        const capture = captures[event.capture % Math.max(1, captures.length)];
        const amount = capture === undefined ? 0 : Math.ceil((capture.amount * event.thousandths) / 1000);
        if (capture === undefined || amount > this.refundable()) return false;
        this.books.chargedBack += amount;
        this.tell('chargeback', 'approved', capture.sequenceNumber, at, amount);
        return true;
      }
      case 'chargeback-reversed': {
        const amount = this.books.chargedBack;
        if (amount === 0) return false;
        this.books.chargedBack = 0;
        this.tell('chargeback-reversed', 'approved', 1, at, amount);
        return true;
      }
    }
  }

  /** The hold ends by itself: what is left of it lapses. */
  expire(): void {
    this.books.expired = true;
    sweepExpired(this.books);
  }

  /** A person gives the rest back in the provider's portal; what it gave back. */
  releaseInPortal(): number {
    const rest = this.books.expired ? 0 : heldIn(this.books);
    if (rest > 0) this.books.released += rest;
    return rest;
  }

  /** The notice was acknowledged, so the next number is free. */
  acknowledge({ sequenceNumber }: Notice): void {
    if ((sequenceNumber ?? 0) === this.books.lastNumber) this.numberFreeAt = 0;
  }

  private authorise(amount: number, at: number, fault: CallFault | null): Answer {
    if (this.referenceTaken) return { status: 'ERROR', code: 911 };
    if (fault?.kind === 'decline' || fault?.kind === 'busy') {
      if (fault.kind === 'decline' && this.setting.declineKeepsReference) this.referenceTaken = true;
      return { status: 'ERROR', code: fault.kind === 'busy' ? 990 : fault.code };
    }
    if (fault?.kind === 'error' && !fault.booked) return { status: 'ERROR', code: fault.code };
    this.referenceTaken = true;
    const later = fault?.kind === 'pending' || fault?.kind === 'redirect' ? fault : null;
    const approved =
      fault?.kind === 'partial' ? Math.max(1, Math.floor((amount * fault.thousandths) / 1000)) : amount;
    this.books.holds.push({ amount: approved, state: later === null ? 'booked' : 'pending' });
    if (later !== null) {
      if (later.ends !== 'never')
        this.outbox.settlements.push({ at: at + later.ms, number: 0, ends: later.ends });
      return later.kind === 'redirect'
        ? { status: 'REDIRECT', txid: this.holdKey, redirectUrl: 'https://provider.example/redirect' }
        : { status: 'PENDING', txid: this.holdKey };
    }
    this.tell('authorization', 'approved', 0, at);
    if (fault?.kind === 'error') return { status: 'ERROR', code: fault.code };
    return { status: 'APPROVED', txid: this.holdKey, ...(approved === amount ? {} : { approved }) };
  }

  private refusalOf(
    call: Exclude<ProviderCall, { action: 'authorise' }>,
    at: number,
    fault: CallFault | null,
  ): number | null {
    const { books } = this;
    if (books.holds[0]?.state !== 'booked') return 950;
    if (call.sequenceNumber !== books.lastNumber + 1 || at < this.numberFreeAt) return 907;
    if (fault?.kind === 'busy') return fault.code;
    if (call.sequenceNumber > this.setting.sequenceMax) return 951;
    if (call.currency !== this.setting.currency) return 910;
    if (call.action === 'refund') {
      if (Math.abs(call.amount) > this.refundable()) return 906;
    } else {
      if (books.expired) return 80;
      if (books.completed) return 950;
      const zero = call.action === 'release' || call.amount === 0;
      if (zero && capturedIn(books, true) > 0) return 935;
      if (!zero && call.amount > heldIn(books) && !this.setting.lenient) return 908;
    }
    if (fault?.kind !== 'decline') return null;
    if (fault.code === 80) {
      if (call.action === 'refund') return 2;
      this.expire();
    }
    return fault.code;
  }

  private bookedNow(booking: Booking, at: number): void {
    if (booking.final) this.books.released += Math.max(0, heldIn(this.books));
    sweepExpired(this.books);
    this.tell(booking.kind === 'refund' ? 'refund' : 'capture', 'approved', booking.sequenceNumber, at);
  }

  private refundable(): number {
    return capturedIn(this.books) - this.givenBack();
  }

  private givenBack(): number {
    return refundedIn(this.books, true) + this.books.chargedBack;
  }

  private tell(
    about: Notice['about'],
    state: Notice['state'],
    number: number,
    at: number,
    price?: number,
  ): void {
    const name = `${this.holdKey}:${number}:${about}:${state}:${Math.floor(at / 1000)}`;
    const before = this.identities.get(name) ?? 0;
    this.identities.set(name, before + 1);
    const ours = this.books.bookings.some(
      (booking) => booking.sequenceNumber === number && booking.operation !== null,
    );
    const unasked = number > 0 && (!ours || about.startsWith('chargeback') || state === 'failed');
    const notice: Notice = {
      identity: before === 0 ? name : `${name}:${before}`,
      providerReference: this.holdKey,
      reference: this.reference,
      ...(about === 'authorization' ? { hold: this.hold } : {}),
      about,
      state,
      sequenceNumber: number,
      receivable: capturedIn(this.books) - refundedIn(this.books),
      price: price ?? authorizedIn(this.books),
      balance: this.books.chargedBack,
      currency: this.setting.currency,
      at: new Date(at).toISOString(),
      facts: {},
    };
    this.outbox.notices.push({ notice, unasked });
  }
}
