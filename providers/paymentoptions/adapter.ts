import type { ProviderCall } from '../../payment/call.ts';
import type { Capabilities } from '../../payment/capability.ts';
import type { HoldReference } from '../../payment/hold.ts';
import type { CallResult } from '../../payment/outcome.ts';
import type { ReadCall, ReadResult } from '../../payment/read.ts';
import { type HttpClient, openHttpClient } from '../http.ts';
import type { CallContext, CapabilityRequest, NoticeVerdict, ProviderAccount, Refusal } from '../provider.ts';
import { faultInCurrency } from '../account-options.ts';
import { mask } from '../rest/exchange.ts';
import type { PaymentOptionsAccount } from './account.ts';
import { capabilitiesOf } from './descriptor.ts';
import { exchangeOf, secretsOf } from './exchange.ts';
import { type FollowUp, keysOf, resultOf } from './mapping.ts';
import { readingOf, transactionOf } from './reading.ts';
import { referenceOf } from './reference.ts';
import { ADOPT_ONLY, draftOf, faultInTransactionId, INTERFACE } from './request.ts';
import { headersOf } from './wire.ts';
import { refusedBeforeSending, unanswered } from '../unanswered.ts';

const ADOPTED = 'authorization.adopt.reference';

/** One PaymentOptions merchant over the server-to-server interface. */
export class PaymentOptionsAdapter implements ProviderAccount {
  readonly provider = 'paymentoptions';
  readonly acknowledgement = 'OK';
  readonly name: string;
  readonly #options: PaymentOptionsAccount;
  readonly #base: string;
  readonly #http: HttpClient;

  /** @param base - the account's address without a slash at its end. */
  constructor(name: string, options: PaymentOptionsAccount, base: string) {
    this.name = name;
    this.#options = options;
    this.#base = `${base}/${INTERFACE}`;
    this.#http = openHttpClient({ timeoutMs: options.timeoutMs });
  }

  capabilities({ authorization, amount, currency }: CapabilityRequest): Capabilities | Refusal {
    const refusal = faultInCurrency(currency, this.#options.exponents);
    if (refusal !== null) return refusal;
    if (!Number.isSafeInteger(amount) || amount < 1)
      return { path: 'amount', message: `amount is at least 1 minor unit, got ${amount}` };
    if (!('adopt' in authorization)) return ADOPT_ONLY;
    return faultInHold(authorization.adopt) ?? capabilitiesOf(this.#options);
  }

  check(call: ProviderCall): Refusal | null {
    const draft = draftOf(this.#options, call);
    return 'refusal' in draft ? draft.refusal : null;
  }

  async send(call: ProviderCall, context: CallContext): Promise<CallResult> {
    const draft = draftOf(this.#options, call);
    if ('refusal' in draft) return refusedBeforeSending(draft.refusal);
    if (call.action === 'authorise') return refusedBeforeSending(ADOPT_ONLY);
    const url = `${this.#base}/${draft.request.path}`;
    const body = JSON.stringify(draft.request.body);
    const headers = { ...headersOf(this.#options), 'content-type': 'application/json' };
    const result = await this.#http.send({ method: 'POST', url, headers, body }, context);
    const said = { method: 'POST', url, body, result } as const;
    const record = { keys: keysOf(call), exchange: exchangeOf(this.#options, said) };
    if (!result.sent || result.lost) return { ...unanswered(result), ...record };
    return { ...this.#answered(call, result), ...record };
  }

  /** Reads the record of the hold, or of the capture that a refund gives back. */
  async read(call: ReadCall, context: Pick<CallContext, 'signal'>): Promise<ReadResult> {
    const id = transactionOf(call);
    const fault =
      faultInTransactionId(id) ?? faultInCurrency(call.currency, this.#options.exponents)?.message ?? null;
    if (fault !== null) return { read: 'failed', reason: fault };
    const url = `${this.#base}/transaction/status/${encodeURIComponent(id)}`;
    const request = { method: 'GET', url, headers: headersOf(this.#options) } as const;
    const result = await this.#http.send(request, { ...context, sendBefore: Number.POSITIVE_INFINITY });
    const exchange = exchangeOf(this.#options, { method: 'GET', url, body: null, result });
    if (!result.sent || result.lost) return { read: 'failed', reason: result.reason, exchange };
    return { ...readingOf(this.#options, call, result), exchange };
  }

  /** The hold's transaction id; names of accounts are put before it where holds of several accounts meet. */
  holdKey(reference: HoldReference): string {
    return String(reference['transactionId'] ?? '');
  }

  referenceOf(payment: string, operation: string): string {
    return referenceOf(this.name, payment, operation);
  }

  /** No webhook follows a capture, a void or a refund, and none could be authenticated (provider notes 2.6). */
  readNotice(): NoticeVerdict {
    return {
      verdict: 'ignored',
      why: 'webhooks of PaymentOptions cannot be authenticated; records are read instead',
    };
  }

  close(): Promise<void> {
    return this.#http.close();
  }

  /** A refusal may quote what was sent, credentials included. */
  #answered(call: FollowUp, raw: { readonly status: number; readonly body: Uint8Array }): CallResult {
    const result = resultOf(this.#options, call, raw);
    if (result.outcome !== 'declined') return result;
    const message = mask(result.decline.message, secretsOf(this.#options));
    return { ...result, decline: { ...result.decline, message } };
  }
}

/** The shape used when adopting: `{ transactionId }` (design section 6). */
function faultInHold(hold: HoldReference): Refusal | null {
  const strange = Object.keys(hold).find((name) => name !== 'transactionId');
  if (strange !== undefined) return { path: `${ADOPTED}.${strange}`, message: 'unknown field' };
  const fault = faultInTransactionId(hold['transactionId']);
  return fault === null ? null : { path: `${ADOPTED}.transactionId`, message: fault };
}
