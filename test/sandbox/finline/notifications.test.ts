/** Every operation is told in a signed form, again until it is acknowledged, in the order that faults choose. */

import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { sign } from '../../../sandbox/finline/notifications.ts';
import { follow, hold, named, page, receiver, twinOf, until } from './support.ts';

test('the published vector', () => {
  expect(sign('changeme', 'eyJuYW1lIjoiSm9lIiwiYWdlIjoyMH0=')).toBe('Bcj3hb-h00HrEMIoJ5nPW5ZHlVQ=');
});

test('data is an operation, signed as it is sent', async () => {
  const inbox = await receiver();
  const twin = await twinOf({ notifyUrl: inbox.url });
  await hold(twin, 'o');
  const notice = await until(() => inbox.received[0]);
  expect(notice.fields).toMatchObject({ method: 'auth', order_id: 'o', amount: 100, status_code: '1002' });
  const digest = createHash('sha1').update(`sandbox-api-secret${notice.data}sandbox-api-secret`).digest();
  expect(Buffer.from(notice.signature, 'base64url')).toEqual(digest);
  expect(notice.signature).toHaveLength(28);
});

test('server_url of a request wins over the address of the twin', async () => {
  const [inbox, other] = [await receiver(), await receiver()];
  const twin = await twinOf({ notifyUrl: inbox.url });
  await hold(twin, 'o');
  await follow(twin, 'capture', 'o', { server_url: other.url, comment: 'Boots' });
  expect((await until(() => other.received[0])).fields).toMatchObject({
    method: 'capture',
    comment: 'Boots',
  });
  await until(() => inbox.received.length === 1);
});

test('a refusal to take it is answered by another attempt, at last by none', async () => {
  const inbox = await receiver();
  inbox.answer = (n) => (n < 3 ? 500 : 204);
  const twin = await twinOf({ notifyUrl: inbox.url });
  await hold(twin, 'o');
  await until(() => twin.books().notifications[0]?.state === 'delivered');
  expect(inbox.received).toHaveLength(3);
  inbox.answer = () => 302;
  const stopping = await twinOf({ notifyUrl: inbox.url, retryMax: 2 });
  await hold(stopping, 'p');
  await until(() => stopping.books().notifications[0]?.state === 'stopped');
  inbox.answer = () => 200;
  await stopping.admin('POST', 'notifications/release', { orderId: 'p' });
  await until(() => stopping.books().notifications[0]?.state === 'delivered');
});

test('without an address notices wait', async () => {
  const twin = await twinOf();
  await hold(twin, 'o');
  const inbox = await receiver();
  expect(twin.books().notifications).toMatchObject([{ state: 'queued', attempts: [] }]);
  await twin.admin('POST', 'options', { notifyUrl: inbox.url });
  await until(() => inbox.received.length === 1);
});

test('duplicate, hold, drop and reorder', async () => {
  const inbox = await receiver();
  const twin = await twinOf({ notifyUrl: inbox.url });
  const make = async (
    orderId: string,
    fault: 'notify-duplicate' | 'notify-hold' | 'notify-drop' | 'notify-reorder',
  ) => {
    await hold(twin, orderId);
    await until(() => inbox.received.length === 1);
    twin.fault({ fault, match: { request: 'capture', order_id: orderId } });
    await follow(twin, 'capture', orderId, { charge_amount: 80 });
    await follow(twin, 'refund', orderId, { refund_amount: 1 });
  };
  await make('a', 'notify-duplicate');
  await until(() => inbox.received.length === 4);
  expect(inbox.received.map(named).filter((one) => one === 'capture success')).toHaveLength(2);
  inbox.received.length = 0;
  await make('b', 'notify-reorder');
  await until(() => inbox.received.length === 3);
  expect(inbox.received.map(named)).toEqual(['auth success', 'refund success', 'capture success']);
  inbox.received.length = 0;
  await make('c', 'notify-hold');
  await until(() => inbox.received.length === 2);
  expect((await page(twin, 'c')).notifications.map(({ state }) => state)).toContain('held');
  await twin.admin('POST', 'notifications/release');
  await until(() => inbox.received.length === 3);
  inbox.received.length = 0;
  await make('d', 'notify-drop');
  await until(() => inbox.received.length === 2);
  expect((await page(twin, 'd')).notifications[1]).toMatchObject({ state: 'dropped', attempts: [] });
});

test('what is pending is told again when it ends', async () => {
  const inbox = await receiver();
  const twin = await twinOf({ notifyUrl: inbox.url, settleMs: 30 });
  await hold(twin, 'o', 90_000);
  await follow(twin, 'capture', 'o', { charge_amount: 760.01 });
  await until(() => inbox.received.length === 3);
  expect(inbox.received.map(named)).toEqual(['auth success', 'capture pending', 'capture success']);
});

test('a forged notice is sent as it is asked for', async () => {
  const inbox = await receiver();
  const twin = await twinOf();
  const fields = { order_id: 'x', method: 'auth', status: 'success' };
  const sent = await twin.admin('POST', 'notify', { fields, secret: 'other', url: inbox.url });
  expect(sent).toMatchObject({ forged: true, state: 'delivered', order_id: 'x' });
  expect(inbox.received[0]?.signature).toBe(sign('other', inbox.received[0]?.data ?? ''));
});
