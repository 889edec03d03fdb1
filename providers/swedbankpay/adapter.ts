import type { ProviderCall } from '../../payment/call.ts';
import type { Capabilities } from '../../payment/capability.ts';
import type { HoldReference } from '../../payment/hold.ts';
import type { CallResult } from '../../payment/outcome.ts';
import type { ReadCall, ReadResult } from '../../payment/read.ts';
import type {
  CallContext,
  CapabilityRequest,
  IncomingNotice,
  NoticeVerdict,
  ProviderAccount,
  Refusal,
} from '../provider.ts';
import { faultInCurrency } from '../account-options.ts';
import type { SwedbankPayAccount } from './account.ts';
import { look } from './books.ts';
import { capabilitiesOf, METHOD } from './descriptor.ts';
import { Line } from './line.ts';
import { resultOf } from './mapping.ts';
import { readCallback } from './notice.ts';
import { type Opening, openingOf } from './opening.ts';
import { referenceOf, soughtReferenceOf } from './reference.ts';
import { draftOf, faultInHold } from './request.ts';
import { bodyText } from './wire.ts';
import { refusedBeforeSending, unanswered } from '../unanswered.ts';

const ADOPTED = 'authorization.adopt.reference';
/** Where a card payment is asked for: the one address that is known before anything was read (provider notes B3). */
const PAYMENTS = '/psp/creditcard/payments';

/** One Swedbank Pay account over the payment instruments API, version 1. */
export class SwedbankPayAdapter implements ProviderAccount {
  readonly provider = 'swedbankpay';
  /** Any body will do: 200 is what counts (provider notes B10). */
  readonly acknowledgement = '';
  readonly name: string;
  /** Callbacks are not signed (provider notes B10). */
  readonly guarded: boolean;
  readonly #options: SwedbankPayAccount;
  readonly #line: Line;

  constructor(name: string, options: SwedbankPayAccount) {
    this.name = name;
    this.#options = options;
    this.guarded = options.networks !== undefined || options.pathToken !== undefined;
    this.#line = new Line(options);
  }

  capabilities(request: CapabilityRequest): Capabilities | Refusal {
    const { authorization, amount } = request;
    const currency = this.#faultInCurrency(request.currency);
    if (currency !== null) return currency;
    if (!Number.isSafeInteger(amount) || amount < 1) {
      return { path: 'amount', message: `amount is a positive integer of minor units, got ${amount}` };
    }
    const fault =
      'adopt' in authorization
        ? faultInAdopted(authorization.adopt)
        : this.#faultInMethod(authorization.request.method);
    return fault ?? capabilitiesOf(this.#options);
  }

  check(call: ProviderCall): Refusal | null {
    return this.#faultInCurrency(call.currency) ?? draftOf(call, this.#options).refusal;
  }

  async send(call: ProviderCall, context: CallContext): Promise<CallResult> {
    const draft = draftOf(call, this.#options);
    const refusal = this.#faultInCurrency(call.currency) ?? draft.refusal;
    if (refusal !== null) return refusedBeforeSending(refusal);
    if (draft.refusal !== null) return refusedBeforeSending(draft.refusal);
    const { payeeReference } = draft;
    const keys = keysOf(call, payeeReference);
    const opening = await this.#open(call, payeeReference, context);
    if ('result' in opening) return { ...opening.result, keys };

    const spoken = await this.#line.post(opening.address, bodyText(draft.body), context);
    const { result, exchange } = spoken;
    if (!result.sent || result.lost) return { ...unanswered(result), keys, exchange };
    return { ...resultOf(call, payeeReference, result), keys, exchange };
  }

  async read(call: ReadCall, context: Pick<CallContext, 'signal'>): Promise<ReadResult> {
    // A payment cannot be looked up by our reference, only by its id, which the lost answer would have named.
    if (call.hold === null) return { read: 'failed', reason: 'no-payment' };
    const payeeReference = soughtReferenceOf(call, this.#options.payeeReferenceDigits);
    // The hold itself is looked up by its id alone.
    if (payeeReference === null && call.kind !== 'authorization')
      return { read: 'failed', reason: 'no-reference' };
    if (faultInHold(call.hold['payment']) !== null) return { read: 'failed', reason: 'no-payment' };
    return look(this.#line, call, payeeReference ?? '', { signal: context.signal, sendBefore: Infinity });
  }

  /** The id of the payment, which callbacks point to. */
  holdKey(reference: HoldReference): string {
    return String(reference['payment'] ?? '');
  }

  referenceOf(payment: string, operation: string): string {
    return referenceOf(this.name, payment, operation);
  }

  readNotice(incoming: IncomingNotice): NoticeVerdict {
    return readCallback(this.#options, incoming, Date.now());
  }

  close(): Promise<void> {
    return this.#line.close();
  }

  async #open(call: ProviderCall, payeeReference: string, context: CallContext): Promise<Opening> {
    if (call.action !== 'authorise') return openingOf(this.#line, call, payeeReference, context);
    const address = this.#line.addressOf(PAYMENTS);
    return address === null
      ? { result: { outcome: 'not_performed', reason: 'foreign-address', firstOnly: true } }
      : { address };
  }

  #faultInMethod(method: string): Refusal | null {
    const path = 'authorization.request';
    if (method !== METHOD) return { path: `${path}.method`, message: `is ${METHOD}` };
    if (this.#options.payeeId === undefined)
      return { path, message: 'the account has no payeeId, so it can only adopt' };
    if (this.#options.payeeReferenceDigits !== undefined) {
      return { path, message: 'an account with payeeReferenceDigits adopts its authorisations' };
    }
    return null;
  }

  #faultInCurrency(currency: string): Refusal | null {
    return faultInCurrency(currency, this.#options.exponents);
  }
}

/** The shape used when adopting: `{ payment }` (design section 6). */
function faultInAdopted(hold: HoldReference): Refusal | null {
  const stray = Object.keys(hold).find((name) => name !== 'payment');
  if (stray !== undefined) return { path: `${ADOPTED}.${stray}`, message: 'unknown field' };
  return faultInHold(hold['payment'], `${ADOPTED}.payment`);
}

/** The keys under which Swedbank Pay knows an attempt. */
const keysOf = (call: ProviderCall, payeeReference: string): Readonly<Record<string, string>> => ({
  ...(call.action === 'authorise' ? {} : { payment: String(call.hold['payment']) }),
  payeeReference,
});
