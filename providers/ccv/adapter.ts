import type { ProviderCall } from '../../payment/call.ts';
import type { Capabilities } from '../../payment/capability.ts';
import type { HoldReference } from '../../payment/hold.ts';
import type { CallResult } from '../../payment/outcome.ts';
import { type HttpClient, openHttpClient } from '../http.ts';
import { holdsCardNumber } from '../card-number.ts';
import type { CallContext, CapabilityRequest, NoticeVerdict, ProviderAccount, Refusal } from '../provider.ts';
import type { CcvAccount } from './account.ts';
import { capabilitiesOf, METHOD } from './descriptor.ts';
import { exchangeOf } from './exchange.ts';
import { keysOf, resultOf } from './mapping.ts';
import { authReferenceOf, holdKeyOf, referenceOf } from './reference.ts';
import { exponentFor, requestOf } from './request.ts';
import { bodyOf } from './wire.ts';
import { refusedBeforeSending, unanswered } from '../unanswered.ts';

const ADOPTED = 'authorization.adopt.reference';

/**
 * One CCV terminal over `POST /terminal/payment`. It does one thing at a time; who may talk to it, and with which
 * `requestId`, is decided by whoever makes the calls.
 */
export class CcvAdapter implements ProviderAccount {
  readonly provider = 'ccv';
  readonly acknowledgement = '';
  readonly secretReference: readonly string[] = ['authReference'];
  readonly name: string;
  readonly #options: CcvAccount;
  readonly #url: string;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #attended: HttpClient;
  readonly #unattended: HttpClient;

  constructor(name: string, options: CcvAccount) {
    this.name = name;
    this.#options = options;
    this.#url = joined(options.url, 'terminal/payment');
    this.#headers = {
      ...Object.fromEntries(options.headers.map((header) => [header.name.toLowerCase(), header.secret])),
      'content-type': 'application/json',
      accept: 'application/json',
      // Each call has a connection of its own: one that the terminal is about to close would lose an answer for good.
      connection: 'close',
    };
    this.#attended = openHttpClient({ timeoutMs: options.authorizationTimeoutMs });
    this.#unattended = openHttpClient({ timeoutMs: options.timeoutMs });
  }

  capabilities(request: CapabilityRequest): Capabilities | Refusal {
    const { authorization, amount, currency } = request;
    const exponent = exponentFor(this.#options, currency);
    if (typeof exponent === 'object') return exponent;
    if (!Number.isSafeInteger(amount) || amount < 1)
      return { path: 'amount', message: `amount is 1 or more minor units, got ${amount}` };
    const fault = 'adopt' in authorization ? faultInHold(authorization.adopt) : null;
    if (fault !== null) return fault;
    if ('request' in authorization && authorization.request.method !== METHOD)
      return { path: 'authorization.request.method', message: `is ${METHOD}` };
    return capabilitiesOf(this.#options);
  }

  check(call: ProviderCall): Refusal | null {
    const request = requestOf(this.#options, call);
    return 'path' in request ? request : null;
  }

  async send(call: ProviderCall, context: CallContext): Promise<CallResult> {
    const request = requestOf(this.#options, call);
    if ('path' in request) return refusedBeforeSending(request);
    const http = call.action === 'authorise' ? this.#attended : this.#unattended;
    const result = await http.send(
      { method: 'POST', url: this.#url, headers: this.#headers, body: bodyOf(request) },
      context,
    );
    const exchange = exchangeOf(this.#url, request, result);
    const keys = keysOf(call);
    if (!result.sent || result.lost) return { ...unanswered(result), keys, exchange };
    const exponent = exponentFor(this.#options, call.currency);
    const { approvedAmount } = this.#options;
    // The request was built with it.
    if (typeof exponent === 'object') throw new TypeError('a currency lost its exponent');
    return { ...resultOf(call, result, { exponent, approvedAmount }), exchange };
  }

  /** The SHA-256 of the reference, as hex. */
  holdKey(reference: HoldReference): string {
    return holdKeyOf(String(reference['authReference'] ?? ''));
  }

  referenceOf(payment: string, operation: string): string {
    return referenceOf(this.name, payment, operation);
  }

  /** A terminal answers and never calls (provider notes 1.9, last point): whatever comes is not from it. */
  readNotice(): NoticeVerdict {
    return { verdict: 'malformed', why: 'a CCV terminal sends no notices' };
  }

  async close(): Promise<void> {
    await Promise.all([this.#attended.close(), this.#unattended.close()]);
  }
}

/** The shape used when adopting: `{ authReference, authReferenceVersion }` (design section 6). */
function faultInHold(hold: HoldReference): Refusal | null {
  const pair = authReferenceOf(hold, ADOPTED);
  if ('path' in pair) return pair;
  const { authReference, authReferenceVersion } = pair;
  const digitsOnly = /^[\d\s-]*$/;
  if (digitsOnly.test(authReference) && holdsCardNumber(authReference))
    return { path: `${ADOPTED}.authReference`, message: 'authReference is a card number' };
  return holdsCardNumber(String(authReferenceVersion))
    ? { path: `${ADOPTED}.authReferenceVersion`, message: 'authReferenceVersion is a card number' }
    : null;
}

/** The path below the base, whatever the base ends in. */
function joined(base: string, path: string): string {
  const url = new URL(base);
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/${path}`;
  return url.href;
}
