/** Rule: a notice counts only with our key, portal and sub-account; it is read as ISO-8859-1, in major units, and nothing in it is clamped. */
import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { readNotice, TXACTIONS } from '../../../providers/payone/notice.ts';
import { account, TXID } from './calls.ts';

const md5 = createHash('md5').update('sandbox-portal-key').digest('hex');
const base: Record<string, string> = {
  key: md5,
  txaction: 'capture',
  portalid: '2040559',
  aid: '17321',
  mode: 'test',
  clearingtype: 'cc',
  notify_version: '7.6',
  txtime: '1795267385',
  currency: 'EUR',
  userid: '90737467',
  txid: TXID,
  reference: 'abcdefghij234567abcd',
  sequencenumber: '1',
  price: '120.00',
  receivable: '45.00',
  balance: '0.00',
};
const latin1 = (fields: Record<string, string>): Buffer =>
  Buffer.from(
    Object.entries(fields)
      .map(
        ([name, value]) =>
          `${name}=${[...Buffer.from(value, 'latin1')].map((byte) => (/[0-9A-Za-z._-]/.test(String.fromCharCode(byte)) ? String.fromCharCode(byte) : `%${byte.toString(16).padStart(2, '0')}`)).join('')}`,
      )
      .join('&'),
  );
const read = (
  change: Record<string, string | undefined> = {},
  options: Parameters<typeof account>[0] = {},
  remoteAddress = '127.0.0.1',
) => {
  const fields = Object.fromEntries(
    Object.entries({ ...base, ...change }).filter((pair): pair is [string, string] => pair[1] !== undefined),
  );
  return readNotice(account(options), { headers: {}, body: latin1(fields), remoteAddress });
};
const notice = (
  change: Record<string, string | undefined> = {},
  options: Parameters<typeof account>[0] = {},
) => {
  const verdict = read(change, options);
  if (verdict.verdict !== 'notice') throw new Error(JSON.stringify(verdict));
  return verdict.notice;
};

test('a capture', () => {
  expect(notice()).toEqual({
    identity: `payone/${TXID}/1/capture/completed/1795267385`,
    providerReference: TXID,
    hold: { txid: TXID, clearingtype: 'cc' },
    reference: 'abcdefghij234567abcd',
    about: 'capture',
    state: 'approved',
    sequenceNumber: 1,
    receivable: 4_500,
    price: 12_000,
    balance: 0,
    currency: 'EUR',
    at: '2026-11-21T13:23:05.000Z',
    facts: { txaction: 'capture', clearingtype: 'cc', notify_version: '7.6', userid: '90737467' },
  });
});

test.each([
  ['appointed', '0', undefined, 'authorization', 'approved'],
  ['appointed', '0', 'completed', 'authorization', 'approved'],
  ['appointed', '0', 'pending', 'authorization', 'pending'],
  ['capture', '1', undefined, 'capture', 'approved'],
  ['capture', '1', 'pending', 'capture', 'pending'],
  ['paid', '1', undefined, 'balance', 'approved'],
  ['underpaid', '1', undefined, 'balance', 'approved'],
  ['cancelation', '1', undefined, 'chargeback', 'approved'],
  ['refund', '2', undefined, 'refund', 'approved'],
  ['debit', '2', undefined, 'charge', 'approved'],
  ['transfer', '1', undefined, 'nothing', 'approved'],
  ['reminder', '1', undefined, 'nothing', 'approved'],
  ['invoice', '1', undefined, 'nothing', 'approved'],
  ['vauthorization', '1', undefined, 'nothing', 'approved'],
  ['vsettlement', '1', undefined, 'nothing', 'approved'],
  ['failed', '0', undefined, 'authorization', 'failed'],
  ['failed', '1', undefined, 'capture', 'failed'],
  ['pending', '0', undefined, 'authorization', 'pending'],
  ['pending', '2', 'pending', 'capture', 'pending'],
  ['brandnew', '3', undefined, 'nothing', 'approved'],
])('%s of number %s, status %s', (txaction, sequencenumber, transaction_status, about, state) => {
  expect(notice({ txaction, sequencenumber, transaction_status })).toMatchObject({
    about,
    state,
    sequenceNumber: Number(sequencenumber),
  });
});

test('every documented action has its row', () => {
  expect(Object.keys(TXACTIONS).length + 2).toBe(14);
});

test('umlauts come as single bytes, escaped or not', () => {
  const name = { clearing_bankaccountholder: 'Jägerweg & Söhne' };
  expect(notice(name).facts).toMatchObject(name);
  const raw = Buffer.concat([latin1(base), Buffer.from('&clearing_bankname=Gr\u00fc\u00dfe+\x80', 'latin1')]);
  const verdict = readNotice(account(), { headers: {}, body: raw, remoteAddress: '' });
  expect(verdict).toMatchObject({ notice: { facts: { clearing_bankname: 'Grüße \u0080' } } });
});

test('the same event has the same identity, another status or time another', () => {
  const one = notice().identity;
  expect(notice({ transaction_status: 'completed', price: '1.00', balance: '3.00' }).identity).toBe(one);
  for (const change of [
    { transaction_status: 'pending' },
    { txtime: '1795267386' },
    { txaction: 'paid' },
    { sequencenumber: '2' },
    { txid: '917985803' },
  ]) {
    expect(notice(change).identity).not.toBe(one);
  }
});

test('our reference comes back in either case; a foreign one is not taken for ours', () => {
  expect(notice({ reference: 'ABCDEFGHIJ234567ABCD' }).reference).toBe('abcdefghij234567abcd');
  expect(notice({ reference: 'order 17' })).not.toHaveProperty('reference');
});

test('amounts by exponent, of either sign; absent ones are null', () => {
  expect(notice({ price: '1.11', receivable: '-0.05', balance: '1' })).toMatchObject({
    price: 111,
    receivable: -5,
    balance: 100,
  });
  expect(notice({ price: undefined, receivable: '', balance: '7' }, {})).toMatchObject({
    price: null,
    receivable: null,
    balance: 700,
  });
  expect(notice({ currency: 'JPY', price: '120', receivable: '0', balance: '0' }).price).toBe(120);
  expect(notice({ currency: 'XTS', price: '1.20' }, { exponents: { XTS: 2 } }).price).toBe(120);
});

test('no card and no bank account of the customer is a fact', () => {
  const { facts } = notice({
    cardpan: '411111xxxxxx1111',
    cardexpiredate: '3012',
    iban: 'DE85123456782599100003',
    lastname: 'Jäger',
    email: 'j@x.example',
    failedcause: 'soc',
    invoiceid: 'RG-1',
    reasoncode: '4111111111111111',
  });
  expect(facts).toMatchObject({ failedcause: 'soc', invoiceid: 'RG-1', reasoncode: '[card number]' });
  for (const name of ['cardpan', 'cardexpiredate', 'iban', 'lastname', 'email', 'key'])
    expect(facts).not.toHaveProperty(name);
});

describe('forged', () => {
  test.each([
    ['no key', { key: undefined }],
    ['another key', { key: 'd'.repeat(32) }],
    ['the plain key', { key: 'sandbox-portal-key' }],
    ['an empty key', { key: '' }],
    ['another portal', { portalid: '2040560' }],
    ['no portal', { portalid: undefined }],
    ['another sub-account', { aid: '17322' }],
    ['no sub-account', { aid: undefined }],
  ])('%s', (_name, change) => {
    expect(read(change).verdict).toBe('forged');
  });

  test('two keys, one of them ours', () => {
    const body = Buffer.concat([latin1(base), Buffer.from('&key=other')]);
    expect(readNotice(account(), { headers: {}, body, remoteAddress: '' }).verdict).toBe('forged');
  });

  test('the key is checked against its MD5 whatever requests carry', () => {
    expect(read({}, { keyHash: 'sha384' }).verdict).toBe('notice');
    expect(read({ key: md5.toUpperCase() }).verdict).toBe('notice');
  });

  test('a sender outside the account’s networks', () => {
    const networks = ['185.60.20.0/24', '2001:db8::/32', '54.246.203.105'];
    for (const inside of ['185.60.20.9', '::ffff:185.60.20.9', '2001:db8::1', '54.246.203.105'])
      expect(read({}, { networks }, inside).verdict).toBe('notice');
    for (const outside of ['185.60.21.9', '127.0.0.1', '2001:db9::1', '', 'x'])
      expect(read({}, { networks }, outside).verdict).toBe('forged');
  });
});

test('a notice of the other mode is acknowledged and ignored', () => {
  expect(read({ mode: 'live' })).toEqual({ verdict: 'ignored', why: 'mode is not test' });
});

describe('malformed', () => {
  test.each([
    ['txid', { txid: undefined }],
    ['txid', { txid: 'x' }],
    ['txaction', { txaction: '' }],
    ['txtime', { txtime: 'now' }],
    ['txtime', { txtime: '999999999999' }],
    ['currency', { currency: undefined }],
    ['currency', { currency: 'EURO' }],
    ['currency', { currency: 'ABC' }],
    ['sequencenumber', { sequencenumber: '-1' }],
    ['sequencenumber', { sequencenumber: '128' }],
    ['price', { price: '1,11' }],
    ['price', { price: '1.111' }],
    ['receivable', { receivable: '1e2' }],
    ['receivable', { receivable: '99999999999999999.00' }],
    ['balance', { balance: 'NaN' }],
    ['receivable', { currency: 'JPY' }],
    ['transaction_status', { transaction_status: 'maybe' }],
  ])('%s', (why, change) => {
    expect(read(change)).toEqual({ verdict: 'malformed', why });
  });

  test('two values that differ; the same one twice is one', () => {
    const twice = (extra: string) =>
      readNotice(account(), {
        headers: {},
        body: Buffer.concat([latin1(base), Buffer.from(extra)]),
        remoteAddress: '',
      });
    expect(twice('&receivable=46.00')).toEqual({ verdict: 'malformed', why: 'receivable' });
    expect(twice('&receivable=45.00').verdict).toBe('notice');
  });

  test('any bytes: never a throw, never a notice without the key', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (body) => {
        expect(readNotice(account(), { headers: {}, body, remoteAddress: '127.0.0.1' }).verdict).toBe(
          'forged',
        );
        expect(['notice', 'malformed', 'forged', 'ignored']).toContain(
          readNotice(account(), {
            headers: {},
            body: Buffer.concat([latin1(base), Buffer.from('&'), body]),
            remoteAddress: '',
          }).verdict,
        );
      }),
    );
  });
});
