/** Nothing secret and nothing too long is in a result, whatever form an adapter let it through in. */
import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { EXCHANGE_BYTES, redactor } from '../../activities/redaction.ts';
import type { CallResult, Exchange } from '../../payment/outcome.ts';

const SECRET = 'c4n4ry/key+ä 1';
const PAN = '4111111111111111';
const hash = (algorithm: string): string => createHash(algorithm).update(SECRET).digest('hex');
const forms = [
  SECRET,
  encodeURIComponent(SECRET),
  new URLSearchParams({ k: SECRET }).toString().slice(2),
  Buffer.from(SECRET).toString('base64'),
  Buffer.from(SECRET).toString('base64url'),
  hash('md5'),
  hash('sha256'),
  hash('sha384'),
];
const redact = redactor([SECRET, 'abc', '']);

const exchange = (changes: Partial<Exchange>): Exchange => ({
  method: 'POST',
  url: 'https://provider.example/',
  request: {},
  status: 200,
  response: {},
  tookMs: 3,
  ...changes,
});

const bytes = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));

test.each(forms)('the secret as %j is nowhere in any outcome', (form) => {
  const dirty = `before ${form} after ${PAN}`;
  const facts = {
    facts: { clearing: dirty },
    keys: { reference: form },
    providerReference: form,
    exchange: exchange({ url: dirty, request: { [dirty]: dirty }, response: { text: dirty } }),
  };
  const results: CallResult[] = [
    { outcome: 'approved', ...facts },
    { outcome: 'pending', redirectUrl: `https://provider.example/?k=${form}`, ...facts },
    { outcome: 'declined', decline: { code: form, message: dirty, hold: 'stands', again: 'no' }, ...facts },
    { outcome: 'not_performed', reason: dirty, message: dirty, ...facts },
    { outcome: 'unknown', reason: dirty, message: dirty, ...facts },
  ];
  for (const result of results) {
    const text = JSON.stringify(redact(result));
    expect(text).not.toContain(form);
    expect(text).not.toContain(PAN);
    expect(redact(result).outcome).toBe(result.outcome);
  }
});

test('a short secret is masked where it is the whole value and nowhere else', () => {
  const { exchange: masked } = redact({
    outcome: 'approved',
    exchange: exchange({ request: { pin: 'abc' }, response: { text: 'abcdef' } }),
  });
  expect(masked?.request).toEqual({ pin: '[secret]' });
  expect(masked?.response).toEqual({ text: 'abcdef' });
});

test('the secrets of one call are masked in that call', () => {
  const result: CallResult = {
    outcome: 'approved',
    exchange: exchange({ response: { auth: 'ref-of-this-call' } }),
  };
  expect(JSON.stringify(redact(result, ['ref-of-this-call']))).not.toContain('ref-of-this-call');
  expect(JSON.stringify(redact(result))).toContain('ref-of-this-call');
});

test('references that calls are made with keep their digits', () => {
  const result: CallResult = {
    outcome: 'pending',
    providerReference: PAN,
    keys: { orderId: PAN },
    redirectUrl: `https://provider.example/${PAN}`,
    sealed: `sealed:v1:k:${PAN}`,
  };
  expect(redact(result)).toEqual(result);
});

test('an exchange that fits is kept whole', () => {
  const whole = exchange({ request: { amount: '4500' }, response: { status: 'APPROVED' } });
  expect(redact({ outcome: 'approved', exchange: whole }).exchange).toEqual(whole);
});

test.each([
  ['a long answer', exchange({ response: { body: 'x'.repeat(1_000_000) } })],
  ['a long answer of wide signs', exchange({ response: { body: '🙂'.repeat(20_000) } })],
  ['control signs', exchange({ response: { body: '\u0000'.repeat(20_000), more: '\u0000'.repeat(20_000) } })],
  [
    '400 items',
    exchange({
      request: Object.fromEntries(Array.from({ length: 2_800 }, (_, n) => [`de[${n}]`, 'ä'.repeat(200)])),
    }),
  ],
  ['a long address', exchange({ url: `https://provider.example/${'\n'.repeat(9_000)}` })],
])('%s is cut to 8 KiB and says so', (_, long) => {
  const cut = redact({ outcome: 'approved', exchange: long }).exchange;
  expect(bytes(cut)).toBeLessThanOrEqual(EXCHANGE_BYTES);
  expect(cut?.truncated).toBe(true);
  expect(JSON.parse(JSON.stringify(cut))).toEqual(cut);
});

test('what is cut was masked before', () => {
  const body = 'x'.repeat(505) + PAN + 'y'.repeat(20_000);
  const cut = redact({ outcome: 'approved', exchange: exchange({ response: { body } }) }).exchange;
  expect(JSON.stringify(cut)).not.toMatch(/4111/);
});

test('amounts and the rest of a result stay as they are', () => {
  const result: CallResult = { outcome: 'approved', booked: 4500, expiresAt: '2026-11-28T00:00:00.000Z' };
  expect(redact(result)).toEqual(result);
});
