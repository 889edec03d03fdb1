import type { ProviderCall } from '../../payment/call.ts';
import type { HoldReference } from '../../payment/hold.ts';
import type { Capabilities } from '../../payment/capability.ts';
import type { CallResult } from '../../payment/outcome.ts';
import { faultInCurrency } from '../account-options.ts';
import { type HttpClient, openHttpClient } from '../http.ts';
import type {
  CallContext,
  CapabilityRequest,
  IncomingNotice,
  NoticeVerdict,
  ProviderAccount,
  Refusal,
} from '../provider.ts';
import type { PayoneAccount } from './account.ts';
import { capabilitiesOf, CLEARING_TYPES, DEFAULT_CLEARING_TYPE } from './descriptor.ts';
import { exchangeOf } from './exchange.ts';
import { keysOf, resultOf } from './mapping.ts';
import { readNotice } from './notice.ts';
import { formatOf, MOST_AMOUNT } from './parameters.ts';
import { referenceOf } from './reference.ts';
import { draftOf } from './request.ts';
import { bodyOf, requestOf } from './wire.ts';
import { refusedBeforeSending, unanswered } from '../unanswered.ts';

const HEADERS = { 'content-type': 'application/x-www-form-urlencoded', accept: 'text/plain' };

/** One PAYONE account over the Server API. */
export class PayoneAdapter implements ProviderAccount {
  readonly provider = 'payone';
  readonly acknowledgement = 'TSOK';
  readonly name: string;
  readonly #options: PayoneAccount;
  readonly #http: HttpClient;

  constructor(name: string, options: PayoneAccount) {
    this.name = name;
    this.#options = options;
    this.#http = openHttpClient({ timeoutMs: options.timeoutMs });
  }

  capabilities(request: CapabilityRequest): Capabilities | Refusal {
    const { authorization, amount } = request;
    const currency = this.#faultInCurrency(request.currency);
    if (currency !== null) return currency;
    if (!Number.isSafeInteger(amount) || amount < 1 || amount > MOST_AMOUNT) {
      return { path: 'amount', message: `amount is from 1 to ${MOST_AMOUNT} minor units, got ${amount}` };
    }
    const adopting = 'adopt' in authorization;
    const fault = adopting ? faultInHold(authorization.adopt) : null;
    if (fault !== null) return fault;
    const [method, wallet] = adopting
      ? [String(authorization.adopt['clearingtype'] ?? DEFAULT_CLEARING_TYPE), undefined]
      : [authorization.request.method, authorization.request.options?.['wallettype']];
    const path = adopting ? `${ADOPTED}.clearingtype` : 'authorization.request.method';
    return (
      capabilitiesOf(this.#options, method, wallet) ?? {
        path,
        message: `is one of ${Object.keys(CLEARING_TYPES).join(', ')}`,
      }
    );
  }

  check(call: ProviderCall): Refusal | null {
    return this.#faultInCurrency(call.currency) ?? draftOf(call).refusal;
  }

  async send(call: ProviderCall, context: CallContext): Promise<CallResult> {
    const { fields, refusal: fault } = draftOf(call);
    const refusal = this.#faultInCurrency(call.currency) ?? fault;
    if (refusal !== null) return refusedBeforeSending(refusal);
    const request = requestOf(this.#options, fields);
    const { url } = this.#options;
    const result = await this.#http.send(
      { method: 'POST', url, headers: HEADERS, body: bodyOf(request) },
      context,
    );
    const exchange = exchangeOf(url, request, result);
    if (!result.sent || result.lost) return { ...unanswered(result), keys: keysOf(call), exchange };
    return { ...resultOf(call, result), exchange };
  }

  /** The txid as text; names of accounts are put before it where holds of several accounts meet. */
  holdKey(reference: HoldReference): string {
    return String(reference['txid'] ?? '');
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

  #faultInCurrency(currency: string): Refusal | null {
    return faultInCurrency(currency, this.#options.exponents);
  }
}

const ADOPTED = 'authorization.adopt.reference';

/**
 * The shape used when adopting: `{ txid, sequenceNumber?, clearingtype?, captured? }` (design section 6). `captured`, minor
 * units: what was captured less refunded before, so that the sums in notices can be told apart; without it, after used
 * numbers, the first notice of a capture of ours teaches it.
 */
function faultInHold(hold: HoldReference): Refusal | null {
  for (const name of Object.keys(hold)) {
    if (!['txid', 'sequenceNumber', 'clearingtype', 'captured'].includes(name))
      return { path: `${ADOPTED}.${name}`, message: 'unknown field' };
  }
  const { captured = 0 } = hold;
  if (!Number.isSafeInteger(captured) || Number(captured) < 0) {
    return { path: `${ADOPTED}.captured`, message: 'captured is minor units, 0 or more' };
  }
  const checks = [
    ['txid', 'txid', String(hold['txid'] ?? '')],
    ['sequenceNumber', 'sequencenumber', String(hold['sequenceNumber'] ?? 0)],
  ] as const;
  for (const [name, parameter, value] of checks) {
    const parsed = formatOf(parameter)?.safeParse(value);
    if (parsed?.success !== true) {
      return {
        path: `${ADOPTED}.${name}`,
        message: `${name} ${parsed?.error.issues[0]?.message ?? 'is not valid'}`,
      };
    }
  }
  return null;
}
