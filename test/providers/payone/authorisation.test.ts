/** Rule: a preauthorization carries the method's own parameters, never a card number, and nothing that the engine owns. */
import { expect, test } from 'vitest';
import { CLEARING_TYPES } from '../../../providers/payone/descriptor.ts';
import { draftOf } from '../../../providers/payone/request.ts';
import { requestOf } from '../../../providers/payone/wire.ts';
import { account, authorise, line } from './calls.ts';

const AT = 'authorization.request';
const sent = (...given: Parameters<typeof authorise>): Record<string, string> => {
  const { fields, refusal } = draftOf(authorise(...given));
  if (refusal !== null) throw new Error(`${refusal.path}: ${refusal.message}`);
  return requestOf(account(), fields);
};

test('a card by its pseudo number', () => {
  const request = sent();
  expect(request).toMatchObject({
    request: 'preauthorization',
    clearingtype: 'cc',
    amount: '12000',
    currency: 'EUR',
    pseudocardpan: '9410010000018301234',
    encoding: 'UTF-8',
  });
  expect(request['reference']).toMatch(/^[a-z2-7]{20}$/);
  expect(request).not.toHaveProperty('sequencenumber');
  expect(request).not.toHaveProperty('txid');
});

test('person, return addresses, text and lines', () => {
  const request = sent({
    returnUrls: {
      success: 'https://shop.example/ok?a=1',
      error: 'https://shop.example/no',
      back: 'https://shop.example/back',
    },
    customer: {
      firstname: 'Jörg',
      lastname: 'Jäger',
      country: 'DE',
      email: 'j@shop.example',
      telephonenumber: '004915112345678',
      birthday: '19700101',
    },
    description: 'Order 1',
    lines: [line({ quantity: 8 })],
  });
  expect(request).toMatchObject({
    successurl: 'https://shop.example/ok?a=1',
    errorurl: 'https://shop.example/no',
    backurl: 'https://shop.example/back',
    lastname: 'Jäger',
    narrative_text: 'Order 1',
    'no[1]': '8',
  });
});

test.each([
  ['wlt', { wallettype: 'PPE' }],
  ['elv', { iban: 'DE85123456782599100003', bic: 'TESTTEST', bankaccountholder: 'J. Jäger' }],
  ['sb', { onlinebanktransfertype: 'PNT', bankcountry: 'DE' }],
  ['rec', {}],
  ['vor', {}],
  ['cod', {}],
  ['fnc', { financingtype: 'KLV', 'add_paydata[shop_id]': 12 }],
])('%s', (method, options) => {
  expect(sent({ method, options })).toMatchObject({
    clearingtype: method,
    ...Object.fromEntries(Object.entries(options).map(([k, v]) => [k, String(v)])),
  });
});

test.each(
  Object.entries(CLEARING_TYPES).flatMap(([method, { needs }]) =>
    needs.map((name) => [method, name] as const),
  ),
)('%s needs %s', (method, name) => {
  expect(draftOf(authorise({ method, options: {} })).refusal).toMatchObject({
    path: `${AT}.options.${name}`,
  });
});

test.each([
  ['method', { method: 'gold' }],
  ['method', { method: 'toString' }],
  ['options.pseudocardpan', { options: { pseudocardpan: '4111111111111111' } }],
  ['options.pseudocardpan', { options: { pseudocardpan: '94100' } }],
  ['options.cardpan', { options: { pseudocardpan: '9410010000018301234', cardpan: '4111111111111111' } }],
  ['options.cardcvc2', { options: { pseudocardpan: '9410010000018301234', cardcvc2: '123' } }],
  ['options.param', { options: { pseudocardpan: '9410010000018301234', param: 'card 4111 1111 1111 1111' } }],
  ['options.param', { options: { pseudocardpan: '9410010000018301234', param: '5500-0000-0000-0004' } }],
  [
    'options.add_paydata[x]',
    { options: { pseudocardpan: '9410010000018301234', 'add_paydata[x]': '4111111111111111' } },
  ],
  ['options.reference', { options: { pseudocardpan: '9410010000018301234', reference: 'mine' } }],
  ['options.sequencenumber', { options: { pseudocardpan: '9410010000018301234', sequencenumber: 0 } }],
  ['customer.lastname', { customer: { lastname: '4111111111111111' } }],
  ['customer.country', { customer: { country: 'Germany' } }],
  ['customer.shoesize', { customer: { shoesize: '46' } }],
  ['returnUrls.success', { returnUrls: { success: `https://shop.example/${'x'.repeat(255)}` } }],
  ['returnUrls.back', { returnUrls: { back: 'javascript:alert(1)' } }],
  ['description', { description: 'x'.repeat(82) }],
  ['lines', { lines: [line()] }],
  ['lines[0].vatRate', { lines: [line({ quantity: 8, vatRate: 7 })] }],
])('refused at %s', (path, request) => {
  const { refusal } = draftOf(authorise(request));
  expect(refusal?.path).toBe(`${AT}.${path}`);
  expect(JSON.stringify(refusal)).not.toContain('4111');
});
