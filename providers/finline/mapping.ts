/** From finline's answer to an outcome. Pure and total: whatever came, the worst that it can become is `unknown`. */
import { exponentOf } from '../../payment/currency.ts';
import type { ProviderCall } from '../../payment/call.ts';
import { fromDecimal } from '../../payment/decimal.ts';
import type { HoldReference } from '../../payment/hold.ts';
import type { CallResult, Decline } from '../../payment/outcome.ts';
import { withoutCardNumbers } from '../card-number.ts';
import { type Json, readJson } from '../rest/json.ts';
import type { FinlineAccount } from './account.ts';
import { referenceOf } from './reference.ts';
import { finlineError, type FinlineOperation, finlineOperation, METHOD_OF, stateOf } from './wire.ts';

export interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: Uint8Array;
}

type Unknown = Extract<CallResult, { outcome: 'unknown' }>;

const unknown = (reason: string, message?: string): Unknown => ({
  outcome: 'unknown',
  reason,
  ...(message === undefined ? {} : { message }),
});

const LONGEST_FACT = 512;
/** The official table of final refusals (provider notes 3.6), and S-403, which the same pages name. */
const FINAL: readonly number[] = [400, 401, 403, 404, 405, 406];

/** @returns without `exchange`, which the adapter adds. */
export function resultOf(account: FinlineAccount, call: ProviderCall, raw: RawAnswer): CallResult {
  return { ...outcomeOf(account, call, raw), keys: keysOf(call) };
}

/** The keys under which finline knows an attempt. */
export const keysOf = (call: ProviderCall): Readonly<Record<string, string>> => ({
  order_id: orderIdOf(call),
  reference: referenceOf(call.account, call.payment, call.operation),
});

const orderIdOf = (call: ProviderCall): string =>
  call.action === 'authorise'
    ? referenceOf(call.account, call.payment, call.operation)
    : String(call.hold['orderId']);

function outcomeOf(account: FinlineAccount, call: ProviderCall, raw: RawAnswer): CallResult {
  if (raw.status === 429) {
    return { outcome: 'not_performed', reason: 'rate', message: 'HTTP 429', busy: true, firstOnly: true };
  }
  const address = raw.headers['location'];
  if (raw.status >= 300 && raw.status < 400 && call.action === 'authorise' && typeof address === 'string') {
    return redirected(call, address);
  }
  const ok = raw.status >= 200 && raw.status < 300;
  // 500 and 503 are to be asked about by order id (provider notes 3.6); another status is somebody else speaking.
  if (!ok && !FINAL.includes(raw.status)) return unknown('http-status', `HTTP ${raw.status}`);
  const read = readJson(raw.body);
  if (!read.ok) return unknown(read.fault, `HTTP ${raw.status}`);
  return ok ? answered(account, call, read.value) : refused(call, raw.status, read.value);
}

/** Which of our words the operation's `method` and `status` are; the code is a detail (provider notes 3.5). */
function answered(account: FinlineAccount, call: ProviderCall, value: Json): CallResult {
  const parsed = finlineOperation.safeParse(value);
  if (!parsed.success) return unknown('answer-incomplete');
  const operation = parsed.data;
  const differs = differenceOf(account, call, operation);
  if (differs !== null) return unknown(differs);
  const facts = factsOf(operation);
  switch (stateOf(operation.status)) {
    case 'approved':
      return { ...approved(account, call, operation), facts };
    case 'pending':
      return { ...pending(call, operation), facts };
    case 'failed':
      return declined(call, operation);
    case null:
      return { ...unknown('status-not-listed', operation.status.slice(0, 64)), facts };
  }
}

/** An answer about another order, point of sale, method or currency is no answer to this call. */
function differenceOf(
  account: FinlineAccount,
  call: ProviderCall,
  operation: FinlineOperation,
): string | null {
  if (operation.order_id !== orderIdOf(call)) return 'order-differs';
  if (operation.method !== METHOD_OF[call.action]) return 'method-differs';
  if (typeof operation.pos_id === 'string' && operation.pos_id !== account.posId) return 'pos-differs';
  if (typeof operation.currency === 'string' && operation.currency !== call.currency)
    return 'currency-differs';
  return null;
}

function approved(account: FinlineAccount, call: ProviderCall, operation: FinlineOperation): CallResult {
  const named = namesOf(call, operation);
  // A void is of the whole; what its `amount` names is not said anywhere.
  if (call.action === 'release') return { outcome: 'approved', ...named };
  const booked = minorOf(account, operation.amount, call.currency);
  if (booked === null) return unknown('amount-unreadable');
  if (booked !== call.amount) {
    return { ...unknown('amount-differs'), answered: booked, ...named };
  }
  return { outcome: 'approved', booked, ...named };
}

/** Of an authorisation the order id is what notices and the later calls name; of the others the operation's own id. */
function namesOf(
  call: ProviderCall,
  operation: FinlineOperation,
): { readonly providerReference?: string; readonly hold?: HoldReference } {
  if (call.action === 'authorise') {
    return { providerReference: operation.order_id, hold: { orderId: operation.order_id } };
  }
  const id = operation.operation_id ?? operation.transaction_id ?? '';
  return id === '' ? {} : { providerReference: id };
}

function pending(call: ProviderCall, operation: FinlineOperation): CallResult {
  const address = operation.user_action_url ?? operation.redirect_url ?? '';
  const redirectUrl = call.action === 'authorise' && isAddress(address) ? { redirectUrl: address } : {};
  return { outcome: 'pending', ...namesOf(call, operation), ...redirectUrl };
}

function redirected(call: ProviderCall, address: string): CallResult {
  if (!isAddress(address)) return unknown('redirect-unreadable');
  const orderId = orderIdOf(call);
  return { outcome: 'pending', providerReference: orderId, hold: { orderId }, redirectUrl: address };
}

const isAddress = (text: string): boolean =>
  text.length <= 8_192 && /^https?:\/\//i.test(text) && URL.canParse(text);

/** A failed capture, void or refund leaves the authorisation as it was (provider notes 3.5). */
export function declineOf(kind: 'authorise' | 'other', operation: FinlineOperation): Decline {
  return {
    code: (operation.status_code ?? '').slice(0, 64) || 'failure',
    message: withoutCardNumbers(operation.status_description ?? '').slice(0, LONGEST_FACT),
    hold: 'stands',
    again: kind === 'authorise' ? 'customer' : 'later',
  };
}

// A repeat may fail because of what the attempt before it did, so it settles nothing about that one.
const declined = (call: ProviderCall, operation: FinlineOperation): CallResult => ({
  outcome: 'declined',
  decline: declineOf(call.action === 'authorise' ? 'authorise' : 'other', operation),
  firstOnly: true,
  facts: factsOf(operation),
});

function refused(call: ProviderCall, status: number, value: Json): CallResult {
  const operation = finlineOperation.safeParse(value);
  if (operation.success) {
    return stateOf(operation.data.status) === 'failed'
      ? declined(call, operation.data)
      : unknown('http-status-contradicts', `HTTP ${status}, status ${operation.data.status.slice(0, 64)}`);
  }
  const error = finlineError.safeParse(value);
  if (!error.success) return unknown('http-status', `HTTP ${status}`);
  const again = status === 401 || status === 403 || status === 405 ? 'config' : 'no';
  return {
    outcome: 'declined',
    decline: {
      code: (error.data.args?.code ?? '').slice(0, 64) || `HTTP-${status}`,
      message: withoutCardNumbers(error.data.message).slice(0, LONGEST_FACT),
      hold: 'stands',
      again,
    },
    firstOnly: true,
  };
}

/** A decimal of the wire in minor units; null where it is none or names more decimals than the currency has (M7). */
export function minorOf(
  account: FinlineAccount,
  text: string | null | undefined,
  currency: string,
): number | null {
  if (text === null || text === undefined) return null;
  const read = fromDecimal(text, exponentOf(currency, account.exponents ?? {}));
  return read.ok && read.value >= 0 ? read.value : null;
}

const FACTS = [
  'status',
  'status_code',
  'status_description',
  'operation_id',
  'payment_id',
  'transaction_id',
] as const;

/** What callers and the ledger need, by finline's names. */
export const factsOf = (operation: FinlineOperation): Readonly<Record<string, string>> =>
  Object.fromEntries(
    FACTS.flatMap((name) => {
      const value = operation[name];
      return typeof value === 'string' && value !== ''
        ? [[name, withoutCardNumbers(value).slice(0, LONGEST_FACT)]]
        : [];
    }),
  );
