/** Rule: what is kept of a call holds no token, no card number and no address of an operation, in at most 8 KiB. */
import { expect, test } from 'vitest';
import type { HttpResult } from '../../../providers/http.ts';
import { exchangeOf } from '../../../providers/swedbankpay/exchange.ts';

const answered = (body: string): HttpResult => ({
  sent: true,
  lost: false,
  status: 200,
  headers: {},
  body: Buffer.from(body),
  framed: true,
  tookMs: 3,
});
const request = {
  method: 'POST',
  url: 'https://api.payex.com/psp/x?operation=secret',
  headers: { authorization: 'Bearer very-secret', 'session-id': 's-1' },
  body: JSON.stringify({
    transaction: { amount: 1, description: 'card 4111111111111111' },
    urls: { callbackUrl: 'https://tranche.example/n/secret-path-token' },
  }),
} as const;

test('the leaves of both sides, masked', () => {
  const body = {
    payment: '/psp/x',
    capture: {
      transaction: { state: 'Completed', paymentToken: 'abc', payerName: 'N', email: 'a@b.example' },
    },
    problems: [{ name: 'Amount', description: 'too high' }],
    operations: [{ rel: 'create-capture', href: 'https://api.payex.com/x' }],
  };
  const kept = exchangeOf(request, answered(JSON.stringify(body)));
  expect(kept).toEqual({
    method: 'POST',
    url: 'https://api.payex.com/psp/x?[masked]',
    request: {
      'session-id': 's-1',
      'transaction.amount': '1',
      'transaction.description': 'card [card number]',
      'urls.callbackUrl': '[masked]',
    },
    status: 200,
    response: {
      payment: '/psp/x',
      'capture.transaction.state': 'Completed',
      'capture.transaction.paymentToken': '[masked]',
      'capture.transaction.payerName': '[masked]',
      'capture.transaction.email': '[masked]',
      'problems.0.name': 'Amount',
      'problems.0.description': 'too high',
      'operations.0.rel': 'create-capture',
    },
    tookMs: 3,
  });
});

test('what is no JSON is kept by its start', () => {
  const kept = exchangeOf({ ...request, method: 'GET' }, answered('<html>4111111111111111\u0000'));
  expect(kept.response).toEqual({ fault: 'not-json', bytes: '23', start: '<html>[card number].' });
});

test('no answer', () => {
  const kept = exchangeOf(request, { sent: false, reason: 'refused-connection', message: '', tookMs: 1 });
  expect(kept).toMatchObject({ status: null, response: {} });
});

test('at most 8 KiB', () => {
  const wide = Object.fromEntries(Array.from({ length: 500 }, (_, n) => [`field${n}`, '€'.repeat(400)]));
  const kept = exchangeOf({ ...request, body: JSON.stringify(wide) }, answered(JSON.stringify(wide)));
  expect(Buffer.byteLength(JSON.stringify(kept))).toBeLessThanOrEqual(8_192);
  expect(kept.truncated).toBe(true);
});
