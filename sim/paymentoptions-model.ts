import type { ProviderCall } from '../payment/call.ts';
import type { CallResult, Decline } from '../payment/outcome.ts';
import type { ReadCall, ReadResult } from '../payment/read.ts';
import { type Booking, heldIn } from './books.ts';
import { type FollowUp, HoldModel } from './hold-model.ts';
import type { CallFault, ProviderEvent } from './life.ts';
import type { PaymentOptionsSetting } from './setting.ts';

/**
 * PaymentOptions (seed 001, provider notes 2): holds are taken over only; capture and void name the hold,
 * a refund names the capture; nothing makes a repeat safe; what can be read is the record of one
 * transaction, which may or may not change when it is captured; nothing is told unasked.
 */
export class PaymentOptionsModel extends HoldModel<PaymentOptionsSetting> {
  readonly holdKey = 'tx-1';
  readonly hold = { transactionId: this.holdKey };
  private takenElsewhere = false;

  constructor(setting: PaymentOptionsSetting) {
    super(setting, setting.readLag);
  }

  receive(call: ProviderCall, at: number, fault: CallFault | null): CallResult {
    this.taken(call);
    if (call.action === 'authorise') return refusal('config');
    return { ...this.follow(call, at, fault), keys: { transactionId: this.holdKey } };
  }

  read(call: ReadCall, at: number): ReadResult {
    const [hold] = this.books.holds;
    if (hold === undefined) return { read: 'absent', offered: false };
    const ended = this.setting.recordChanges ? this.endOf(call, at) : undefined;
    const named = { providerReference: this.holdKey, hold: this.hold };
    switch (call.kind) {
      case 'authorization':
        return ended === undefined
          ? { read: 'approved', booked: hold.amount, ...named }
          : { read: 'approved', remaining: 0, ...named };
      case 'capture':
        if (ended === undefined) return { read: 'failed', reason: 'record-proves-nothing' };
        if (ended.kind === 'release') return { read: 'absent', offered: false, remaining: 0 };
        if (ended.amount !== call.amount) return { read: 'failed', reason: 'amount-unclear' };
        return { read: 'approved', booked: ended.amount, remaining: 0, providerReference: idOf(ended) };
      case 'release':
        if (ended === undefined) return { read: 'failed', reason: 'record-proves-nothing' };
        return ended.kind === 'release'
          ? { read: 'approved', remaining: 0 }
          : { read: 'absent', offered: false, remaining: 0 };
      case 'refund':
        return { read: 'failed', reason: 'refunds-cannot-be-told-apart' };
    }
  }

  override happen(event: ProviderEvent, at: number): boolean {
    const happened = super.happen(event, at);
    if (happened && event.kind === 'elsewhere' && event.action === 'capture') this.takenElsewhere = true;
    return happened;
  }

  override anchorOf(operation: string): { transactionId: string } | null {
    const booking = this.books.bookings.find(
      (each) => each.operation === operation && each.state === 'booked' && each.kind === 'capture',
    );
    return booking === undefined ? null : { transactionId: idOf(booking) };
  }

  private follow(call: FollowUp, at: number, fault: CallFault | null): CallResult {
    const refused = this.refusalOf(call);
    if (refused !== null) return refusal(refused);
    if (fault?.kind === 'busy') return refusal('later');
    if (fault?.kind === 'refusal') return refusal(fault.again);
    if (fault?.kind === 'error' && !fault.booked) return { outcome: 'unknown', reason: 'signals-disagree' };
    const asked = this.amountOf(call);
    const differs = fault?.kind === 'amount' && call.action === 'capture';
    const amount = differs ? Math.max(1, Math.floor((asked * fault.thousandths) / 1000)) : asked;
    const booking = this.enter(call.action, call.operation, amount, at);
    this.booked(booking, at);
    if (fault?.kind === 'error') return { outcome: 'unknown', reason: 'signals-disagree' };
    const providerReference = idOf(booking);
    if (call.action === 'release') return { outcome: 'approved', providerReference };
    return amount === asked
      ? { outcome: 'approved', booked: amount, providerReference }
      : { outcome: 'unknown', reason: 'amount-differs', answered: amount, providerReference };
  }

  private refusalOf(call: FollowUp): Decline['again'] | null {
    const { books, setting } = this;
    if (call.action === 'refund') {
      const capture = books.bookings.find((each) => idOf(each) === call.anchor && each.state === 'booked');
      return capture?.kind === 'capture' && call.amount <= this.refundable() ? null : 'no';
    }
    if (books.holds[0]?.state !== 'booked' || books.expired) return 'later';
    if (setting.lenient && !this.takenElsewhere && call.action === 'capture') return null;
    return books.completed || call.amount > heldIn(books) ? 'later' : null;
  }

  /** What ended the hold, by the record. Whose it was is not told: one made elsewhere passes for ours. */
  private endOf(call: ReadCall, at: number): Booking | undefined {
    const ended = this.books.bookings.find(
      (each) => each.state === 'booked' && each.kind !== 'refund' && this.isShown(each, at),
    );
    const claims = ended?.kind === call.kind && ended.kind === 'capture' && ended.amount === call.amount;
    const other = this.books.bookings.some((each) => each.operation === call.operation);
    if (ended !== undefined && ended.operation === null && claims && !other) ended.operation = call.operation;
    return ended;
  }
}

const idOf = (booking: Booking): string => `tx-${booking.sequenceNumber + 1}`;

const refusal = (again: Decline['again']): CallResult => ({
  outcome: 'declined',
  decline: { code: again === 'later' ? '51' : 'HTTP-400', message: 'refused', hold: 'stands', again },
  firstOnly: true,
});
