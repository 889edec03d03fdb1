/** What happens at the platform without a request of ours: portal bookings, chargebacks, late failures, forged notices. */

import { expect, test } from 'vitest';
import { payoneAdmin } from '../../../sandbox/payone/admin-client.ts';
import { capture, debit, hold, named, page, receiver, twinOf, until } from './support.ts';

test('a booking made elsewhere takes the next number and is notified', async () => {
  const inbox = await receiver();
  const twin = await twinOf({ notifyUrl: inbox.url });
  const txid = await hold(twin);
  await twin.admin('POST', 'observe', { txid, kind: 'capture', amount: 3_000 });
  expect(await capture(twin, txid, { amount: 1, sequencenumber: 1 })).toMatchObject({ errorcode: '907' });
  await twin.admin('POST', 'observe', { txid, kind: 'refund', amount: 1_000 });
  expect(await page(twin, txid)).toMatchObject({
    captured: 3_000,
    refunded: 1_000,
    sequence: 2,
    bookings: [
      {},
      { origin: 'portal', kind: 'capture', sequencenumber: 1 },
      { origin: 'portal', kind: 'refund', amount: -1_000 },
    ],
  });
  await until(() => inbox.received.length === 4);
  expect(inbox.received.map(named)).toEqual(['appointed 0', 'capture 1', 'paid 1', 'debit 2']);
  await expect(twin.admin('POST', 'observe', { txid, kind: 'capture', amount: 7_001 })).rejects.toThrow(
    'capture too high',
  );
  await expect(twin.admin('POST', 'observe', { txid, kind: 'refund', amount: 2_001 })).rejects.toThrow(
    'refund too high',
  );
});

test('a chargeback carries an old number and opens the claim again', async () => {
  const inbox = await receiver();
  const twin = await twinOf({ notifyUrl: inbox.url });
  const txid = await hold(twin);
  await capture(twin, txid, { amount: 3_000, sequencenumber: 1 });
  await twin.admin('POST', 'chargeback', { txid, failedcause: 'cb' });
  await until(() => inbox.received.length === 4);
  expect(inbox.received[3]?.fields).toMatchObject({
    txaction: 'cancelation',
    sequencenumber: '1',
    failedcause: 'cb',
    receivable: '30.00',
    balance: '30.00',
  });
  expect(await page(twin, txid)).toMatchObject({
    captured: 3_000,
    chargedBack: 3_000,
    balance: 3_000,
    sequence: 1,
  });
  await expect(twin.admin('POST', 'chargeback', { txid })).rejects.toThrow('409');
});

test('a late failure takes a capture back; its number stays used', async () => {
  const twin = await twinOf();
  const txid = await hold(twin);
  await capture(twin, txid, { amount: 10_000, sequencenumber: 1, capturemode: 'completed' });
  await twin.admin('POST', 'fail-capture', { txid, sequencenumber: 1 });
  expect(await page(twin, txid)).toMatchObject({
    captured: 0,
    receivable: 0,
    balance: 0,
    capturable: 10_000,
    sequence: 1,
  });
  await expect(twin.admin('POST', 'fail-capture', { txid, sequencenumber: 1 })).rejects.toThrow('409');
  expect(await capture(twin, txid, { amount: 10_000, sequencenumber: 2 })).toMatchObject({
    status: 'APPROVED',
  });
});

test('an expired reservation answers every capture with its code', async () => {
  const twin = await twinOf();
  const txid = await hold(twin);
  await twin.admin('POST', 'expire', { txid });
  expect(await capture(twin, txid, { sequencenumber: 1 })).toMatchObject({ errorcode: '80' });
});

test('events that change nothing, and notices that nothing stands behind', async () => {
  const inbox = await receiver();
  const twin = await twinOf({ notifyUrl: inbox.url });
  const txid = await hold(twin);
  await twin.admin('POST', 'event', { txid, txaction: 'reminder', fields: { reminderlevel: '2' } });
  await until(() => inbox.received.length === 2);
  expect(inbox.received[1]?.fields).toMatchObject({
    txaction: 'reminder',
    reminderlevel: '2',
    sequencenumber: '0',
  });
  const forged = { txid, fields: { txaction: 'capture', sequencenumber: '9', key: 'wrong' } };
  expect(await twin.admin('POST', 'notify', forged)).toMatchObject({ forged: true, state: 'delivered' });
  expect(inbox.received[2]?.fields).toMatchObject({
    txaction: 'capture',
    sequencenumber: '9',
    key: 'wrong',
    txid,
  });
  await twin.admin('POST', 'notify', { raw: 'txid=%E4&txid=2' });
  expect(inbox.received[3]?.raw).toBe('txid=%E4&txid=2');
  expect(await page(twin, txid)).toMatchObject({ captured: 0, sequence: 0 });
});

test('a preauthorization made elsewhere can be taken over', async () => {
  const twin = await twinOf();
  const admin = payoneAdmin(twin.url);
  const opened = (await admin.call('POST', 'processes', { reference: 'portal-1', amount: 5_000 })) as {
    txid: string;
  };
  expect(await admin.process('PORTAL-1')).toMatchObject({
    origin: 'portal',
    preauthorised: 5_000,
    sequence: 0,
  });
  expect(await capture(twin, opened.txid, { amount: 5_000, sequencenumber: 1 })).toMatchObject({
    status: 'APPROVED',
  });
  await expect(admin.call('POST', 'processes', { reference: 'portal-1', amount: 1 })).rejects.toThrow('409');
  await expect(
    admin.call('POST', 'processes', { reference: 'x', amount: 1, clearingtype: 'elv' }),
  ).rejects.toThrow('1088');
});

test('the books are integers, and what is asked wrongly is refused', async () => {
  const twin = await twinOf();
  const admin = payoneAdmin(twin.url);
  const txid = await hold(twin);
  await capture(twin, txid, { amount: 4_000, sequencenumber: 1 });
  await debit(twin, txid, { amount: -1_500, sequencenumber: 2 });
  expect((await admin.books()).processes).toMatchObject([
    {
      amount: 10_000,
      captured: 4_000,
      refunded: 1_500,
      receivable: 2_500,
      balance: 0,
      capturable: 6_000,
      sequence: 2,
    },
  ]);
  expect(await admin.call('GET', 'health')).toEqual({ ok: true, processes: 1 });
  await expect(admin.process('nobody')).rejects.toThrow('404');
  await expect(admin.call('POST', 'observe', { txid })).rejects.toThrow('400');
  await expect(admin.call('POST', 'nothing')).rejects.toThrow('404');
  expect((await fetch(`${twin.url}/admin/faults`, { method: 'POST', body: '{' })).status).toBe(400);
});

test('caps: the oldest records fall out', async () => {
  const twin = await twinOf({ maxProcesses: 2, maxRequests: 3, maxNotices: 2 });
  const first = await hold(twin, { reference: 'oldest' });
  for (let n = 0; n < 3; n += 1) await hold(twin);
  const books = twin.books();
  expect([books.processes.length, books.requests.length, books.notifications.length]).toEqual([2, 3, 2]);
  expect(await capture(twin, first, { sequencenumber: 1 })).toMatchObject({ errorcode: '913' });
});
