import type { ProviderCall } from '../payment/call.ts';
import type { CallResult, Decline } from '../payment/outcome.ts';
import type { ReadCall, ReadResult } from '../payment/read.ts';
import { type Booking, heldIn } from './books.ts';
import { LOCK, LOCKED_CODE } from './capabilities.ts';
import { type FollowUp, HoldModel } from './hold-model.ts';
import type { CallFault } from './life.ts';
import type { SwedbankPaySetting } from './setting.ts';

type Kind = FollowUp['action'];

const refused = (code: string, again: Decline['again'], hold: Decline['hold'] = 'stands'): Decline => ({
  code,
  message: `refused: ${code}`,
  hold,
  again,
});
const LOCKED = refused(LOCKED_CODE, 'no');

/**
 * Swedbank Pay (seed 004, provider notes B): the payment is looked at before each operation, one operation
 * has one payeeReference that books once, a capture leaves the rest held until a cancellation of its own,
 * failures in a row lock the payment, callbacks are pointers without content.
 */
export class SwedbankPayModel extends HoldModel<SwedbankPaySetting> {
  readonly holdKey = '/psp/creditcard/payments/1';
  readonly hold = { payment: this.holdKey };
  private readonly failures = { capture: 0, refund: 0 };
  private readonly used = new Map<string, Booking>();
  private locked = false;
  private told = 0;

  constructor(setting: SwedbankPaySetting) {
    super(setting, setting.readLag);
  }

  override outOfTurn(call: ProviderCall, _at: number): CallResult | null {
    return this.without(call, 'busy', true);
  }

  receive(call: ProviderCall, at: number, fault: CallFault | null): CallResult {
    this.taken(call);
    if (call.action === 'authorise') return this.create(call, at, fault);
    const keys = this.keysOf(call);
    const stopped = this.opening(call, at, fault);
    if (stopped !== null) return { ...stopped, keys };
    return { ...this.post(call, at, fault), keys };
  }

  read(call: ReadCall, at: number): ReadResult {
    if (call.hold === null) return { read: 'failed', reason: 'no-payment' };
    const facts = {
      remaining: this.remaining(at, this.setting.showsExpiry),
      ...(this.locked ? { locked: true } : {}),
    };
    const [hold] = this.books.holds;
    if (call.kind === 'authorization') {
      if (hold === undefined || !this.showsHold(at)) return { ...facts, read: 'pending' };
      if (hold.state === 'pending') return { ...facts, read: 'pending' };
      if (hold.state === 'failed')
        return { ...facts, read: 'declined', decline: refused('aborted', 'customer', 'gone') };
      return {
        ...facts,
        read: 'approved',
        booked: hold.amount,
        providerReference: this.holdKey,
        hold: this.hold,
      };
    }
    if (
      this.setting.digits &&
      call.keys['payeeReference'] === undefined &&
      call.keys['allocated'] === undefined
    )
      return { read: 'failed', reason: 'no-reference' };
    const found = this.shown(call.operation, at).at(-1);
    if (found !== undefined) return { ...facts, ...this.verdictOf(found) };
    const offered =
      !this.locked && !this.showsWork(at) && this.undecided() === null && this.offerable(call.kind, at) > 0;
    return { ...facts, read: 'absent', offered };
  }

  override unlock(): void {
    this.locked = false;
    this.failures.capture = 0;
    this.failures.refund = 0;
  }

  /** A page for the payer; who is told of nothing cannot pay, and the page ends by itself. */
  private create(call: ProviderCall, at: number, fault: CallFault | null): CallResult {
    if (fault?.kind === 'refusal')
      return { outcome: 'declined', decline: refused('inputerror', 'no'), firstOnly: true };
    if (fault?.kind === 'error' && !fault.booked) return { outcome: 'unknown', reason: 'http-status' };
    const later =
      fault?.kind === 'redirect' || fault?.kind === 'pending'
        ? fault
        : ({ kind: 'redirect', ms: 60_000, ends: 'approved' } as const);
    this.openHold(call.amount, at, later);
    if (fault?.kind === 'error') return { outcome: 'unknown', reason: 'http-status' };
    return {
      outcome: 'pending',
      providerReference: this.holdKey,
      hold: this.hold,
      redirectUrl: 'https://provider.example/page',
      keys: { payeeReference: call.operation },
    };
  }

  /** The look at the payment that goes before each operation (seed 004: GET first). */
  private opening(call: FollowUp, at: number, fault: CallFault | null): CallResult | null {
    const [hold] = this.books.holds;
    if (hold?.state !== 'booked') return this.without(call, 'payment-initialized');
    if (call.attempt > 1) {
      const found = this.shown(call.operation, at).at(-1);
      if (found !== undefined) return this.answerOf(found);
    }
    if (fault?.kind === 'busy' || this.undecided() !== null) return this.without(call, 'busy', true);
    const left = this.left(call.action, at);
    if (left <= 0 && !this.setting.lenient) return this.without(call, 'nothing-remaining');
    if (this.locked) return { outcome: 'declined', decline: LOCKED, firstOnly: true };
    if (this.amountOf(call) > left && !this.setting.lenient)
      return this.without(call, 'amount-exceeds-remaining');
    return null;
  }

  private post(call: FollowUp, at: number, fault: CallFault | null): CallResult {
    const reference = this.referenceOf(call);
    const earlier = this.used.get(reference);
    if (earlier !== undefined) {
      return this.setting.usedReference === 'answered'
        ? this.answerOf(earlier)
        : { outcome: 'unknown', reason: 'duplicate' };
    }
    if (fault?.kind === 'error' && !fault.booked) return { outcome: 'unknown', reason: 'systemerror' };
    const booking = this.enter(call.action, call.operation, this.amountOf(call), at);
    this.used.set(reference, booking);
    const expired = this.books.expired && call.action !== 'refund';
    if (expired || fault?.kind === 'refusal') {
      const again = fault?.kind === 'refusal' ? fault.again : 'no';
      const said = expired
        ? refused('authorizationexpired', 'no', 'gone')
        : refused(again === 'no' ? 'carddeclined' : 'velocitycheck', again);
      this.failed(booking, said, at);
      return this.answerOf(booking);
    }
    if (fault?.kind === 'pending') this.decideLater(booking, fault, at);
    else this.booked(booking, at);
    // Initialized: something unexpected happened, and only the books tell what came of it (provider notes B8).
    return fault?.kind === 'error' ? { outcome: 'unknown', reason: 'initialized' } : this.answerOf(booking);
  }

  protected override changed(_what: 'authorization' | 'operation' | 'hold', at: number): void {
    if (_what === 'hold') return;
    const identity = `${this.holdKey}:${++this.told}`;
    this.outbox.notices.push({
      notice: {
        identity,
        providerReference: this.holdKey,
        hold: this.hold,
        about: 'hint',
        state: 'pending',
        sequenceNumber: null,
        receivable: null,
        price: null,
        balance: null,
        currency: '',
        at: new Date(at).toISOString(),
        facts: {},
      },
      unasked: false,
    });
  }

  protected override ends({ kind }: Booking): boolean {
    return kind === 'release';
  }

  protected override afterBooking({ kind, operation }: Booking): void {
    if (kind !== 'release' && operation !== null) this.failures[kind] = 0;
  }

  protected override afterFailure({ kind }: Booking): void {
    if (kind === 'release') return;
    this.failures[kind]++;
    if (this.failures[kind] >= LOCK) this.locked = true;
  }

  private verdictOf(booking: Booking): ReadResult {
    const providerReference = this.idOf(booking);
    if (booking.state === 'failed') {
      return { read: 'declined', decline: this.refusals.get(booking) ?? refused('failed', 'later') };
    }
    return booking.state === 'pending'
      ? { read: 'pending' }
      : { read: 'approved', booked: booking.amount, providerReference };
  }

  private answerOf(booking: Booking): CallResult {
    const providerReference = this.idOf(booking);
    if (booking.state === 'failed') {
      const decline = this.refusals.get(booking) ?? refused('failed', 'later');
      return { outcome: 'declined', decline, providerReference };
    }
    return booking.state === 'pending'
      ? { outcome: 'pending', providerReference }
      : { outcome: 'approved', booked: booking.amount, providerReference };
  }

  private idOf(booking: Booking): string {
    return `${this.holdKey}/${booking.kind}s/${booking.sequenceNumber}`;
  }

  private undecided(): Booking | null {
    return this.books.bookings.find((each) => each.state === 'pending') ?? null;
  }

  /** What an operation of a kind could take, by the books as they look now. */
  private offerable(kind: Kind, at: number): number {
    if (kind !== 'refund') return this.remaining(at, this.setting.showsExpiry);
    return this.shownSum('capture', at) - this.shownSum('refund', at);
  }

  private left(kind: Kind, at: number): number {
    if (kind === 'refund') return this.refundable();
    return this.books.expired ? this.remaining(at, false) : heldIn(this.books);
  }

  private referenceOf(call: FollowUp): string {
    return this.setting.digits ? (call.allocated ?? call.operation) : call.operation;
  }

  private keysOf(call: FollowUp): Readonly<Record<string, string>> {
    return { payment: this.holdKey, payeeReference: this.referenceOf(call) };
  }

  private without(call: ProviderCall, reason: string, busy = false): CallResult {
    const keys = call.action === 'authorise' ? {} : { keys: this.keysOf(call) };
    return { outcome: 'not_performed', reason, firstOnly: true, ...(busy ? { busy: true } : {}), ...keys };
  }
}
