/** Money goes back by debit or refund, never more than was taken (906); amount 0 only settles (provider notes A6). */

import { expect, test } from 'vitest';
import { capture, debit, hold, page, send, twinOf } from './support.ts';

test('partial refunds by debit and refund, 906 above the rest', async () => {
  const twin = await twinOf();
  const txid = await hold(twin);
  await capture(twin, txid, { amount: 5_000, sequencenumber: 1 });
  expect(await debit(twin, txid, { amount: -2_000, sequencenumber: 2 })).toMatchObject({
    status: 'APPROVED',
    txid,
    settleaccount: 'yes',
  });
  const refund = { request: 'refund', txid, currency: 'EUR', use_customerdata: 'yes' };
  expect(await send(twin, { ...refund, amount: -3_001, sequencenumber: 3 })).toMatchObject({
    errorcode: '906',
  });
  expect(await send(twin, { ...refund, amount: -3_000, sequencenumber: 3 })).toMatchObject({
    status: 'APPROVED',
  });
  expect(await page(twin, txid)).toMatchObject({
    captured: 5_000,
    refunded: 5_000,
    receivable: 0,
    balance: 0,
    capturable: 5_000,
    sequence: 3,
  });
});

test('nothing captured, nothing to refund', async () => {
  const twin = await twinOf();
  expect(await debit(twin, await hold(twin), { amount: -1, sequencenumber: 1 })).toMatchObject({
    errorcode: '906',
  });
});

test('refund takes negative amounts only, and only of a settled account', async () => {
  const twin = await twinOf();
  const txid = await hold(twin);
  const refund = { request: 'refund', txid, currency: 'EUR', sequencenumber: 2 };
  await capture(twin, txid, { amount: 5_000, sequencenumber: 1, settleaccount: 'no' });
  expect(await send(twin, { ...refund, amount: 100 })).toMatchObject({ errorcode: '1016' });
  expect(await send(twin, { ...refund, amount: -100 })).toMatchObject({ errorcode: '915' });
  expect(await debit(twin, txid, { amount: 0, sequencenumber: 2 })).toMatchObject({ errorcode: '1016' });
  expect(await debit(twin, txid, { amount: 0, sequencenumber: 2, settleaccount: 'yes' })).toMatchObject({
    status: 'APPROVED',
  });
  expect(await page(twin, txid)).toMatchObject({ balance: 0 });
  expect(await send(twin, { ...refund, sequencenumber: 3, amount: -100 })).toMatchObject({
    status: 'APPROVED',
  });
});

test('a positive debit is a further claim', async () => {
  const twin = await twinOf();
  const txid = await hold(twin);
  await capture(twin, txid, { amount: 5_000, sequencenumber: 1 });
  expect(await debit(twin, txid, { amount: 500, sequencenumber: 2, transactiontype: 'MG' })).toMatchObject({
    status: 'APPROVED',
  });
  expect(await debit(twin, txid, { amount: 500, sequencenumber: 3, transactiontype: 'GT' })).toMatchObject({
    errorcode: '2012',
  });
  expect(await page(twin, txid)).toMatchObject({ captured: 5_000, claimed: 500, receivable: 5_500 });
});

test('the lines of a credit add up with either sign', async () => {
  const twin = await twinOf();
  const txid = await hold(twin);
  await capture(twin, txid, { amount: 5_000, sequencenumber: 1 });
  const line = { 'it[1]': 'goods', 'id[1]': 'a', 'no[1]': 2, 'de[1]': 'chair' };
  expect(await debit(twin, txid, { amount: -100, sequencenumber: 2, ...line, 'pr[1]': -51 })).toMatchObject({
    errorcode: '1610',
  });
  expect(await debit(twin, txid, { amount: -100, sequencenumber: 2, ...line, 'pr[1]': -50 })).toMatchObject({
    status: 'APPROVED',
  });
  expect(await debit(twin, txid, { amount: -100, sequencenumber: 3, ...line, 'pr[1]': 50 })).toMatchObject({
    status: 'APPROVED',
  });
});

test('a refund reopens nothing that is closed', async () => {
  const twin = await twinOf();
  const txid = await hold(twin);
  await capture(twin, txid, { amount: 5_000, sequencenumber: 1, capturemode: 'completed' });
  await debit(twin, txid, { amount: -5_000, sequencenumber: 2 });
  expect(await capture(twin, txid, { amount: 1, sequencenumber: 3 })).toMatchObject({ errorcode: '950' });
});
