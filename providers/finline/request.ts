/** Builds the body of each call. Pure: the same call, the same bytes. */
import { exponentOf } from '../../payment/currency.ts';
import type { AuthoriseCall, ProviderCall } from '../../payment/call.ts';
import { holdsCardNumber } from '../card-number.ts';
import type { Refusal } from '../provider.ts';
import { faultInCurrency } from '../account-options.ts';
import { decimalNumber } from '../rest/json.ts';
import { type FinlineAccount, MOST_DECIMALS } from './account.ts';
import { authorisationBody } from './authorisation.ts';
import { commentOf, referenceOf } from './reference.ts';

/** Seed 003. */
export const LONGEST_ORDER_ID = 32;
const LONGEST_COMMENT = 2_048;

export interface Request {
  /** Joined to the account's base. */
  readonly path: 'payment' | 'capture' | 'void' | 'refund';
  readonly body: Readonly<Record<string, unknown>>;
}

export type Draft = { readonly request: Request } | { readonly refusal: Refusal };

const refused = (path: string, message: string): Draft => ({ refusal: { path, message } });

/** Null where finline can say amounts in the currency exactly: at most two decimals (provider notes 3.4). */
export function faultInMoney(account: FinlineAccount, currency: string): Refusal | null {
  const fault = faultInCurrency(currency, account.exponents);
  if (fault !== null) return fault;
  const exponent = exponentOf(currency, account.exponents ?? {});
  if (exponent <= MOST_DECIMALS) return null;
  return {
    path: 'amount.currency',
    message: `${currency} has ${exponent} decimals, and finline takes at most ${MOST_DECIMALS}`,
  };
}

export function draftOf(account: FinlineAccount, call: ProviderCall): Draft {
  const refusal = faultInMoney(account, call.currency) ?? faultInAmount(call);
  if (refusal !== null) return { refusal };
  return call.action === 'authorise' ? authorisationDraft(account, call) : followUpDraft(account, call);
}

function faultInAmount({ action, amount }: ProviderCall): Refusal | null {
  const fits = action === 'release' ? amount === 0 : Number.isSafeInteger(amount) && amount >= 1;
  if (fits) return null;
  const range = action === 'release' ? 'is 0 for a release' : 'is at least 1 minor unit';
  return { path: 'amount', message: `amount ${range}, got ${amount}` };
}

function authorisationDraft(account: FinlineAccount, call: AuthoriseCall): Draft {
  const drafted = authorisationBody(call);
  if ('refusal' in drafted) return drafted;
  return {
    request: {
      path: 'payment',
      body: {
        pos_id: account.posId,
        method: 'auth',
        amount: amountOf(account, call),
        currency: call.currency,
        order_id: referenceOf(call.account, call.payment, call.operation),
        ...serverUrl(account),
        ...drafted.body,
      },
    },
  };
}

type FollowUp = Exclude<ProviderCall, AuthoriseCall>;

/** The currency is `order_currency` in requests and `currency` in answers (provider notes 3.4). */
function followUpDraft(account: FinlineAccount, call: FollowUp): Draft {
  const orderId = call.hold['orderId'];
  const fault = faultInOrderId(orderId);
  if (fault !== null) return refused('hold.orderId', fault);
  const said = textOf(call);
  if (holdsCardNumber(said.text)) return refused(said.path, 'holds a card number');
  const comment = commentOf(said.text, referenceOf(call.account, call.payment, call.operation));
  if ([...comment].length > LONGEST_COMMENT) {
    return refused(said.path, `comment is at most ${LONGEST_COMMENT} characters with its reference`);
  }
  const [option] = Object.keys(call.action === 'release' ? {} : (call.details.options ?? {}));
  if (option !== undefined) return refused(`options.${option}`, `${option} is no option of this request`);
  const body = {
    pos_id: account.posId,
    order_id: String(orderId),
    order_currency: call.currency,
    comment,
    ...serverUrl(account),
  };
  switch (call.action) {
    case 'capture':
      // Left out it would mean everything that is held there, which is not ours to assume: said, it is exact.
      return { request: { path: 'capture', body: { ...body, charge_amount: amountOf(account, call) } } };
    case 'release':
      if (call.kind !== 'void') return refused('kind', 'a partial capture has released the rest already');
      return { request: { path: 'void', body } };
    case 'refund':
      return { request: { path: 'refund', body: { ...body, refund_amount: amountOf(account, call) } } };
  }
}

/** Null for an order id that finline takes (seed 003). */
export function faultInOrderId(orderId: unknown): string | null {
  if (typeof orderId !== 'string' && !Number.isSafeInteger(orderId)) return 'orderId is a text';
  // A path cannot hold these two as the name of anything.
  if (/^\.{1,2}$/.test(String(orderId))) return 'orderId is not . or ..';
  const length = [...String(orderId)].length;
  return length >= 1 && length <= LONGEST_ORDER_ID ? null : `orderId is 1 to ${LONGEST_ORDER_ID} characters`;
}

function textOf(call: FollowUp): { readonly text: string; readonly path: string } {
  switch (call.action) {
    case 'capture':
      return { text: call.details.description ?? `Capture ${call.operation}`, path: 'description' };
    case 'release':
      return { text: call.details.reason ?? `Release ${call.operation}`, path: 'reason' };
    case 'refund':
      return { text: call.details.reason ?? `Refund ${call.operation}`, path: 'reason' };
  }
}

const amountOf = (account: FinlineAccount, { amount, currency }: ProviderCall): unknown =>
  decimalNumber(amount, exponentOf(currency, account.exponents ?? {}));

const serverUrl = ({ serverUrl: address }: FinlineAccount): { readonly server_url?: string } =>
  address === undefined ? {} : { server_url: address };
