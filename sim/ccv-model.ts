import type { ProviderCall } from '../payment/call.ts';
import type { CallResult, Decline } from '../payment/outcome.ts';
import type { ReadResult } from '../payment/read.ts';
import { heldIn } from './books.ts';
import { type FollowUp, HoldModel } from './hold-model.ts';
import type { CallFault } from './life.ts';
import type { CcvSetting } from './setting.ts';
import { Violation } from './violation.ts';

/**
 * A CCV terminal (seed 000, provider notes 1): no key makes a repeat safe and no call asks what became of
 * one; less may be approved than was asked; the one capture frees the rest; a hold is cancelled by a zero
 * amount with a reason; whoever comes while it works finds it busy.
 */
export class CcvModel extends HoldModel<CcvSetting> {
  readonly hold = { authReference: 'sealed', authReferenceVersion: '1' };
  readonly holdKey = 'auth-1';

  constructor(setting: CcvSetting) {
    super(setting, 0);
  }

  override outOfTurn(call: ProviderCall, _at: number): CallResult | null {
    return { ...this.busy(call), keys: keysOf(call) };
  }

  receive(call: ProviderCall, at: number, fault: CallFault | null): CallResult {
    this.taken(call);
    const keys = keysOf(call);
    if (fault?.kind === 'busy') return { ...this.busy(call), keys };
    const result =
      call.action === 'authorise' ? this.authorise(call.amount, at, fault) : this.follow(call, at, fault);
    return { ...result, keys };
  }

  read(): ReadResult {
    throw new Violation('M10', 'a terminal was asked for books that it does not have');
  }

  private busy(call: ProviderCall): CallResult {
    // A cardholder does not wait: an authorisation that begins later would ask whoever stands there then.
    const again = call.action === 'authorise' ? {} : { busy: true };
    return { outcome: 'not_performed', reason: 'busy', firstOnly: true, ...again };
  }

  private authorise(amount: number, at: number, fault: CallFault | null): CallResult {
    if (fault?.kind === 'refusal') return refusal('customer');
    if (fault?.kind === 'error' && !fault.booked) return { outcome: 'unknown', reason: 'timed-out' };
    const part = fault?.kind === 'partial' ? Math.floor((amount * fault.thousandths) / 1000) : amount;
    const approved = Math.max(1, part);
    this.openHold(approved, at, null);
    if (fault?.kind === 'error') return { outcome: 'unknown', reason: 'timed-out' };
    return { outcome: 'approved', booked: approved, hold: this.hold, providerReference: this.holdKey };
  }

  private follow(call: FollowUp, at: number, fault: CallFault | null): CallResult {
    const { books, setting } = this;
    const lenient = setting.lenient && call.action === 'capture';
    const full = books.completed || call.amount > heldIn(books);
    if (call.action === 'refund' || books.holds[0]?.state !== 'booked') return refusal('later');
    if ((full && !lenient) || books.expired || fault?.kind === 'refusal') return refusal('later');
    if (fault?.kind === 'error' && !fault.booked)
      return { outcome: 'unknown', reason: 'communication-error' };
    this.booked(this.enter(call.action, call.operation, this.amountOf(call), at), at);
    return fault?.kind === 'error'
      ? { outcome: 'unknown', reason: 'partial-failure' }
      : { outcome: 'approved', facts: { message: 'approved' } };
  }
}

const refusal = (again: Decline['again']): CallResult => ({
  outcome: 'declined',
  decline: { code: 'FAILURE', message: 'the terminal refused', hold: 'stands', again },
  firstOnly: true,
});

const keysOf = ({ allocated }: ProviderCall): Readonly<Record<string, string>> =>
  allocated === undefined ? {} : { requestId: allocated };
