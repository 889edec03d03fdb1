/** Rule: a request is the seed's, member for member, and what a terminal must not be asked is refused by its field. */
import { expect, test } from 'vitest';
import type { ProviderCall } from '../../../payment/call.ts';
import { requestOf } from '../../../providers/ccv/request.ts';
import { bodyOf, ccvRequest } from '../../../providers/ccv/wire.ts';
import { account, authorise, capture, REFERENCE, refund, release } from './calls.ts';

const body = (call: ProviderCall, own = account()): string => {
  const request = requestOf(own, call);
  if ('path' in request) throw new Error(`${request.path}: ${request.message}`);
  return bodyOf(request);
};

const refusal = (call: ProviderCall, own = account()): string | null => {
  const request = requestOf(own, call);
  return 'path' in request ? request.path : null;
};

test('a capture is the example of the seed', () => {
  const seed =
    '{ "paymentType": "CAPTURE", "requestId": "123456", "amount": 25.00, "currency": "EUR", "authReference": "H4sIAAAAAAAAA6tWcs7PLchJLUlNCShKdSwt", "authReferenceVersion": "1", "terminalOperatingEnvironment": "UNATTENDED", "terminalAccessProtocol": "OPI_NL", "terminalLanguage": "ENG", "terminalEnvironment": "EVCHARGING" }';
  expect(body(capture({ allocated: '123456' }))).toBe(seed.replaceAll(/(?<=[{:,]) | (?=\})/g, ''));
});

test('an authorisation names no reference', () => {
  expect(JSON.parse(body(authorise({}, '7')))).toEqual({
    paymentType: 'AUTHORISE',
    requestId: '7',
    amount: 50,
    currency: 'EUR',
    terminalOperatingEnvironment: 'UNATTENDED',
    terminalAccessProtocol: 'OPI_NL',
    terminalLanguage: 'ENG',
    terminalEnvironment: 'EVCHARGING',
  });
});

test('a void is a capture of nothing with a reason', () => {
  const call = release({ details: { reason: 'nothing delivered' } });
  expect(body(call)).toContain('"amount":0.00,');
  expect(body(call)).toContain('"captureCancellationReasonCode":"AMOUNT_ZERO_OR_NO_VOLUME"');
});

test('a capture says NO_ERROR only where the account wants it', () => {
  expect(body(capture())).not.toContain('captureCancellationReasonCode');
  expect(body(capture(), account({ captureReasonCode: 'NO_ERROR' }))).toContain(
    '"captureCancellationReasonCode":"NO_ERROR"',
  );
});

test.each([
  ['EUR', 2_500, '25.00'],
  ['EUR', 1, '0.01'],
  ['EUR', Number.MAX_SAFE_INTEGER, '90071992547409.91'],
  ['JPY', 2_500, '2500'],
  ['ISK', 7, '7'],
  ['HUF', 7, '0.07'],
  ['KWD', 2_500, '2.500'],
  ['CLF', 25_000, '2.5000'],
  ['XTS', 105, '1.05'],
])('%s %i is %s, digit by digit', (currency, amount, written) => {
  const own = account({ exponents: { XTS: 2 } });
  expect(body(capture({ currency, amount }), own)).toContain(`"amount":${written},"currency":"${currency}"`);
});

test.each([
  ['a text', '1'],
  ['an integer', 2],
])('the pair goes back as it came: %s', (_name, authReferenceVersion) => {
  const authReference = ' H4sI+/=\u00e9"\\ ';
  const sent: unknown = JSON.parse(body(capture({ hold: { authReference, authReferenceVersion } })));
  expect(sent).toMatchObject({ authReference, authReferenceVersion });
});

test.each<[string, ProviderCall]>([
  ['allocated', capture({ allocated: '' })],
  ['allocated', capture({ allocated: '0' })],
  ['allocated', capture({ allocated: '007' })],
  ['allocated', capture({ allocated: '1000000000' })],
  ['allocated', capture({ allocated: '1e3' })],
  ['allocated', release({ allocated: '-1' })],
  ['allocated', authorise({}, '')],
  ['amount', capture({ amount: 0 })],
  ['amount', capture({ amount: -1 })],
  ['amount', capture({ amount: 1.5 })],
  ['amount', capture({ amount: 2 ** 53 })],
  ['amount', authorise({ amount: 0 })],
  ['amount', release({ amount: 1 })],
  ['amount.currency', capture({ currency: 'XTS' })],
  ['amount.currency', capture({ currency: 'eur' })],
  ['kind', release({ kind: 'request' })],
  ['reason', release({ details: { reason: 'NO_ERROR' } })],
  ['action', refund()],
  ['hold.authReference', capture({ hold: { authReferenceVersion: '1' } })],
  ['hold.authReference', capture({ hold: { authReference: '', authReferenceVersion: '1' } })],
  ['hold.authReferenceVersion', capture({ hold: { authReference: REFERENCE } })],
  ['hold.authReferenceVersion', release({ hold: { authReference: REFERENCE, authReferenceVersion: 1.5 } })],
  ['hold.txid', capture({ hold: { authReference: REFERENCE, authReferenceVersion: '1', txid: 'x' } })],
  ['options.terminalLanguage', capture({ details: { options: { terminalLanguage: 'NLD' } } })],
  ['options.colour', capture({ details: { options: { colour: 'red' } } })],
  ['authorization.request.method', authorise({ request: { method: 'cc' } })],
  [
    'authorization.request.options.cardpan',
    authorise({ request: { method: 'terminal', options: { cardpan: '4111111111111111' } } }),
  ],
  [
    'authorization.request.customer.email',
    authorise({ request: { method: 'terminal', customer: { email: 'a@b.example' } } }),
  ],
  [
    'authorization.request.returnUrls.success',
    authorise({ request: { method: 'terminal', returnUrls: { success: 'https://shop.example' } } }),
  ],
])('%s is refused', (path, call) => {
  expect(refusal(call)).toBe(path);
});

test('a call without any requestId is refused, whatever it asks', () => {
  const { allocated: _capture, ...bare } = capture();
  expect(refusal(bare)).toBe('allocated');
  expect(refusal({ ...authorise(), allocated: 7 } as unknown as ProviderCall)).toBe('allocated');
});

test.each(['1', '999999999'])('requestId %s goes out as a text', (allocated) => {
  expect(body(capture({ allocated }))).toContain(`"requestId":"${allocated}"`);
});

test('what has no place on a terminal is kept and not sent', () => {
  const call = capture({ details: { description: 'Charged', reference: 'r-1', vatAmount: 10 } });
  expect(Object.keys(JSON.parse(body(call)) as object)).toHaveLength(10);
});

test('the schema takes no zero without a reason, and no reason with an amount', () => {
  const whole = requestOf(account(), capture());
  expect(ccvRequest.safeParse({ ...whole, amount: '0.00' }).success).toBe(false);
  expect(
    ccvRequest.safeParse({ ...whole, amount: '0.00', captureCancellationReasonCode: 'NO_ERROR' }).success,
  ).toBe(false);
  expect(ccvRequest.safeParse({ ...whole, captureCancellationReasonCode: 'WRONG_PRODUCT' }).success).toBe(
    false,
  );
  expect(ccvRequest.safeParse({ ...whole, colour: 'red' }).success).toBe(false);
});
