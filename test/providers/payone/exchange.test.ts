/** Rule: what is kept of a call is readable and holds nothing secret, whatever the other side answered. */
import { expect, test } from 'vitest';
import type { HttpResult } from '../../../providers/http.ts';
import { exchangeOf } from '../../../providers/payone/exchange.ts';

const answered = (body: Buffer | string): HttpResult => ({
  sent: true,
  lost: false,
  status: 200,
  headers: {},
  body: Buffer.from(body),
  framed: true,
  tookMs: 5,
});
const of = (body: Buffer | string) =>
  exchangeOf(
    'https://user:pass@api.example/post/?token=1',
    { request: 'capture', key: 'k', iban: 'DE1', 'de[1]': '4111111111111111' },
    answered(body),
  );

test('addresses lose what may be secret', () => {
  const kept = of('status=REDIRECT\nredirecturl=https://acs.example/pay?session=abc\n');
  expect(kept.url).toBe('https://api.example/post/?[masked]');
  expect(kept.response['redirecturl']).toBe('https://acs.example/pay?[masked]');
  expect(kept.request).toEqual({
    request: 'capture',
    key: '[masked]',
    iban: '[masked]',
    'de[1]': '[card number]',
  });
});

test('what is no answer is kept by its start', () => {
  expect(of('<html>\u0000 4111111111111111').response).toEqual({
    fault: 'not-lines',
    bytes: '24',
    start: '<html>. [card number]',
  });
  expect(of('').response).toEqual({ fault: 'empty-answer', bytes: '0', start: '' });
});

test('a call without an answer has none', () => {
  expect(
    exchangeOf('https://a.example/', {}, { sent: false, reason: 'tls', message: 'x', tookMs: 1 }),
  ).toMatchObject({ status: null, response: {} });
});
