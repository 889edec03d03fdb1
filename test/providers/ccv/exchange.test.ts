/** Rule: what is kept of a call shows no reference, no receipt, no credential and no card number, in at most 8 KiB (M8). */
import { expect, test } from 'vitest';
import { exchangeOf } from '../../../providers/ccv/exchange.ts';
import { requestOf } from '../../../providers/ccv/request.ts';
import type { HttpResult } from '../../../providers/http.ts';
import { account, capture, REFERENCE } from './calls.ts';

const url = 'http://user:word@127.0.0.1:9/terminal/payment?token=x';
const answered = (body: string): HttpResult => ({
  sent: true,
  lost: false,
  status: 200,
  headers: {},
  body: Buffer.from(body),
  framed: true,
  tookMs: 7,
});

const kept = (result: HttpResult) => {
  const request = requestOf(account(), capture({ allocated: '42' }));
  if ('path' in request) throw new Error(request.message);
  const exchange = exchangeOf(url, request, result);
  const text = JSON.stringify(exchange);
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(8_192);
  for (const secret of [REFERENCE, 'Kopie', 'word', '4111111111111111', 'tok-1'])
    expect(text).not.toContain(secret);
  return exchange;
};

test('an answer', () => {
  const body = {
    status: 'SUCCESS',
    amount: '25.00',
    card: '4111111111111111',
    customerReceipt: '["Kopie"]',
    authReference: REFERENCE,
    token: 'tok-1',
  };
  expect(kept(answered(JSON.stringify(body)))).toEqual({
    method: 'POST',
    url: 'http://127.0.0.1:9/terminal/payment',
    request: {
      paymentType: 'CAPTURE',
      requestId: '42',
      amount: '25.00',
      currency: 'EUR',
      authReference: '[sealed, 36 characters]',
      authReferenceVersion: '1',
      terminalOperatingEnvironment: 'UNATTENDED',
      terminalAccessProtocol: 'OPI_NL',
      terminalLanguage: 'ENG',
      terminalEnvironment: 'EVCHARGING',
    },
    status: 200,
    response: {
      status: 'SUCCESS',
      amount: '25.00',
      card: '[card number]',
      customerReceipt: '[sealed, 9 characters]',
      authReference: '[sealed, 36 characters]',
      token: '[sealed, 5 characters]',
    },
    tookMs: 7,
  });
});

test('no answer, a page, a cut answer, a broken one, a huge one', () => {
  expect(kept({ sent: false, reason: 'tls', message: 'x', tookMs: 1 })).toMatchObject({
    status: null,
    response: {},
  });
  expect(kept(answered('<html>4111111111111111</html>')).response).toEqual({
    fault: 'not-json',
    bytes: '29',
    start: '<html>[card number]</html>',
  });
  expect(kept(answered(`{"authReference":"${REFERENCE}`)).response).toEqual({
    fault: 'not-json',
    bytes: '54',
  });
  expect(kept(answered('{"status":"SUCCESS","customerReceipt":"[ "Kopie"]"}')).response).toMatchObject({
    status: 'SUCCESS',
    fault: 'receipts-not-escaped',
  });
  const many = Object.fromEntries(
    Array.from({ length: 500 }, (_, n) => [`${'x'.repeat(500)}${n}`, 'y'.repeat(500)]),
  );
  expect(
    Object.keys(kept(answered(JSON.stringify({ status: 'SUCCESS', ...many }))).response).length,
  ).toBeLessThan(40);
});
