/** Magic cards and amounts answer as the table in script.ts says. */

import { describe, expect, test } from 'vitest';
import { capture, debit, hold, named, page, preauthorize, receiver, twinOf, until } from './support.ts';

const big = 1_000_000;

describe('set-up', () => {
  test.each([
    ['9410019000000005', 10_000, '5'],
    ['9410019000000902', 10_000, '902'],
    ['9410010000000001', 78_055, '55'],
  ])('card %s, amount %i: declined with %s, nothing booked', async (pseudocardpan, amount, code) => {
    const twin = await twinOf();
    expect(await preauthorize(twin, { pseudocardpan, amount })).toMatchObject({
      status: 'ERROR',
      errorcode: code,
    });
    expect(twin.books().processes).toEqual([]);
  });

  test('booked although the answer says 900', async () => {
    const twin = await twinOf();
    const card = { pseudocardpan: '9410015000000900', reference: 'unsure' };
    expect(await preauthorize(twin, card)).toMatchObject({ status: 'ERROR', errorcode: '900' });
    expect(await preauthorize(twin, card)).toMatchObject({ errorcode: '911' });
    expect(await page(twin, 'UNSURE')).toMatchObject({ state: 'open', preauthorised: 10_000 });
  });

  test.each([
    ['9410014000000001', 'open', ['appointed pending', 'appointed completed']],
    ['9410014000000002', 'failed', ['appointed pending', 'failed completed']],
  ])('card %s is PENDING and ends %s', async (pseudocardpan, state, notices) => {
    const inbox = await receiver();
    const twin = await twinOf({ notifyUrl: inbox.url });
    const answer = await preauthorize(twin, { pseudocardpan });
    expect(answer).toMatchObject({ status: 'PENDING', reasoncode: '903', userid: expect.any(String) });
    await until(() => inbox.received.length === 2);
    expect(
      inbox.received.map(({ fields }) => `${fields['txaction']} ${fields['transaction_status']}`),
    ).toEqual(notices);
    expect(await page(twin, answer['txid'] ?? '')).toMatchObject({ state });
  });

  test('pending until the admin says so; captures meanwhile are 950', async () => {
    const twin = await twinOf();
    const txid = await hold(twin, { pseudocardpan: '9410014000000003' });
    expect(await capture(twin, txid, { sequencenumber: 1 })).toMatchObject({ errorcode: '950' });
    await twin.admin('POST', 'settle', { txid, outcome: 'completed' });
    expect(await capture(twin, txid, { sequencenumber: 1 })).toMatchObject({ status: 'APPROVED' });
  });

  test('903 is PENDING with api_version 3.11 and an error before', async () => {
    const twin = await twinOf();
    const card = { pseudocardpan: '9410019000000903' };
    expect(await preauthorize(twin, card)).toMatchObject({ status: 'PENDING' });
    expect(await preauthorize(twin, { ...card, api_version: '3.10' })).toMatchObject({
      status: 'ERROR',
      errorcode: '903',
    });
  });
});

describe('capture', () => {
  test('declined by amount, then a smaller one with the same number', async () => {
    const twin = await twinOf();
    const txid = await hold(twin, { amount: big });
    expect(await capture(twin, txid, { amount: 77_055, sequencenumber: 1 })).toMatchObject({
      errorcode: '55',
    });
    expect(await capture(twin, txid, { amount: 7_000, sequencenumber: 1 })).toMatchObject({
      status: 'APPROVED',
    });
  });

  test('declined by card', async () => {
    const twin = await twinOf();
    const txid = await hold(twin, { pseudocardpan: '9410016000000002' });
    expect(await capture(twin, txid, { sequencenumber: 1 })).toMatchObject({ errorcode: '2' });
  });

  test('80 ends the reservation for every later capture', async () => {
    const twin = await twinOf();
    const txid = await hold(twin, { amount: big });
    expect(await capture(twin, txid, { amount: 77_080, sequencenumber: 1 })).toMatchObject({
      errorcode: '80',
    });
    expect(await capture(twin, txid, { amount: 1, sequencenumber: 1 })).toMatchObject({ errorcode: '80' });
  });

  test('booked although the answer says 902: the repeat is 907', async () => {
    const twin = await twinOf();
    const txid = await hold(twin, { amount: big });
    const unsure = { amount: 76_902, sequencenumber: 1 };
    expect(await capture(twin, txid, unsure)).toMatchObject({ errorcode: '902' });
    expect(await capture(twin, txid, unsure)).toMatchObject({ errorcode: '907' });
    expect(await page(twin, txid)).toMatchObject({ captured: 76_902 });
  });

  test.each([
    [76_001, 76_001, ['appointed 0', 'capture 1', 'capture 1', 'paid 1']],
    [76_002, 0, ['appointed 0', 'capture 1', 'failed 1']],
    [76_004, 0, ['appointed 0', 'capture 1', 'paid 1', 'failed 1']],
  ])('amount %i ends with %i captured', async (amount, captured, notices) => {
    const inbox = await receiver();
    const twin = await twinOf({ notifyUrl: inbox.url });
    const txid = await hold(twin, { amount: big });
    const answer = await capture(twin, txid, { amount, sequencenumber: 1, capturemode: 'completed' });
    expect(answer['status']).toBe(amount === 76_004 ? 'APPROVED' : 'PENDING');
    await until(() => inbox.received.length === notices.length);
    expect(inbox.received.map(named)).toEqual(notices);
    expect(await page(twin, txid)).toMatchObject({ captured, pending: 0, sequence: 1, closed: captured > 0 });
  });

  test('while one is pending its number is used and the next action is 950', async () => {
    const twin = await twinOf();
    const txid = await hold(twin, { amount: big });
    expect(await capture(twin, txid, { amount: 76_003, sequencenumber: 1 })).toEqual({
      status: 'PENDING',
      txid,
      userid: expect.any(String),
    });
    expect(await capture(twin, txid, { amount: 76_003, sequencenumber: 1 })).toMatchObject({
      errorcode: '907',
    });
    expect(await capture(twin, txid, { amount: 1, sequencenumber: 2 })).toMatchObject({ errorcode: '950' });
    expect(await page(twin, txid)).toMatchObject({ captured: 0, pending: 76_003 });
    await twin.admin('POST', 'settle', { txid, sequencenumber: 1, outcome: 'completed' });
    expect(await capture(twin, txid, { amount: 1, sequencenumber: 2 })).toMatchObject({ status: 'APPROVED' });
  });

  test('PENDING needs api_version 3.11', async () => {
    const twin = await twinOf();
    const txid = await hold(twin, { amount: big });
    const answer = await capture(twin, txid, { amount: 76_001, sequencenumber: 1, api_version: '3.10' });
    expect(answer).toMatchObject({ status: 'ERROR', errorcode: '903' });
    expect(await page(twin, txid)).toMatchObject({ captured: 0, sequence: 0 });
  });
});

test('refunds are declined, or booked behind an error, by amount', async () => {
  const twin = await twinOf();
  const txid = await hold(twin, { amount: big });
  await capture(twin, txid, { amount: big, sequencenumber: 1 });
  expect(await debit(twin, txid, { amount: -79_921, sequencenumber: 2 })).toMatchObject({ errorcode: '921' });
  expect(await debit(twin, txid, { amount: -75_904, sequencenumber: 2 })).toMatchObject({ errorcode: '904' });
  expect(await page(twin, txid)).toMatchObject({ refunded: 75_904, sequence: 2 });
});

test('with scripted off nothing is magic', async () => {
  const twin = await twinOf({ scripted: false });
  const txid = await hold(twin, { amount: big, pseudocardpan: '9410019000000005' });
  expect(await capture(twin, txid, { amount: 77_055, sequencenumber: 1 })).toMatchObject({
    status: 'APPROVED',
  });
});
