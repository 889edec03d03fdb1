import type { AuthoriseCall } from '../../payment/call.ts';
import { holdsCardNumber } from '../card-number.ts';
import { CLEARING_TYPES } from './descriptor.ts';
import { type Draft, optionFields, present } from './field.ts';
import { faultInLines, itemFields } from './items.ts';
import { MEANS, PERSON } from './parameters.ts';
import { referenceOf } from './reference.ts';

/** Where the request stands in the body that creates a payment. */
const AT = 'authorization.request';
// Their digits are not a card's, and by chance may look like one.
const DIGITS_OF_THEIR_OWN: readonly string[] = [
  'telephonenumber',
  'birthday',
  'ip',
  'personalid',
  'customerid',
];

const refused = (path: string, message: string): Draft => ({ fields: [], refusal: { path, message } });

/** A `preauthorization`. It carries no sequence number: 0 is implied and must not be sent (provider notes A2). */
export function authorisationDraft(call: AuthoriseCall): Draft {
  const { request } = call;
  const type = Object.hasOwn(CLEARING_TYPES, request.method) ? CLEARING_TYPES[request.method] : undefined;
  if (type === undefined)
    return refused(`${AT}.method`, `is one of ${Object.keys(CLEARING_TYPES).join(', ')}`);

  const options = optionFields(request.options ?? {}, MEANS, `${AT}.options`);
  if (options.refusal !== null) return options;
  const missing = type.needs.find((name) => request.options?.[name] === undefined);
  if (missing !== undefined)
    return refused(`${AT}.options.${missing}`, `${missing} is required for ${request.method}`);

  const person = Object.entries(request.customer ?? {});
  for (const [name, value] of person) {
    const path = `${AT}.customer.${name}`;
    if (!Object.hasOwn(PERSON, name)) return refused(path, `${name} is no person data that PAYONE takes`);
    if (!DIGITS_OF_THEIR_OWN.includes(name) && holdsCardNumber(value))
      return refused(path, `${name} holds a card number`);
  }
  const lines = faultInLines(request.lines, call.amount, call.currency, `${AT}.`);
  if (lines !== null) return { fields: [], refusal: lines };

  return {
    fields: [
      { name: 'request', value: 'preauthorization', path: 'action' },
      ...present([
        ['clearingtype', request.method, `${AT}.method`],
        ['reference', referenceOf(call.account, call.payment, call.operation), 'id'],
        ['amount', call.amount, 'amount'],
        ['currency', call.currency, 'amount.currency'],
        ['narrative_text', request.description, `${AT}.description`],
        ['successurl', request.returnUrls?.success, `${AT}.returnUrls.success`],
        ['errorurl', request.returnUrls?.error, `${AT}.returnUrls.error`],
        ['backurl', request.returnUrls?.back, `${AT}.returnUrls.back`],
      ]),
      ...present(person.map(([name, value]) => [name, value, `${AT}.customer.${name}`])),
      ...options.fields,
      ...itemFields(request.lines ?? [], `${AT}.`),
    ],
    refusal: null,
  };
}
