/** The gateway reads a form as strictly as it is documented and knows one account (provider notes A1, A7). */

import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import {
  capture,
  encode,
  hold,
  md5Key,
  page,
  parse,
  preauthorize,
  send,
  sendBody,
  twinOf,
} from './support.ts';

const account = {
  mid: '14648',
  aid: '17321',
  portalid: '2040559',
  key: md5Key,
  mode: 'test',
  encoding: 'UTF-8',
};

describe('credentials and mode', () => {
  test.each([
    ['mid', '99999', '2003'],
    ['mid', 'abc', '1203'],
    ['aid', '99999', '2004'],
    ['aid', undefined, '1204'],
    ['portalid', '9999999', '2005'],
    ['portalid', '1', '1205'],
    ['key', 'f'.repeat(32), '2006'],
    ['key', md5Key.toUpperCase(), '2006'],
    ['key', undefined, '1206'],
    ['mode', 'live', '925'],
    ['mode', undefined, '1010'],
    ['api_version', '4.0', '1012'],
    ['encoding', 'UTF-16', '1201'],
    ['request', 'getuser', '2002'],
    ['request', undefined, '1202'],
  ])('%s = %s', async (name, value, code) => {
    const twin = await twinOf();
    expect(await preauthorize(twin, { [name]: value })).toMatchObject({ status: 'ERROR', errorcode: code });
    expect(twin.books().processes).toEqual([]);
  });

  test.each(['md5', 'sha384', 'none'] as const)('keyHash %s', async (keyHash) => {
    const twin = await twinOf({ keyHash, portalKey: 'secret' });
    const key = keyHash === 'none' ? 'secret' : createHash(keyHash).update('secret').digest('hex');
    expect(await preauthorize(twin, { key })).toMatchObject({ status: 'APPROVED' });
    expect(await preauthorize(twin)).toMatchObject({ errorcode: '2006' });
  });

  test('both spellings of portalid, but not together', async () => {
    const twin = await twinOf();
    expect(await preauthorize(twin, { portalid: undefined, portalId: '2040559' })).toMatchObject({
      status: 'APPROVED',
    });
    expect(await preauthorize(twin, { portalId: '2040559' })).toMatchObject({ errorcode: '2012' });
  });
});

describe('the form', () => {
  test('answers are text/plain in UTF-8, HTTP 200 also for errors', async () => {
    const twin = await twinOf();
    const response = await sendBody(twin, encode({ ...account, request: 'capture' }));
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/plain; charset=UTF-8');
    expect(await response.text()).toMatch(
      /^status=ERROR\nerrorcode=\d+\nerrormessage=.+\ncustomermessage=.+\n$/,
    );
  });

  test.each([
    ['another content type', '{}', 'application/json', '2008'],
    ['an empty body', '', undefined, '2008'],
    ['a name given twice', 'encoding=UTF-8&request=capture&request=debit', undefined, '2012'],
    ['a broken percent escape', 'encoding=UTF-8&request=%zz', undefined, '2013'],
    ['bytes that are not UTF-8', 'encoding=UTF-8&request=%E4', undefined, '2013'],
    ['a control character', 'encoding=UTF-8&request=a%00b', undefined, '2013'],
  ])('%s', async (_, body, type, code) => {
    const twin = await twinOf();
    expect(parse(await (await sendBody(twin, body, type)).text())).toMatchObject({
      status: 'ERROR',
      errorcode: code,
    });
  });

  test('without encoding the bytes are ISO-8859-1', async () => {
    const twin = await twinOf();
    const fields = {
      ...account,
      encoding: undefined,
      request: 'preauthorization',
      clearingtype: 'rec',
      country: 'DE',
    };
    const body = `${encode({ ...fields, reference: 'latin', amount: 1, currency: 'EUR' })}&lastname=J%E4ger`;
    const answer = parse(await (await sendBody(twin, body)).text());
    expect(answer['status']).toBe('APPROVED');
    const utf8 = await hold(twin, {
      encoding: undefined,
      clearingtype: 'rec',
      lastname: 'Jäger',
      country: 'DE',
    });
    expect(await page(twin, utf8)).toMatchObject({ bookings: [{ parameters: { lastname: 'JÃ¤ger' } }] });
    expect(await page(twin, answer['txid'] ?? '')).toMatchObject({
      bookings: [{ parameters: { lastname: 'Jäger' } }],
    });
  });

  test('GET is not allowed, another path is not there, a body above 4 MiB is not read', async () => {
    const twin = await twinOf();
    expect((await fetch(twin.gatewayUrl)).status).toBe(405);
    expect((await fetch(`${twin.url}/elsewhere`, { method: 'POST' })).status).toBe(404);
    expect((await sendBody(twin, 'a'.repeat(4 * 1_048_576 + 1))).status).toBe(413);
  });
});

describe('order lines', () => {
  const line = {
    'it[1]': 'goods',
    'id[1]': 'a',
    'pr[1]': 2_500,
    'no[1]': 4,
    'de[1]': 'chair',
    'va[1]': 1_900,
  };

  test.each([
    ['a sum that differs', { 'no[1]': 3 }, '1610'],
    ['an index of 0', { 'it[0]': 'goods' }, '1610'],
    ['an index of 401', { 'it[401]': 'goods' }, '1610'],
    ['a gap', { 'pr[3]': 0, 'no[3]': 1 }, '1610'],
    ['a long id', { 'id[1]': 'i'.repeat(33) }, '1611'],
    ['a price with a point', { 'pr[1]': '25.00' }, '1612'],
    ['no price', { 'pr[1]': undefined }, '1612'],
    ['a negative price of goods', { 'pr[1]': -2_500 }, '1612'],
    ['a quantity of 0', { 'no[1]': 0 }, '1613'],
    ['a quantity of seven digits', { 'no[1]': 1_000_000 }, '1613'],
    ['a long description', { 'de[1]': 'd'.repeat(256) }, '1614'],
    ['a rate of five digits', { 'va[1]': 10_000 }, '1615'],
    ['a day that does not exist', { 'sd[1]': '20260431' }, '1616'],
    ['an end that is no date', { 'ed[1]': 'soon' }, '1617'],
    ['another type', { 'it[1]': 'present' }, '1618'],
  ])('%s is refused', async (_, change, code) => {
    const twin = await twinOf();
    const txid = await hold(twin);
    expect(await capture(twin, txid, { sequencenumber: 1, ...line, ...change })).toMatchObject({
      errorcode: code,
    });
  });

  test('400 lines and a voucher below 0 are taken', async () => {
    const twin = await twinOf();
    const txid = await hold(twin);
    const lines: Record<string, string | number> = {};
    for (let n = 1; n <= 399; n += 1)
      Object.assign(lines, { [`pr[${n}]`]: 10, [`no[${n}]`]: 1, [`de[${n}]`]: 'ü'.repeat(255) });
    const voucher = { 'it[400]': 'voucher', 'pr[400]': -990, 'no[400]': 1 };
    expect(
      await capture(twin, txid, { amount: 3_000, sequencenumber: 1, ...lines, ...voucher }),
    ).toMatchObject({ status: 'APPROVED' });
  });
});

test('every request is in the books in order, the key and the card masked', async () => {
  const twin = await twinOf();
  const txid = await hold(twin);
  await capture(twin, txid, { amount: 10_001, sequencenumber: 1 });
  await send(twin, { request: 'nonsense' });
  const { requests } = twin.books();
  expect(requests.map(({ request, tookEffect }) => [request, tookEffect])).toEqual([
    ['preauthorization', true],
    ['capture', false],
    ['nonsense', false],
  ]);
  expect(requests[0]?.parameters).toMatchObject({ key: '***', pseudocardpan: '9410***0001' });
  expect(requests[1]).toMatchObject({
    txid,
    delivered: 'answer',
    answer: expect.stringContaining('errorcode=908'),
  });
  expect(JSON.stringify(twin.books())).not.toContain(md5Key);
});
