import type { ProviderCall } from '../payment/call.ts';
import type { Notice } from '../payment/notice.ts';
import type { CallResult, Decline } from '../payment/outcome.ts';
import type { ReadCall, ReadResult } from '../payment/read.ts';
import { type Booking, heldIn } from './books.ts';
import { type FollowUp, HoldModel } from './hold-model.ts';
import type { CallFault } from './life.ts';
import type { FinlineSetting } from './setting.ts';

/**
 * finline (seed 003, provider notes 3): the order id is unique, and nothing else makes a repeat safe; the
 * one capture may take another amount than was asked and frees the rest; the list of an order carries our
 * references in its comments; webhooks tell of authorisations, the others make us read.
 */
export class FinlineModel extends HoldModel<FinlineSetting> {
  readonly holdKey: string;
  readonly hold: { readonly orderId: string };
  private told = 0;

  /** @param reference - our own of the authorisation, which finline takes as its order id. */
  constructor(setting: FinlineSetting, reference: string) {
    super(setting, setting.readLag);
    this.holdKey = reference;
    this.hold = { orderId: reference };
  }

  receive(call: ProviderCall, at: number, fault: CallFault | null): CallResult {
    this.taken(call);
    const keys = { order_id: this.holdKey, reference: call.operation };
    if (fault?.kind === 'busy')
      return { outcome: 'not_performed', reason: 'rate', busy: true, firstOnly: true, keys };
    const result =
      call.action === 'authorise' ? this.authorise(call.amount, at, fault) : this.follow(call, at, fault);
    return { ...result, keys };
  }

  read(call: ReadCall, at: number): ReadResult {
    const [hold] = this.books.holds;
    const there = hold !== undefined && this.showsHold(at);
    if (call.kind === 'authorization') {
      if (!there && this.showsWorkOn(call.operation, at)) return { read: 'pending' };
      if (!there) return { read: 'absent', offered: true };
      if (hold.state === 'pending') return { read: 'pending' };
      if (hold.state === 'failed') return { read: 'declined', decline: declined('customer') };
      const facts = this.facts(at);
      const named = { providerReference: this.holdKey, hold: this.hold };
      return { read: 'approved', booked: hold.amount, ...named, ...facts };
    }
    if (!there || hold.state !== 'booked') return { read: 'failed', reason: 'hold-not-listed' };
    const found = this.shown(call.operation, at);
    if (found.length > 0) return { ...this.folded(call, found), ...this.facts(at) };
    if (this.showsWorkOn(call.operation, at)) return { read: 'pending' };
    const standing = this.remaining(at, this.setting.showsExpiry) > 0;
    const captured = this.shownSum('capture', at) > 0;
    const offered = call.kind === 'refund' ? captured : !this.isUndecided(at) && standing;
    return { read: 'absent', offered, ...this.facts(at) };
  }

  protected override changed(what: 'authorization' | 'operation' | 'hold', at: number): void {
    const [hold] = this.books.holds;
    if (what === 'hold' || hold === undefined) return;
    const about: Notice['about'] = what === 'authorization' ? 'authorization' : 'hint';
    const state = what === 'operation' ? 'approved' : hold.state === 'booked' ? 'approved' : 'failed';
    this.outbox.notices.push({
      notice: {
        identity: `finline/${this.holdKey}/${++this.told}`,
        providerReference: this.holdKey,
        hold: this.hold,
        reference: this.holdKey,
        about,
        state,
        sequenceNumber: null,
        receivable: null,
        price: hold.amount,
        balance: null,
        currency: this.setting.currency,
        at: new Date(at).toISOString(),
        facts: {},
      },
      unasked: false,
    });
  }

  private authorise(amount: number, at: number, fault: CallFault | null): CallResult {
    // The order id is finline's only guard against a second hold (provider notes 3.3).
    if (this.books.holds.length > 0 || this.isOccupied()) return refusal('no');
    if (fault?.kind === 'refusal') return refusal(fault.again === 'config' ? 'config' : 'customer');
    if (fault?.kind === 'error' && !fault.booked) return { outcome: 'unknown', reason: 'http-status' };
    const drawn = fault?.kind === 'pending' || fault?.kind === 'redirect' ? fault : null;
    const page = { kind: 'redirect', ms: 60_000, ends: 'approved' } as const;
    const later = drawn ?? (this.setting.mode === 'hosted' ? page : null);
    this.openHold(amount, at, later);
    if (fault?.kind === 'error') return { outcome: 'unknown', reason: 'http-status' };
    const named = { providerReference: this.holdKey, hold: this.hold };
    if (later === null) return { outcome: 'approved', booked: amount, ...named };
    const address = later.kind === 'redirect' ? { redirectUrl: 'https://provider.example/page' } : {};
    return { outcome: 'pending', ...named, ...address };
  }

  private follow(call: FollowUp, at: number, fault: CallFault | null): CallResult {
    const { books, setting } = this;
    if (fault?.kind === 'error' && !fault.booked) return { outcome: 'unknown', reason: 'http-status' };
    const lenient = setting.lenient && call.action === 'capture';
    const ended = call.action === 'refund' ? false : books.completed || books.expired;
    const most = call.action === 'refund' ? this.refundable() : heldIn(books);
    const impossible = books.holds[0]?.state !== 'booked' || ended || call.amount > most;
    if (fault?.kind === 'refusal' || (impossible && !(lenient && !books.expired))) {
      const booking = this.enter(call.action, call.operation, this.amountOf(call), at);
      this.failed(booking, declined('later'), at);
      return refusal('later');
    }
    const asked = this.amountOf(call);
    const differs = fault?.kind === 'amount' && call.action === 'capture';
    const amount = differs ? Math.max(1, Math.floor((asked * fault.thousandths) / 1000)) : asked;
    const booking = this.enter(call.action, call.operation, amount, at);
    const providerReference = `op-${booking.sequenceNumber}`;
    if (fault?.kind === 'pending') {
      this.decideLater(booking, fault, at);
      return { outcome: 'pending', providerReference };
    }
    this.booked(booking, at);
    if (fault?.kind === 'error') return { outcome: 'unknown', reason: 'http-status' };
    if (call.action === 'release') return { outcome: 'approved', providerReference };
    return amount === asked
      ? { outcome: 'approved', booked: amount, providerReference }
      : { outcome: 'unknown', reason: 'amount-differs', answered: amount, providerReference };
  }

  /** Any success is a booking, and two are the sum of both. */
  private folded(call: ReadCall, found: readonly Booking[]): ReadResult {
    const [first, ...more] = found.filter((each) => each.state === 'booked');
    if (first !== undefined) {
      const providerReference = `op-${first.sequenceNumber}`;
      if (call.kind === 'release') return { read: 'approved', providerReference };
      const booked = more.reduce((sum, each) => sum + each.amount, first.amount);
      return { read: 'approved', booked, providerReference };
    }
    if (found.some((each) => each.state === 'pending')) return { read: 'pending' };
    return { read: 'declined', decline: declined('later') };
  }

  private facts(at: number): { remaining?: number } {
    if (this.isUndecided(at)) return {};
    return { remaining: this.remaining(at, this.setting.showsExpiry) };
  }

  private isUndecided(at: number): boolean {
    const pending = this.books.bookings.some((each) => each.state === 'pending' && this.isShown(each, at));
    return pending || this.showsWork(at);
  }
}

const declined = (again: Decline['again']): Decline => ({
  code: again === 'later' ? '2004' : 'HTTP-400',
  message: 'failed',
  hold: 'stands',
  again,
});

const refusal = (again: Decline['again']): CallResult => ({
  outcome: 'declined',
  decline: declined(again),
  firstOnly: true,
});
