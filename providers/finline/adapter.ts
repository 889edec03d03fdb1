import type { ProviderCall } from '../../payment/call.ts';
import type { Capabilities } from '../../payment/capability.ts';
import type { HoldReference } from '../../payment/hold.ts';
import type { CallResult } from '../../payment/outcome.ts';
import type { ReadCall, ReadResult } from '../../payment/read.ts';
import { type HttpClient, openHttpClient } from '../http.ts';
import type {
  CallContext,
  CapabilityRequest,
  IncomingNotice,
  NoticeVerdict,
  ProviderAccount,
  Refusal,
} from '../provider.ts';
import type { FinlineAccount } from './account.ts';
import { MODES } from './authorisation.ts';
import { capabilitiesOf } from './descriptor.ts';
import { exchangeOf, secretsOf } from './exchange.ts';
import { mask } from '../rest/exchange.ts';
import { keysOf, resultOf } from './mapping.ts';
import { readNotice } from './notice.ts';
import { orderIdOf, readingOf } from './reading.ts';
import { referenceOf } from './reference.ts';
import { draftOf, faultInMoney, faultInOrderId } from './request.ts';
import { headersOf } from './wire.ts';
import { refusedBeforeSending, unanswered } from '../unanswered.ts';

const ADOPTED = 'authorization.adopt.reference';

/** One finline point of sale over the CPAY API. */
export class FinlineAdapter implements ProviderAccount {
  readonly provider = 'finline';
  readonly acknowledgement = 'OK';
  readonly name: string;
  readonly #options: FinlineAccount;
  readonly #base: string;
  readonly #http: HttpClient;

  /** @param base - the account's address without a slash at its end. */
  constructor(name: string, options: FinlineAccount, base: string) {
    this.name = name;
    this.#options = options;
    this.#base = base;
    this.#http = openHttpClient({ timeoutMs: options.timeoutMs });
  }

  capabilities({ authorization, amount, currency }: CapabilityRequest): Capabilities | Refusal {
    const refusal = faultInMoney(this.#options, currency);
    if (refusal !== null) return refusal;
    if (!Number.isSafeInteger(amount) || amount < 1)
      return { path: 'amount', message: `amount is at least 1 minor unit, got ${amount}` };
    if ('adopt' in authorization) return faultInHold(authorization.adopt) ?? capabilitiesOf(this.#options);
    if (!MODES.some((mode) => mode === authorization.request.method))
      return { path: 'authorization.request.method', message: `is one of ${MODES.join(', ')}` };
    return capabilitiesOf(this.#options);
  }

  check(call: ProviderCall): Refusal | null {
    const draft = draftOf(this.#options, call);
    return 'refusal' in draft ? draft.refusal : null;
  }

  async send(call: ProviderCall, context: CallContext): Promise<CallResult> {
    const draft = draftOf(this.#options, call);
    if ('refusal' in draft) return refusedBeforeSending(draft.refusal);
    const url = `${this.#base}/${draft.request.path}`;
    const body = JSON.stringify(draft.request.body);
    const headers = { ...headersOf(this.#options), 'content-type': 'application/json' };
    const result = await this.#http.send({ method: 'POST', url, headers, body }, context);
    const said = { method: 'POST', url, body, result } as const;
    const record = { keys: keysOf(call), exchange: exchangeOf(this.#options, said) };
    if (!result.sent || result.lost) return { ...unanswered(result), ...record };
    return this.#masked({ ...resultOf(this.#options, call, result), ...record });
  }

  /** Lists the operations of the order and finds the one that was asked for. */
  async read(call: ReadCall, context: Pick<CallContext, 'signal'>): Promise<ReadResult> {
    const { posId } = this.#options;
    const url = `${this.#base}/pos/${encodeURIComponent(posId)}/orders/${encodeURIComponent(orderIdOf(call))}`;
    const refusal = faultInMoney(this.#options, call.currency);
    if (refusal !== null) return { read: 'failed', reason: refusal.message };
    const request = { method: 'GET', url, headers: headersOf(this.#options) } as const;
    const result = await this.#http.send(request, { ...context, sendBefore: Number.POSITIVE_INFINITY });
    const exchange = exchangeOf(this.#options, { method: 'GET', url, body: null, result });
    if (!result.sent || result.lost) return { read: 'failed', reason: result.reason, exchange };
    return { ...readingOf(this.#options, call, result), exchange };
  }

  /** The order id; names of accounts are put before it where holds of several accounts meet. */
  holdKey(reference: HoldReference): string {
    return String(reference['orderId'] ?? '');
  }

  referenceOf(payment: string, operation: string): string {
    return referenceOf(this.name, payment, operation);
  }

  readNotice(incoming: IncomingNotice): NoticeVerdict {
    return readNotice(this.#options, incoming);
  }

  close(): Promise<void> {
    return this.#http.close();
  }

  /** A refusal may quote what was sent, credentials included. */
  #masked(result: CallResult): CallResult {
    if (result.outcome !== 'declined') return result;
    const { decline } = result;
    const message = mask(decline.message, secretsOf(this.#options));
    return { ...result, decline: { ...decline, message } };
  }
}

/** The shape used when adopting: `{ orderId }` (design section 6). */
function faultInHold(hold: HoldReference): Refusal | null {
  const strange = Object.keys(hold).find((name) => name !== 'orderId');
  if (strange !== undefined) return { path: `${ADOPTED}.${strange}`, message: 'unknown field' };
  const fault = faultInOrderId(hold['orderId']);
  return fault === null ? null : { path: `${ADOPTED}.orderId`, message: fault };
}
