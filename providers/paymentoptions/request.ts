/** Builds the body of each call. Pure: the same call, the same bytes. */
import type { ProviderCall } from '../../payment/call.ts';
import { exponentOf } from '../../payment/currency.ts';
import { holdsCardNumber } from '../card-number.ts';
import type { Refusal } from '../provider.ts';
import { faultInCurrency } from '../account-options.ts';
import { decimalNumber } from '../rest/json.ts';
import type { PaymentOptionsAccount } from './account.ts';

/** Every path stands under this one (seed 001). */
export const INTERFACE = 'server-to-server-interface';
/** Not documented; enough for a sentence. */
const LONGEST_NOTES = 1_000;
const TRANSACTION_ID = /^[A-Za-z0-9._-]{1,64}$/;

export interface Request {
  /** Joined to the account's base behind {@link INTERFACE}. */
  readonly path: 'capture' | 'void' | 'refund';
  readonly body: Readonly<Record<string, unknown>>;
}

export type Draft = { readonly request: Request } | { readonly refusal: Refusal };

const refused = (path: string, message: string): Draft => ({ refusal: { path, message } });

/** Why no authorisation is asked for: its documented request carries the card itself (provider notes 2.3). */
export const ADOPT_ONLY: Refusal = {
  path: 'authorization.request',
  message: 'PaymentOptions authorises by card data, which never pass through Tranche: adopt the hold',
};

/** The decimals between our minor unit and the account's unit on the wire. */
export const scaleOf = (account: PaymentOptionsAccount, currency: string): number =>
  account.amountUnit === 'minor' ? 0 : exponentOf(currency, account.exponents ?? {});

export function draftOf(account: PaymentOptionsAccount, call: ProviderCall): Draft {
  if (call.action === 'authorise') return { refusal: ADOPT_ONLY };
  const refusal = faultInCurrency(call.currency, account.exponents) ?? faultInAmount(call);
  if (refusal !== null) return { refusal };
  if (call.action === 'refund' && call.anchor === undefined)
    return refused('capture', 'a refund names the capture by its own id, which is not known');
  const transactionId = call.action === 'refund' ? call.anchor : call.hold['transactionId'];
  const fault = faultInTransactionId(transactionId);
  if (fault !== null) return refused(call.action === 'refund' ? 'capture' : 'hold.transactionId', fault);
  const named = { transactionId, merchant_id: account.merchantId };
  if (call.action === 'release') {
    return call.kind === 'void'
      ? { request: { path: 'void', body: named } }
      : refused('kind', 'a partial capture has released the rest already');
  }
  const [option] = Object.keys(call.details.options ?? {});
  if (option !== undefined) return refused(`options.${option}`, `${option} is no option of this request`);
  const [at, text] =
    call.action === 'capture'
      ? ['description', call.details.description ?? `Capture ${call.operation}`]
      : ['reason', call.details.reason ?? `Refund ${call.operation}`];
  if ([...text].length > LONGEST_NOTES) return refused(at, `notes is at most ${LONGEST_NOTES} characters`);
  if (holdsCardNumber(text)) return refused(at, 'holds a card number');
  const amount = decimalNumber(call.amount, scaleOf(account, call.currency));
  return { request: { path: call.action, body: { ...named, amount, notes: text } } };
}

function faultInAmount({ action, amount }: ProviderCall): Refusal | null {
  const fits = action === 'release' ? amount === 0 : Number.isSafeInteger(amount) && amount >= 1;
  if (fits) return null;
  const range = action === 'release' ? 'is 0 for a release' : 'is at least 1 minor unit';
  return { path: 'amount', message: `amount ${range}, got ${amount}` };
}

/** Null for an id that a path can hold; today they are UUIDs (seed 001). */
export const faultInTransactionId = (id: unknown): string | null =>
  typeof id === 'string' && TRANSACTION_ID.test(id) && !/^\.+$/.test(id)
    ? null
    : 'transactionId is 1 to 64 letters, digits, dots, hyphens or underscores';
