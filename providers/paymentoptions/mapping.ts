/** From an answer of PaymentOptions to an outcome. Pure and total: whatever came, the worst that it can become is `unknown`. */
import type { ProviderCall } from '../../payment/call.ts';
import { fromDecimal } from '../../payment/decimal.ts';
import type { CallResult } from '../../payment/outcome.ts';
import { withoutCardNumbers } from '../card-number.ts';
import { isObject, readJson } from '../rest/json.ts';
import type { PaymentOptionsAccount } from './account.ts';
import { scaleOf } from './request.ts';
import { allYes, noneYes, signalsOf, type TransactionAnswer, transactionAnswer, TYPE_OF } from './wire.ts';

export interface RawAnswer {
  readonly status: number;
  readonly body: Uint8Array;
}

export type FollowUp = Exclude<ProviderCall, { action: 'authorise' }>;

type Unknown = Extract<CallResult, { outcome: 'unknown' }>;

const unknown = (reason: string, message?: string): Unknown => ({
  outcome: 'unknown',
  reason,
  ...(message === undefined ? {} : { message }),
});

const LONGEST_FACT = 512;
/** The request may yet be worked on, or somebody else speaks. */
const NOT_FINAL: readonly number[] = [408, 425, 429];
const SET_UP: readonly number[] = [401, 403, 404, 405];

/** @returns without `exchange`, which the adapter adds. */
export function resultOf(account: PaymentOptionsAccount, call: FollowUp, raw: RawAnswer): CallResult {
  return { ...outcomeOf(account, call, raw), keys: keysOf(call) };
}

/** The id that the attempt named. */
export const keysOf = (call: FollowUp): Readonly<Record<string, string>> => ({
  transactionId: String((call.action === 'refund' ? call.anchor : call.hold['transactionId']) ?? ''),
});

function outcomeOf(account: PaymentOptionsAccount, call: FollowUp, raw: RawAnswer): CallResult {
  const read = readJson(raw.body);
  if (!read.ok) return unknown(read.fault, `HTTP ${raw.status}`);
  const parsed = transactionAnswer.safeParse(read.value);
  if (!isObject(read.value) || !parsed.success) return unknown('answer-incomplete', `HTTP ${raw.status}`);
  const answer = parsed.data;
  const signals = signalsOf(raw.status, answer);
  if (allYes(signals)) return booked(account, call, answer);
  // Only success is documented: a refusal is believed where the status is a client's fault and nothing says yes.
  const refusal = raw.status >= 400 && raw.status < 500 && !NOT_FINAL.includes(raw.status);
  if (refusal && noneYes(signals)) return refused(raw.status, answer);
  const said = Object.entries(signals).map(([name, value]) => `${name} ${value}`);
  return { ...unknown('signals-disagree', `HTTP ${raw.status}: ${said.join(', ')}`), facts: factsOf(answer) };
}

/** Every signal says yes; what remains is whether it is about this call. */
function booked(account: PaymentOptionsAccount, call: FollowUp, answer: TransactionAnswer): CallResult {
  const facts = factsOf(answer);
  if (answer.transaction_type !== TYPE_OF[call.action]) return { ...unknown('type-differs'), facts };
  const mid = answer.merchant_details?.mid;
  if (typeof mid === 'string' && mid !== account.merchantId) return { ...unknown('merchant-differs'), facts };
  const currency = answer.payment_details?.currency;
  if (typeof currency === 'string' && currency !== call.currency)
    return { ...unknown('currency-differs'), facts };
  const id = answer.transaction_details?.id ?? '';
  const named = id === '' ? {} : { providerReference: id.slice(0, 128) };
  // A void is of the whole hold and names no amount that could differ.
  if (call.action === 'release') return { outcome: 'approved', ...named, facts };
  const minor = minorOf(account, answer.payment_details?.amount, call.currency);
  if (minor === null) return { ...unknown('amount-unreadable'), facts };
  if (minor !== call.amount) return { ...unknown('amount-differs'), answered: minor, ...named, facts };
  return { outcome: 'approved', booked: minor, ...named, facts };
}

function refused(status: number, answer: TransactionAnswer): CallResult {
  const gateway = answer.gateway_response;
  const message = gateway?.message ?? (typeof answer['message'] === 'string' ? answer['message'] : '');
  const byGateway = typeof gateway?.code === 'string' && gateway.code !== '';
  return {
    outcome: 'declined',
    decline: {
      code: byGateway ? String(gateway.code).slice(0, 64) : `HTTP-${status}`,
      message: withoutCardNumbers(message).slice(0, LONGEST_FACT),
      hold: 'stands',
      // No table of gateway codes is public, so a gateway's refusal is never read as one for good.
      again: byGateway ? 'later' : SET_UP.includes(status) ? 'config' : 'no',
    },
    firstOnly: true,
    facts: factsOf(answer),
  };
}

/** An amount of the wire in minor units; null where it is none or names more decimals than it may (M7). */
export function minorOf(
  account: PaymentOptionsAccount,
  text: string | null | undefined,
  currency: string,
): number | null {
  if (text === null || text === undefined) return null;
  const read = fromDecimal(text, scaleOf(account, currency));
  return read.ok && read.value >= 0 ? read.value : null;
}

/** What callers and the ledger need, by the provider's names. The card is not among them. */
export function factsOf(answer: TransactionAnswer): Readonly<Record<string, string>> {
  const values: Readonly<Record<string, string | null | undefined>> = {
    transaction_type: answer.transaction_type,
    code: answer.gateway_response?.code,
    response_code: answer.payment_details?.response_code,
    auth_code: answer.payment_details?.auth_code,
    scheme: answer.payment_details?.scheme,
    ref: answer.transaction_details?.ref,
  };
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) =>
      typeof value === 'string' && value !== ''
        ? [[name, withoutCardNumbers(value).slice(0, LONGEST_FACT)]]
        : [],
    ),
  );
}
