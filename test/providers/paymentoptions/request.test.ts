/** Rule: capture and void name the hold, a refund names the capture, and amounts are exact in the account's unit. */
import { expect, test } from 'vitest';
import type { ProviderCall } from '../../../payment/call.ts';
import { draftOf } from '../../../providers/paymentoptions/request.ts';
import { account, authorise, CAPTURE, capture, HOLD, refund, release } from './calls.ts';

type Change = Parameters<typeof account>[0];
const textOf = (call: ProviderCall, change: Change = {}): string => {
  const draft = draftOf(account(change), call);
  if ('refusal' in draft) throw new Error(`${draft.refusal.path}: ${draft.refusal.message}`);
  return `${draft.request.path} ${JSON.stringify(draft.request.body)}`;
};
const refusal = (call: ProviderCall, change: Change = {}) => {
  const draft = draftOf(account(change), call);
  return 'refusal' in draft ? draft.refusal : null;
};

test('the three requests', () => {
  expect(textOf(capture({ description: 'Boots' }))).toBe(
    `capture {"transactionId":"${HOLD}","merchant_id":"sandbox-merchant","amount":1000,"notes":"Boots"}`,
  );
  expect(textOf(release({ details: { reason: 'Cancelled' } }))).toBe(
    `void {"transactionId":"${HOLD}","merchant_id":"sandbox-merchant"}`,
  );
  expect(textOf(refund())).toBe(
    `refund {"transactionId":"${CAPTURE}","merchant_id":"sandbox-merchant","amount":400,"notes":"Refund f-1"}`,
  );
});

test.each([
  ['JPY', '1000', '1000'],
  ['EUR', '10.00', '1000'],
  ['KWD', '1.000', '1000'],
  ['CLF', '0.1000', '1000'],
])('1000 of %s is %s in major units and %s in minor ones', (currency, major, minor) => {
  const call = capture({}, { currency });
  expect(textOf(call)).toContain(`"amount":${major},`);
  expect(textOf(call, { amountUnit: 'minor' })).toContain(`"amount":${minor},`);
});

test('a repeat would be the same bytes', () => {
  for (const call of [capture(), release(), refund()])
    expect(textOf({ ...call, attempt: 2 })).toBe(textOf(call));
});

test.each<[string, ProviderCall]>([
  ['authorization.request', authorise()],
  ['amount.currency', capture({}, { currency: 'XTS' })],
  ['amount', capture({}, { amount: 0 })],
  ['amount', release({ amount: 1 })],
  ['hold.transactionId', capture({}, { hold: {} })],
  ['hold.transactionId', release({ hold: { transactionId: '../void' } })],
  ['hold.transactionId', release({ hold: { transactionId: '..' } })],
  ['capture', refund({}, { anchor: 'a/b' })],
  ['description', capture({ description: 'x'.repeat(1_001) })],
  ['description', capture({ description: '5200 0000 0000 1005' })],
  ['reason', refund({ reason: '4111111111111111' })],
  ['options.currency', capture({ options: { currency: 'EUR' } })],
  ['kind', release({ kind: 'request' })],
])('refused before sending at %s', (path, call) => {
  expect(refusal(call)).toMatchObject({ path });
});

test('a refund without the id of its capture is refused', () => {
  const { anchor: _anchor, ...call } = refund();
  expect(refusal(call)).toMatchObject({ path: 'capture' });
});
