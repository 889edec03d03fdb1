/** Rule: a body says exactly what was asked, in two decimals at most, under the documented names, and nothing else. */
import { expect, test } from 'vitest';
import type { ProviderCall } from '../../../payment/call.ts';
import { draftOf } from '../../../providers/finline/request.ts';
import { account, authorise, capture, everyCall, ORDER, ours, POS, refund, release } from './calls.ts';

const textOf = (call: ProviderCall, change: Parameters<typeof account>[0] = {}): string => {
  const draft = draftOf(account(change), call);
  if ('refusal' in draft) throw new Error(`${draft.refusal.path}: ${draft.refusal.message}`);
  return `${draft.request.path} ${JSON.stringify(draft.request.body)}`;
};
const refusal = (call: ProviderCall, change: Parameters<typeof account>[0] = {}) => {
  const draft = draftOf(account(change), call);
  return 'refusal' in draft ? draft.refusal : null;
};

test('a capture says its amount as a decimal number and its reference in the comment', () => {
  expect(textOf(capture({ description: 'Boots' }))).toBe(
    `capture {"pos_id":"${POS}","order_id":"${ORDER}","order_currency":"UAH","comment":"Boots [${ours('c-1')}]","charge_amount":80.00}`,
  );
  expect(textOf(capture({}, { amount: 1 }))).toContain('"charge_amount":0.01}');
  expect(textOf(capture({}, { amount: 500, currency: 'JPY' }))).toContain('"charge_amount":500}');
  const test = { exponents: { XTS: 2 } };
  expect(textOf(capture({}, { amount: 1_050, currency: 'XTS' }), test)).toContain('"charge_amount":10.50}');
  expect(textOf(capture({}, { amount: Number.MAX_SAFE_INTEGER }))).toContain(':90071992547409.91}');
});

test('a void names no amount, a refund its own', () => {
  expect(textOf(release())).toBe(
    `void {"pos_id":"${POS}","order_id":"${ORDER}","order_currency":"UAH","comment":"Release r-1 [${ours('r-1')}]"}`,
  );
  expect(textOf(refund({ reason: 'Returned' }))).toContain(
    `"comment":"Returned [${ours('f-1')}]","refund_amount":15.00}`,
  );
});

test('server_url is in every request where the account names one', () => {
  for (const call of everyCall) {
    expect(textOf(call, { serverUrl: 'https://shop.example/n' })).toContain(
      '"server_url":"https://shop.example/n"',
    );
    expect(textOf(call)).not.toContain('server_url');
  }
});

test('a hold by token, and a hold on the hosted page', () => {
  expect(JSON.parse(textOf(authorise()).slice(8))).toEqual({
    pos_id: POS,
    method: 'auth',
    mode: 'direct',
    amount: 100,
    currency: 'UAH',
    order_id: ours('authorization'),
    description: 'Order order-1 authorization',
    order_3ds_bypass: 'supported',
    cc_token: 'token-1',
  });
  const hosted = authorise({
    method: 'hosted',
    options: { order_3ds_bypass: 'always' },
    returnUrls: { success: 'https://shop.example/back' },
    customer: { customer_email: 'a@shop.example' },
    description: 'Boots',
  });
  expect(JSON.parse(textOf(hosted).slice(8))).toMatchObject({
    mode: 'hosted',
    order_3ds_bypass: 'always',
    result_url: 'https://shop.example/back',
    customer_email: 'a@shop.example',
    description: 'Boots',
  });
});

test('a repeat is the same bytes', () => {
  for (const call of everyCall) expect(textOf({ ...call, attempt: 2 })).toBe(textOf(call));
});

const AT = 'authorization.request';
test.each<[string, ProviderCall]>([
  ['amount.currency', capture({}, { currency: 'KWD' })],
  ['amount.currency', capture({}, { currency: 'CLF' })],
  ['amount.currency', capture({}, { currency: 'XTS' })],
  ['amount.currency', authorise({}, { currency: 'BHD' })],
  ['amount', capture({}, { amount: 0 })],
  ['amount', refund({}, { amount: 1.5 })],
  ['amount', release({ amount: 5 })],
  ['hold.orderId', capture({}, { hold: {} })],
  ['hold.orderId', capture({}, { hold: { orderId: '..' } })],
  ['hold.orderId', capture({}, { hold: { orderId: 'x'.repeat(33) } })],
  ['description', capture({ description: 'x'.repeat(2_014) })],
  ['description', capture({ description: 'card 4111 1111 1111 1111' })],
  ['reason', refund({ reason: '4111111111111111' })],
  ['options.split', capture({ options: { split: [] } })],
  ['options.order_amount', refund({ options: { order_amount: 1 } })],
  ['kind', release({ kind: 'request' })],
  [`${AT}.method`, authorise({ method: 'card' })],
  [`${AT}.options.cc_token`, authorise({ options: {} })],
  [`${AT}.options.cc_token`, authorise({ method: 'hosted' })],
  [`${AT}.options.cc_token`, authorise({ options: { cc_token: '4111111111111111' } })],
  [`${AT}.options.cc_number`, authorise({ options: { cc_token: 't', cc_number: '4111111111111111' } })],
  [`${AT}.options.card_cvv`, authorise({ options: { cc_token: 't', card_cvv: '111' } })],
  [`${AT}.options.colour`, authorise({ options: { cc_token: 't', colour: 'red' } })],
  [`${AT}.customer.name`, authorise({ customer: { name: 'x' } })],
  [`${AT}.customer.customer_fname`, authorise({ customer: { customer_fname: '4111111111111111' } })],
  [
    `${AT}.returnUrls.error`,
    authorise({ returnUrls: { success: 'https://a.example', error: 'https://b.example' } }),
  ],
  [`${AT}.returnUrls.success`, authorise({ returnUrls: { success: 'javascript:x' } })],
])('refused before sending at %s', (path, call) => {
  expect(refusal(call)).toMatchObject({ path });
});

test('the longest comment still fits', () => {
  expect(refusal(capture({ description: 'x'.repeat(2_013) }))).toBeNull();
});
