/** Rule: what is kept of a call has no secret, no card number and at most 8 KiB. */
import { expect, test } from 'vitest';
import type { HttpResult } from '../../../providers/http.ts';
import { exchangeOf } from '../../../providers/rest/exchange.ts';

const answered = (body: string): HttpResult => ({
  sent: true,
  lost: false,
  status: 200,
  headers: {},
  body: Buffer.from(body),
  framed: true,
  tookMs: 7,
});
const secrets = { names: /^(?:token|card)$/, texts: ['very-secret'] };
const keep = (body: string | null, result: HttpResult) =>
  exchangeOf({ method: 'POST', url: 'https://x.example/very-secret/capture', body, result }, secrets);

test('nested names are joined, and masks work on names, on texts and on digits', () => {
  const request = '{"token":"t","a":{"token":["x"],"b":1.50},"say":"is very-secret"}';
  const response =
    '{"card":{"number":"5200000000001005"},"list":[{"n":4111111111111111}],"ok":true,"none":null}';
  expect(keep(request, answered(response))).toEqual({
    method: 'POST',
    url: 'https://x.example/[masked]/capture',
    request: { token: '[masked]', 'a.token': '[masked]', 'a.b': '1.50', say: 'is [masked]' },
    status: 200,
    response: { card: '[masked]', 'list.0.n': '[card number]', ok: 'true', none: 'null' },
    tookMs: 7,
  });
});

test('what is no JSON is kept by its start, a lost answer not at all', () => {
  expect(keep(null, answered('<html>very-secret\u2603'))).toMatchObject({
    request: {},
    response: { fault: 'not-json', bytes: '20', start: '<html>[masked]...' },
  });
  const lost = { sent: true, lost: true, reason: 'timeout', message: '', tookMs: 3 } as const;
  expect(keep('{}', lost)).toMatchObject({ status: null, response: {} });
});

test.each([
  [
    'many fields',
    JSON.stringify(Object.fromEntries(Array.from({ length: 5_000 }, (_, n) => [`f${n}`, 'x']))),
  ],
  ['long values', JSON.stringify({ a: '\u0001'.repeat(50_000), b: 'ü'.repeat(50_000) })],
  [
    'long names',
    JSON.stringify(Object.fromEntries(Array.from({ length: 90 }, (_, n) => [`${n}`.padEnd(900, 'ü'), 1]))),
  ],
  ['deep', `${'{"a":'.repeat(200)}1${'}'.repeat(200)}`],
])('%s: at most 8 KiB, and said to be cut', (_name, body) => {
  const kept = keep(body, answered(body));
  expect(Buffer.byteLength(JSON.stringify(kept))).toBeLessThanOrEqual(8_192);
  if (_name !== 'deep') expect(kept.truncated).toBe(true);
});
