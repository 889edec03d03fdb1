/** A hold without card data: by a token, or by finline's own page (provider notes 3.3). */
import type { AuthoriseCall } from '../../payment/call.ts';
import { holdsCardNumber } from '../card-number.ts';
import type { Refusal } from '../provider.ts';

/** Modes of `POST payment`. `direct` needs a token: card data never go through Tranche. */
export const MODES = ['hosted', 'direct'] as const;

const AT = 'authorization.request';
const CUSTOMER = [
  'customer_id',
  'customer_fname',
  'customer_lname',
  'customer_patronym',
  'customer_email',
  'customer_phone',
  'customer_ip',
  'customer_lang',
  'customer_country',
] as const;
const DIGITS_OF_THEIR_OWN: readonly string[] = ['customer_id', 'customer_phone', 'customer_ip'];
const OPTIONS: Readonly<Record<string, number>> = {
  cc_token: 1_024,
  order_3ds_bypass: 32,
  payload: 4_000,
  customer_referrer: 2_048,
  merchant_mcc: 4,
};
const CARD_DATA = /^(?:cc_number|exp_month|exp_year|card_.*)$/;
const LONGEST_TEXT = 255;
const LONGEST_DESCRIPTION = 2_048;

export type AuthorisationBody =
  | { readonly body: Readonly<Record<string, unknown>> }
  | { readonly refusal: Refusal };

const refused = (path: string, message: string): AuthorisationBody => ({
  refusal: { path: `${AT}.${path}`, message },
});

/** The part of the body that the caller's request fills. */
export function authorisationBody({ request, operation, payment }: AuthoriseCall): AuthorisationBody {
  const mode = MODES.find((known) => known === request.method);
  if (mode === undefined) return refused('method', `is one of ${MODES.join(', ')}`);
  const options = request.options ?? {};
  const option = faultInOptions(options);
  if (option !== null) return refused(`options.${option.path}`, option.message);
  if (mode === 'direct' && options['cc_token'] === undefined)
    return refused('options.cc_token', 'cc_token is required for direct');
  if (mode === 'hosted' && options['cc_token'] !== undefined)
    return refused('options.cc_token', 'cc_token belongs to direct');
  const person = faultInCustomer(request.customer ?? {});
  if (person !== null) return refused(`customer.${person.path}`, person.message);
  const { success, error, back } = request.returnUrls ?? {};
  if (error !== undefined && error !== success) return refused('returnUrls.error', ONE_ADDRESS);
  if (back !== undefined && back !== success) return refused('returnUrls.back', ONE_ADDRESS);
  if (success !== undefined && !/^https?:\/\//i.test(success))
    return refused('returnUrls.success', 'is an http or https address');
  const description = request.description ?? `Order ${payment} ${operation}`;
  if ([...description].length > LONGEST_DESCRIPTION || holdsCardNumber(description))
    return refused('description', `is at most ${LONGEST_DESCRIPTION} characters without a card number`);
  return {
    body: {
      mode,
      description,
      order_3ds_bypass: 'supported',
      ...options,
      ...request.customer,
      ...(success === undefined ? {} : { result_url: success }),
    },
  };
}

const ONE_ADDRESS = 'finline has one result_url: leave it out or give the same as success';

function faultInOptions(options: Readonly<Record<string, unknown>>): Refusal | null {
  for (const [name, value] of Object.entries(options)) {
    const refuse = (message: string): Refusal => ({ path: name, message: `${name} ${message}` });
    if (CARD_DATA.test(name)) return refuse('is never taken: card data stay with finline');
    const longest = Object.hasOwn(OPTIONS, name) ? OPTIONS[name] : undefined;
    if (longest === undefined) return refuse('is no option of this request');
    if (typeof value !== 'string' || value === '' || value.length > longest)
      return refuse(`is a text of 1 to ${longest} characters`);
    if (holdsCardNumber(value)) return refuse('holds a card number');
  }
  return null;
}

function faultInCustomer(customer: Readonly<Record<string, string>>): Refusal | null {
  for (const [name, value] of Object.entries(customer)) {
    const refuse = (message: string): Refusal => ({ path: name, message: `${name} ${message}` });
    if (!CUSTOMER.some((known) => known === name)) return refuse('is no person data that finline takes');
    if (value === '' || value.length > LONGEST_TEXT) return refuse(`is 1 to ${LONGEST_TEXT} characters`);
    if (!DIGITS_OF_THEIR_OWN.includes(name) && holdsCardNumber(value)) return refuse('holds a card number');
  }
  return null;
}
