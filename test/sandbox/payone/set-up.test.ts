/** preauthorization opens a process per clearing type; a reference is used once, whatever its case (provider notes A1, A2). */

import { describe, expect, test } from 'vitest';
import { capture, hold, page, preauthorize, receiver, twinOf, until } from './support.ts';

const pages = {
  successurl: 'http://shop.test/ok',
  errorurl: 'http://shop.test/no',
  backurl: 'http://shop.test/back',
};
const person = { lastname: 'Jäger', country: 'DE' };

test('a reference that exists is 911, in any case', async () => {
  const twin = await twinOf();
  expect(await preauthorize(twin, { reference: 'Order-X' })).toMatchObject({ status: 'APPROVED' });
  expect(await preauthorize(twin, { reference: 'oRDER-x' })).toMatchObject({ errorcode: '911' });
  expect(twin.books().processes).toHaveLength(1);
});

describe('what each clearing type needs', () => {
  test.each([
    ['cc', { pseudocardpan: undefined }, '1078'],
    ['cc', { pseudocardpan: '411' }, '1078'],
    ['elv', person, '1088'],
    ['elv', { ...person, iban: 'DE89370400440532013001' }, '888'],
    ['rec', { country: 'DE' }, '1000'],
    ['cod', { lastname: 'Jäger' }, '1340'],
    ['vor', {}, '1000'],
    ['sb', { ...pages }, '1000'],
    ['sb', { onlinebanktransfertype: 'PNT', ...pages, successurl: undefined }, '1041'],
    ['sb', { onlinebanktransfertype: 'PNT', ...pages, errorurl: 'shop.test' }, '1042'],
    ['wlt', { wallettype: 'PPE', ...pages, backurl: undefined }, '1043'],
    ['wlt', { ...pages }, '1000'],
    ['fnc', person, '1000'],
    ['cc', { amount: 0 }, '1016'],
    ['cc', { amount: -1 }, '1016'],
    ['cc', { reference: 'r'.repeat(21) }, '1000'],
    ['cc', { reference: undefined }, '1000'],
  ])('%s with %j is %s', async (clearingtype, fields, code) => {
    const twin = await twinOf();
    expect(await preauthorize(twin, { clearingtype, ...fields })).toMatchObject({
      status: 'ERROR',
      errorcode: code,
    });
  });

  test.each([
    ['cc', {}],
    ['elv', { ...person, iban: 'DE89370400440532013000', bic: 'COBADEFFXXX' }],
    ['rec', person],
    ['cod', person],
    ['vor', person],
    ['fnc', { ...person, financingtype: 'KLV' }],
  ])('%s is approved', async (clearingtype, fields) => {
    const twin = await twinOf();
    const answer = await preauthorize(twin, { clearingtype, ...fields });
    expect(answer).toMatchObject({
      status: 'APPROVED',
      txid: expect.stringMatching(/^\d{9}$/),
      userid: expect.stringMatching(/^\d{8}$/),
    });
    expect('clearing_bankiban' in answer).toBe(clearingtype === 'vor' || clearingtype === 'rec');
    expect('mandate_identification' in answer).toBe(clearingtype === 'elv');
  });

  test('authorization is not for prepayment', async () => {
    const twin = await twinOf();
    expect(
      await preauthorize(twin, { request: 'authorization', clearingtype: 'vor', ...person }),
    ).toMatchObject({ errorcode: '931' });
  });
});

describe('redirects', () => {
  test('the address keeps its equals signs; completing it holds the money', async () => {
    const twin = await twinOf();
    const answer = await preauthorize(twin, { clearingtype: 'wlt', wallettype: 'PPE', ...pages });
    expect(answer).toMatchObject({
      status: 'REDIRECT',
      redirecturl: expect.stringMatching(/\?mac=\d+=&step=1$/),
    });
    const { txid = '' } = answer;
    expect(await capture(twin, txid, { sequencenumber: 1 })).toMatchObject({ errorcode: '305' });
    await twin.admin('POST', `redirect/${txid}/complete`);
    expect(await page(twin, txid)).toMatchObject({ state: 'open', capturable: 10_000 });
    await expect(twin.admin('POST', `redirect/${txid}/abandon`)).rejects.toThrow('409');
    expect(await capture(twin, txid, { sequencenumber: 1 })).toMatchObject({ status: 'APPROVED' });
  });

  test('an online transfer has moved the money when the customer is back', async () => {
    const inbox = await receiver();
    const twin = await twinOf({ notifyUrl: inbox.url });
    const txid = await hold(twin, { clearingtype: 'sb', onlinebanktransfertype: 'PNT', ...pages });
    await twin.admin('POST', `redirect/${txid}/complete`);
    await until(() => inbox.received.length === 2);
    expect(inbox.received.map(({ fields }) => [fields['txaction'], fields['balance']])).toEqual([
      ['appointed', '0.00'],
      ['paid', '-100.00'],
    ]);
    await capture(twin, txid, { sequencenumber: 1 });
    expect(await page(twin, txid)).toMatchObject({ captured: 10_000, balance: 0 });
  });

  test('a person ends it on the page and is sent back to the shop', async () => {
    const twin = await twinOf();
    const { redirecturl = '', txid = '' } = await preauthorize(twin, {
      pseudocardpan: '9410013000000000',
      ...pages,
    });
    expect(await (await fetch(redirecturl)).text()).toContain('complete');
    const back = await fetch(`${twin.url}/redirect/${txid}/abandon`, { method: 'POST', redirect: 'manual' });
    expect([back.status, back.headers.get('location')]).toEqual([303, 'http://shop.test/no']);
    expect(await page(twin, txid)).toMatchObject({ state: 'failed' });
  });
});

test('the same seed gives the same ids', async () => {
  const ids = async (seed: number): Promise<string[]> => {
    const twin = await twinOf({ seed });
    return [await hold(twin), await hold(twin)];
  };
  expect(await ids(7)).toEqual(await ids(7));
  expect(await ids(7)).not.toEqual(await ids(8));
});
