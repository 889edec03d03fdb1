/** Rule: a follow-up leaves with exactly PAYONE's documented parameters, and a broken limit is refused at the caller's own field. */
import { expect, describe, test } from 'vitest';
import type { ProviderCall } from '../../../payment/call.ts';
import { draftOf } from '../../../providers/payone/request.ts';
import { bodyOf, requestOf } from '../../../providers/payone/wire.ts';
import { account, capture, everyCall, line, refund, release } from './calls.ts';

const sent = (call: ProviderCall): Record<string, string> => {
  const { fields, refusal } = draftOf(call);
  if (refusal !== null) throw new Error(`${refusal.path}: ${refusal.message}`);
  return requestOf(account(), fields);
};

const EUR = (value: number) => ({ value, currency: 'EUR' });

// The sample request of seed 002, its parameters in the order in which the seed prints them.
const SAMPLE = [
  'amount=12000',
  'capturemode=completed',
  'currency=EUR',
  'de[1]=Hauptartikel mit Kennzeichnung Versandkostenfrei und Hervorhebung',
  'de[2]=Hauptartikel mit Grundpreisberechnung',
  'de[3]=Standard Versand',
  'encoding=UTF-8',
  'id[1]=SW10006',
  'id[2]=SW10010',
  'id[3]=Standard Versand',
  'it[1]=goods',
  'it[2]=goods',
  'it[3]=shipment',
  'key=17031f73e2c6f9755788bddfff04169b',
  'mid=14648',
  'mode=test',
  'no[1]=3',
  'no[2]=15',
  'no[3]=1',
  'portalid=2040559',
  'pr[1]=1500',
  'pr[2]=500',
  'pr[3]=0',
  'request=capture',
  'sequencenumber=1',
  'settleaccount=auto',
  'txid=917985802',
  'va[1]=1900',
  'va[2]=1900',
  'va[3]=0',
];

test('the sample of the seed, byte for byte, beside the two parameters that it leaves out', () => {
  const call = capture({
    lines: [
      line({ description: 'Hauptartikel mit Kennzeichnung Versandkostenfrei und Hervorhebung' }),
      line({
        id: 'SW10010',
        description: 'Hauptartikel mit Grundpreisberechnung',
        quantity: 15,
        unitPrice: EUR(500),
      }),
      line({
        id: 'Standard Versand',
        type: 'shipment',
        description: 'Standard Versand',
        quantity: 1,
        unitPrice: EUR(0),
        vatRate: 0,
      }),
    ],
  });
  const { fields } = draftOf(call);
  const body = bodyOf(
    requestOf(account({ key: '17031f73e2c6f9755788bddfff04169b', keyHash: 'none' }), fields),
  );
  const expected = SAMPLE.map((pair) => {
    const at = pair.indexOf('=');
    return new URLSearchParams([[pair.slice(0, at), pair.slice(at + 1)]]).toString();
  });
  const extra = ['aid=17321', 'api_version=3.11'];
  expect(body.split('&')).toEqual(
    [...extra, ...expected].sort((a, b) => (decodeURIComponent(a) < decodeURIComponent(b) ? -1 : 1)),
  );
  expect(body.split('&').filter((pair) => !extra.includes(pair))).toEqual(expected);
});

test('every parameter of the seed finds its place', () => {
  const call = capture(
    {
      description: 'Order 1',
      reference: 'shop/1_A.b-c',
      vatAmount: 100,
      invoice: {
        id: 'RE-1',
        deliveryMode: 'P',
        deliveryDate: '2026-11-21',
        deliveryEndDate: '2026-11-22',
        appendix: 'Thank you',
      },
      options: {
        settleaccount: 'no',
        booking_date: '20261121',
        document_date: '20261122',
        due_time: 1_795_000_000,
        'add_paydata[shop_id]': '7',
      },
      lines: [line({ deliveryDate: '2026-11-21', deliveryEndDate: '2026-11-30' })],
    },
    { amount: 4_500, final: false, sequenceNumber: 7 },
  );
  expect(sent(call)).toEqual({
    request: 'capture',
    mid: '14648',
    aid: '17321',
    portalid: '2040559',
    key: 'a5b86972707ef542c89ed162085a27f7',
    mode: 'test',
    encoding: 'UTF-8',
    api_version: '3.11',
    txid: '917985802',
    sequencenumber: '7',
    amount: '4500',
    currency: 'EUR',
    capturemode: 'notcompleted',
    settleaccount: 'no',
    narrative_text: 'Order 1',
    transaction_param: 'shop/1_A.b-c',
    invoiceid: 'RE-1',
    invoice_deliverymode: 'P',
    invoice_deliverydate: '20261121',
    invoice_deliveryenddate: '20261122',
    invoiceappendix: 'Thank you',
    booking_date: '20261121',
    document_date: '20261122',
    due_time: '1795000000',
    'add_paydata[shop_id]': '7',
    'it[1]': 'goods',
    'id[1]': 'SW10006',
    'pr[1]': '1500',
    'no[1]': '3',
    'de[1]': 'Boots',
    'va[1]': '1900',
    'sd[1]': '20261121',
    'ed[1]': '20261130',
  });
});

test('the key is a digest of the portal key, as the account says', () => {
  const key = (keyHash: 'md5' | 'sha384' | 'none') =>
    requestOf(account({ keyHash }), draftOf(release()).fields)['key'];
  expect(key('md5')).toMatch(/^[0-9a-f]{32}$/);
  expect(key('sha384')).toMatch(/^[0-9a-f]{96}$/);
  expect(key('none')).toBe('sandbox-portal-key');
});

test.each([
  ['cc', false, { capturemode: 'notcompleted', settleaccount: 'auto' }],
  ['cc', true, { capturemode: 'completed', settleaccount: 'auto' }],
  ['vor', false, { capturemode: 'notcompleted', settleaccount: 'no' }],
  ['vor', true, { capturemode: 'completed', settleaccount: 'auto' }],
  ['sb', false, { settleaccount: 'no' }],
  ['cod', true, { settleaccount: 'auto' }],
])('%s, final %s', (clearingtype, final, expected) => {
  const { capturemode, settleaccount } = sent(
    capture({}, { final, hold: { txid: '917985802', clearingtype } }),
  );
  expect({ ...(capturemode === undefined ? {} : { capturemode }), settleaccount }).toEqual(expected);
});

test('a hold without a clearing type is a card', () => {
  expect(sent(capture({}, { hold: { txid: 917_985_802 } }))).toMatchObject({
    txid: '917985802',
    capturemode: 'completed',
  });
});

test('a void and a release of the rest are the same capture of nothing', () => {
  const expected = { request: 'capture', amount: '0', capturemode: 'completed', settleaccount: 'auto' };
  expect(sent(release({ details: { reason: 'cancelled' } }))).toMatchObject(expected);
  expect(sent(release({ kind: 'request', sequenceNumber: 3 }))).toMatchObject({
    ...expected,
    sequencenumber: '3',
  });
});

test('a refund is a debit of a negative amount with the shared number', () => {
  const call = refund({
    reason: 'Returned',
    lines: [line({ quantity: 1 })],
    options: { transactiontype: 'RT' },
  });
  expect(sent(call)).toMatchObject({
    request: 'debit',
    amount: '-1500',
    sequencenumber: '2',
    settleaccount: 'auto',
    narrative_text: 'Returned',
    transactiontype: 'RT',
    'pr[1]': '1500',
  });
});

test('a repeat is the same bytes', () => {
  for (const call of everyCall) {
    const body = (attempt: number) => bodyOf(requestOf(account(), draftOf({ ...call, attempt }).fields));
    expect(body(2)).toBe(body(1));
  }
});

test('400 lines and every limit itself are taken', () => {
  const many = Array.from({ length: 400 }, (_, n) =>
    line({ id: `i-${n}`, quantity: 1, unitPrice: EUR(1), description: 'ü'.repeat(255) }),
  );
  const edge = {
    lines: many,
    description: 'ß'.repeat(81),
    reference: 'r'.repeat(50),
    invoice: { id: 'i'.repeat(20), appendix: 'a'.repeat(255) },
  };
  expect(sent(capture(edge, { amount: 400, sequenceNumber: 127 }))['no[400]']).toBe('1');
  expect(sent(capture({}, { amount: 1_999_999_999, sequenceNumber: 0 }))['amount']).toBe('1999999999');
});

describe('a broken limit names the field', () => {
  const rows: [string, string, ProviderCall, RegExp?][] = [
    [
      '82 characters of text',
      'description',
      capture({ description: 'x'.repeat(82) }),
      /narrative_text takes at most 81 characters, got 82/,
    ],
    [
      '81 characters outside the basic plane count as 81',
      'description',
      capture({ description: '𝒳'.repeat(82) }),
      /got 82/,
    ],
    ['an empty text', 'description', capture({ description: '' })],
    ['a line break', 'description', capture({ description: 'two\nlines' }), /control/],
    ['a lone surrogate', 'description', capture({ description: 'x\ud800' }), /surrogate/],
    ['51 characters of reference', 'reference', capture({ reference: 'r'.repeat(51) })],
    ['a space in the reference', 'reference', capture({ reference: 'a b' })],
    ['21 characters of invoice number', 'invoice.id', capture({ invoice: { id: 'i'.repeat(21) } })],
    ['another delivery mode', 'invoice.deliveryMode', capture({ invoice: { deliveryMode: 'X' } }), /M, P, N/],
    ['a day that is none', 'invoice.deliveryDate', capture({ invoice: { deliveryDate: '2026-02-30' } })],
    ['a time for a day', 'invoice.deliveryEndDate', capture({ invoice: { deliveryEndDate: '21.11.2026' } })],
    ['256 characters of appendix', 'invoice.appendix', capture({ invoice: { appendix: 'a'.repeat(256) } })],
    [
      '401 lines',
      'lines',
      capture(
        { lines: Array.from({ length: 401 }, () => line({ quantity: 1, unitPrice: EUR(1) })) },
        { amount: 401 },
      ),
      /400/,
    ],
    ['a sum that differs', 'lines', capture({ lines: [line()] }, { amount: 4_501 }), /4 500.*4 501/],
    [
      '33 characters of article',
      'lines[1].id',
      capture({ lines: [line(), line({ id: 'x'.repeat(33) })] }, { amount: 9_000 }),
    ],
    [
      '256 characters of description',
      'lines[0].description',
      capture({ lines: [line({ description: 'd'.repeat(256) })] }, { amount: 4_500 }),
    ],
    [
      'a control character in a line',
      'lines[0].description',
      capture({ lines: [line({ description: 'a\u0007' })] }, { amount: 4_500 }),
    ],
    [
      'VAT of 19 basis points',
      'lines[0].vatRate',
      capture({ lines: [line({ vatRate: 19 })] }, { amount: 4_500 }),
      /percent/,
    ],
    [
      'VAT of 99 basis points',
      'lines[0].vatRate',
      capture({ lines: [line({ vatRate: 99 })] }, { amount: 4_500 }),
    ],
    [
      'a price above the limit',
      'lines[0].unitPrice.value',
      capture(
        {
          lines: [
            line({ quantity: 1, unitPrice: EUR(2_000_000_000) }),
            line({ type: 'voucher', quantity: 1, unitPrice: EUR(-1_999_995_500) }),
          ],
        },
        { amount: 4_500 },
      ),
    ],
    ['amount 0', 'amount', capture({}, { amount: 0 })],
    ['a negative amount', 'amount', capture({}, { amount: -1 })],
    ['a fraction', 'amount', capture({}, { amount: 1.5 })],
    ['an unsafe amount', 'amount', capture({}, { amount: 2 ** 53 })],
    ['an amount above the limit', 'amount', capture({}, { amount: 2_000_000_000 }), /1999999999/],
    ['the 128th number', 'sequenceNumber', capture({}, { sequenceNumber: 128 }), /0 to 127/],
    ['a negative number', 'sequenceNumber', capture({}, { sequenceNumber: -1 })],
    ['no number', 'sequenceNumber', capture({}, { sequenceNumber: null })],
    ['a hold without txid', 'hold.txid', capture({}, { hold: {} })],
    [
      'a strange clearing type',
      'hold.clearingtype',
      capture({}, { hold: { txid: '917985802', clearingtype: 'constructor' } }),
    ],
    ['an unknown option', 'options.colour', capture({ options: { colour: 'red' } })],
    [
      'settleaccount maybe',
      'options.settleaccount',
      capture({ options: { settleaccount: 'maybe' } }),
      /yes, no, auto/,
    ],
    ['a due time in milliseconds', 'options.due_time', capture({ options: { due_time: 1_795_000_000_000 } })],
    ['a date that is none', 'options.booking_date', capture({ options: { booking_date: '20261301' } })],
    ['an option that is a list', 'options.due_time', capture({ options: { due_time: [1] } })],
    ['an option that is a fraction', 'options.due_time', capture({ options: { due_time: 1.5 } })],
    ['an amount in a release', 'amount', release({ amount: 1 })],
    ['82 characters of reason', 'reason', refund({ reason: 'x'.repeat(82) })],
    ['lines of a refund that differ', 'lines', refund({ lines: [line()] })],
    [
      'a transaction type that is none',
      'options.transactiontype',
      refund({ options: { transactiontype: 'XX' } }),
    ],
  ];
  test.each(rows)('%s: %s', (_what, path, call, message = /./) => {
    expect(draftOf(call).refusal).toEqual({ path, message: expect.stringMatching(message) });
  });

  const owned = [
    'request',
    'mid',
    'aid',
    'portalid',
    'portalId',
    'key',
    'mode',
    'reference',
    'amount',
    'currency',
    'txid',
    'sequencenumber',
    'capturemode',
    'encoding',
    'api_version',
    'hash',
    'narrative_text',
    'transaction_param',
  ];
  test.each(owned)('%s is the engine’s', (name) => {
    expect(draftOf(capture({ options: { [name]: '1' } })).refusal).toMatchObject({
      path: `options.${name}`,
      message: expect.stringContaining('engine'),
    });
  });
});
