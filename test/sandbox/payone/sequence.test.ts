/** One counter per txid over captures, debits and refunds; the next number is the last booked one + 1, at most 127. */

import { expect, test } from 'vitest';
import { judgeNumber } from '../../../sandbox/payone/sequence.ts';
import { capture, debit, hold, page, receiver, send, twinOf, until } from './support.ts';

test.each([
  [0, undefined, true, { number: 1 }],
  [0, '1', true, { number: 1 }],
  [0, '0', true, { wrong: 'used' }],
  [0, '2', true, { wrong: 'gap' }],
  [3, '3', false, { wrong: 'used' }],
  [126, '127', true, { number: 127 }],
  [127, '127', true, { wrong: 'used' }],
])('last used %i, given %s', (used, given, isCapture, expected) => {
  expect(judgeNumber(used, given, isCapture)).toEqual(expected);
});

test.each([
  [1, undefined, true, 1009],
  [0, undefined, false, 1009],
  [127, '128', true, 951],
])('last used %i, given %s: refused', (used, given, isCapture, code) => {
  expect(judgeNumber(used, given, isCapture)).toMatchObject({ refusal: { code } });
});

test('captures and refunds share the counter; a gap and a repeat are 907', async () => {
  const twin = await twinOf();
  const txid = await hold(twin);
  expect(await capture(twin, txid, { amount: 10, sequencenumber: 2 })).toMatchObject({ errorcode: '907' });
  expect(await capture(twin, txid, { amount: 10, sequencenumber: 1 })).toMatchObject({ status: 'APPROVED' });
  expect(await debit(twin, txid, { amount: -10, sequencenumber: 1 })).toMatchObject({ errorcode: '907' });
  expect(await debit(twin, txid, { amount: -10, sequencenumber: 2 })).toMatchObject({ status: 'APPROVED' });
  expect(await capture(twin, txid, { amount: 10, sequencenumber: 2 })).toMatchObject({ errorcode: '907' });
  expect(await capture(twin, txid, { amount: 10, sequencenumber: 3 })).toMatchObject({ status: 'APPROVED' });
  expect(await page(twin, txid)).toMatchObject({ captured: 20, refunded: 10, sequence: 3 });
});

test('the repeat of a booked closing capture is 907, the next number 950', async () => {
  const twin = await twinOf();
  const txid = await hold(twin);
  const last = { amount: 10_000, sequencenumber: 1, capturemode: 'completed' };
  await capture(twin, txid, last);
  expect(await capture(twin, txid, last)).toMatchObject({ errorcode: '907' });
  expect(await capture(twin, txid, { ...last, sequencenumber: 2 })).toMatchObject({ errorcode: '950' });
});

test('only the first capture may leave its number out', async () => {
  const twin = await twinOf();
  const txid = await hold(twin);
  expect(await capture(twin, txid, { amount: 10 })).toMatchObject({ status: 'APPROVED' });
  expect(await capture(twin, txid, { amount: 10 })).toMatchObject({ errorcode: '1009' });
  expect(await page(twin, txid)).toMatchObject({ sequence: 1 });
});

test('a preauthorization must not carry a number', async () => {
  const twin = await twinOf();
  const answer = await send(twin, {
    request: 'preauthorization',
    clearingtype: 'cc',
    pseudocardpan: '9410010000000001',
    reference: 'numbered',
    amount: 1,
    currency: 'EUR',
    sequencenumber: 0,
  });
  expect(answer).toMatchObject({ errorcode: '1009' });
});

test('a refused request gives its number back, unless declineUsesNumber', async () => {
  for (const declineUsesNumber of [false, true]) {
    const twin = await twinOf({ declineUsesNumber });
    const txid = await hold(twin, { amount: 100_000 });
    expect(await capture(twin, txid, { amount: 77_013, sequencenumber: 1 })).toMatchObject({
      errorcode: '13',
    });
    const next = declineUsesNumber ? 2 : 1;
    expect(await capture(twin, txid, { amount: 10, sequencenumber: 3 - next })).toMatchObject({
      errorcode: '907',
    });
    expect(await capture(twin, txid, { amount: 10, sequencenumber: next })).toMatchObject({
      status: 'APPROVED',
    });
  }
});

test('after number 127 there is none left', async () => {
  const twin = await twinOf();
  const txid = await hold(twin);
  for (let n = 1; n <= 127; n += 1)
    expect(await capture(twin, txid, { amount: 1, sequencenumber: n })).toMatchObject({ status: 'APPROVED' });
  expect(await capture(twin, txid, { amount: 1, sequencenumber: 128 })).toMatchObject({ errorcode: '951' });
  expect(await page(twin, txid)).toMatchObject({ captured: 127, sequence: 127 });
});

test('strictGate: 907 until the previous notice was acknowledged', async () => {
  const inbox = await receiver();
  inbox.answer = () => 'NO';
  const twin = await twinOf({ strictGate: true, notifyUrl: inbox.url });
  const txid = await hold(twin);
  await until(() => inbox.received.length > 0);
  expect(await capture(twin, txid, { sequencenumber: 1 })).toMatchObject({ errorcode: '907' });
  inbox.answer = () => 'TSOK';
  await until(() => twin.books().notifications.every(({ state }) => state === 'delivered'));
  expect(await capture(twin, txid, { sequencenumber: 1 })).toMatchObject({ status: 'APPROVED' });
});
