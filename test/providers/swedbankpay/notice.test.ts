/** Rule: a callback only makes us read, and only those who know the path or come from the networks can do even that. */
import { describe, expect, test } from 'vitest';
import type { IncomingNotice } from '../../../providers/provider.ts';
import { readCallback } from '../../../providers/swedbankpay/notice.ts';
import { account, PAYMENT } from './calls.ts';

const NOW = Date.parse('2026-11-21T10:00:00.000Z');
const TOKEN = 'unguessable-path-token';
const incoming = (body: unknown, change: Partial<IncomingNotice> = {}): IncomingNotice => ({
  headers: {},
  body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
  remoteAddress: '127.0.0.1',
  ...change,
});
const pointer = {
  payment: { id: PAYMENT, number: 222_222_222 },
  transaction: { id: `${PAYMENT}/transactions/1`, number: 33_333_333_333 },
};

test('a pointer becomes a hint at the payment', () => {
  expect(readCallback(account(), incoming(pointer), NOW)).toEqual({
    verdict: 'notice',
    notice: {
      identity: `swedbankpay/${PAYMENT}/33333333333/${NOW}`,
      providerReference: PAYMENT,
      hold: { payment: PAYMENT },
      about: 'hint',
      state: 'pending',
      sequenceNumber: null,
      receivable: null,
      price: null,
      balance: null,
      currency: '',
      at: '2026-11-21T10:00:00.000Z',
      facts: { number: '33333333333' },
    },
  });
});

test('the same words later are another event: a transaction that changed is told of like one that is new', () => {
  const identity = (now: number): unknown => {
    const read = readCallback(account(), incoming(pointer), now);
    return read.verdict === 'notice' ? read.notice.identity : null;
  };
  expect(identity(NOW)).not.toBe(identity(NOW + 1));
});

test('a host before the id is not trusted and not kept', () => {
  const read = readCallback(account(), incoming({ payment: { id: `https://evil.example${PAYMENT}` } }), NOW);
  expect(read).toMatchObject({ verdict: 'notice', notice: { providerReference: PAYMENT, facts: {} } });
});

describe('the path token', () => {
  const guarded = account({ pathToken: TOKEN });
  test.each([
    [TOKEN, 'notice'],
    [`${TOKEN}x`, 'forged'],
    ['', 'forged'],
    [undefined, 'forged'],
  ])('%s is %s', (path, verdict) => {
    const change = path === undefined ? {} : { path };
    expect(readCallback(guarded, incoming(pointer, change), NOW)).toMatchObject({ verdict });
  });
});

describe('the networks', () => {
  const guarded = account({ networks: ['20.91.170.120/29', '2001:db8::/32'] });
  test.each([
    ['20.91.170.127', 'notice'],
    ['::ffff:20.91.170.120', 'notice'],
    ['2001:db8::1', 'notice'],
    ['20.91.170.128', 'forged'],
    ['127.0.0.1', 'forged'],
    ['nonsense', 'forged'],
  ])('%s is %s', (remoteAddress, verdict) => {
    expect(readCallback(guarded, incoming(pointer, { remoteAddress }), NOW)).toMatchObject({ verdict });
  });
});

test.each<[string, unknown, string]>([
  ['empty', '', 'malformed'],
  ['not JSON', '<x>', 'malformed'],
  ['a list', '[]', 'malformed'],
  ['no payment', {}, 'malformed'],
  ['a payment without an id', { payment: { number: 1 } }, 'malformed'],
  ['a payment order', { payment: { id: '/psp/paymentorders/1' } }, 'ignored'],
])('%s is %s', (_name, body, verdict) => {
  expect(readCallback(account(), incoming(body), NOW)).toMatchObject({ verdict });
});
