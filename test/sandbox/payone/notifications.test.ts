/** Notices: ISO-8859-1 forms, one stream per txid that stops until `TSOK`, retries, and faults (provider notes A8). */

import { expect, test } from 'vitest';
import { majorUnits } from '../../../sandbox/payone/currency.ts';
import { writeLatin1Form } from '../../../sandbox/payone/form.ts';
import { capture, debit, hold, md5Key, named, preauthorize, receiver, twinOf, until } from './support.ts';

test.each([
  [111, 'EUR', '1.11'],
  [5, 'EUR', '0.05'],
  [-2_000, 'EUR', '-20.00'],
  [120, 'JPY', '120'],
  [1_234, 'KWD', '1.234'],
  [0, 'EUR', '0.00'],
])('%i minor units of %s are %s', (minor, currency, text) => {
  expect(majorUnits(minor, currency)).toBe(text);
});

test('umlauts are one byte, what has no place becomes ?', () => {
  expect(writeLatin1Form([['street', 'Jägerweg 1 €']])).toBe('street=J%E4gerweg+1+%3F');
});

test('a notice as it is on the wire', async () => {
  const inbox = await receiver();
  const twin = await twinOf({ notifyUrl: inbox.url });
  const txid = await hold(twin, {
    param: 'pay-1',
    reference: 'Wire-1',
    customerid: 'c-9',
    lastname: 'Größe',
    keyless: undefined,
  });
  const [notice] = await until(() => inbox.received.length > 0 && inbox.received);
  expect(notice?.headers).toMatchObject({
    'user-agent': 'PAYONE FinanceGate',
    'content-type': 'application/x-www-form-urlencoded',
  });
  expect(notice?.raw).toContain('lastname=Gr%F6%DFe');
  expect(notice?.raw).toContain('street=J%E4gerweg+7');
  expect(notice?.fields).toMatchObject({
    key: md5Key,
    txaction: 'appointed',
    transaction_status: 'completed',
    notify_version: '7.6',
    mode: 'test',
    portalid: '2040559',
    aid: '17321',
    clearingtype: 'cc',
    txtime: expect.stringMatching(/^\d{10}$/),
    currency: 'EUR',
    userid: expect.stringMatching(/^\d{8}$/),
    customerid: 'c-9',
    param: 'pay-1',
    txid,
    reference: 'Wire-1',
    sequencenumber: '0',
    price: '100.00',
    receivable: '0.00',
    balance: '0.00',
  });
});

test('the key of a notice is MD5 whatever requests carry', async () => {
  const inbox = await receiver();
  const twin = await twinOf({ notifyUrl: inbox.url, keyHash: 'none' });
  await preauthorize(twin, { key: 'sandbox-portal-key' });
  await until(() => inbox.received.length > 0);
  expect(inbox.received[0]?.fields['key']).toBe(md5Key);
});

test.each([
  ['process', '100.00'],
  ['booking', '40.00'],
] as const)(
  'captures and refunds: receivable adds up, price is that of the %s',
  async (noticePrice, price) => {
    const inbox = await receiver();
    const twin = await twinOf({ notifyUrl: inbox.url, noticePrice });
    const txid = await hold(twin);
    await capture(twin, txid, { amount: 4_000, sequencenumber: 1, capturemode: 'notcompleted' });
    await capture(twin, txid, { amount: 6_000, sequencenumber: 2, capturemode: 'completed' });
    await debit(twin, txid, { amount: -1_000, sequencenumber: 3 });
    await until(() => inbox.received.length === 6);
    expect(
      inbox.received.map(({ fields }) => [
        fields['txaction'],
        fields['sequencenumber'],
        fields['receivable'],
        fields['balance'],
      ]),
    ).toEqual([
      ['appointed', '0', '0.00', '0.00'],
      ['capture', '1', '40.00', '40.00'],
      ['paid', '1', '40.00', '0.00'],
      ['capture', '2', '100.00', '60.00'],
      ['paid', '2', '100.00', '0.00'],
      ['debit', '3', '90.00', '0.00'],
    ]);
    expect(inbox.received[1]?.fields['price']).toBe(price);
  },
);

test('a stream stops until TSOK and nothing but TSOK; other streams go on', async () => {
  const inbox = await receiver();
  const twin = await twinOf({ notifyUrl: inbox.url, retryDelayMs: 2 });
  let answers = 0;
  let blocked = '';
  inbox.answer = (notice) => {
    if (notice.fields['txid'] !== blocked) return 'TSOK';
    answers += 1;
    return ['TSOK\n', '<b>TSOK</b>', 'tsok', 'TSOK TSOK'][answers - 1] ?? 'TSOK';
  };
  await twin.admin('POST', 'options', { notifyUrl: null });
  blocked = await hold(twin);
  await capture(twin, blocked, { amount: 1, sequencenumber: 1 });
  const free = await hold(twin);
  await twin.admin('POST', 'options', { notifyUrl: inbox.url });
  await until(() => twin.books().notifications.every(({ state }) => state === 'delivered'));
  const of = (txid: string): string[] =>
    inbox.received.filter(({ fields }) => fields['txid'] === txid).map(named);
  expect(of(blocked)).toEqual([...Array<string>(5).fill('appointed 0'), 'capture 1', 'paid 1']);
  expect(of(free)).toEqual(['appointed 0']);
  const [first] = twin.books().notifications;
  expect(first?.attempts.map(({ answer }) => answer)).toEqual([
    'TSOK\n',
    '<b>TSOK</b>',
    'tsok',
    'TSOK TSOK',
    'TSOK',
  ]);
  expect(first?.acknowledgedAt).not.toBeNull();
});

test('an answer that does not come within the limit is none', async () => {
  const inbox = await receiver();
  inbox.answer = (_, n) => (n === 1 ? undefined : 'TSOK');
  const twin = await twinOf({ notifyUrl: inbox.url, answerLimitMs: 30 });
  await hold(twin);
  await until(() => twin.books().notifications[0]?.state === 'delivered');
  const attempts = twin.books().notifications[0]?.attempts ?? [];
  expect(attempts[0]).toMatchObject({ status: null });
  expect(attempts.at(-1)).toMatchObject({ status: 200, answer: 'TSOK' });
});

test('after the last attempt the stream stays stopped until it is released', async () => {
  const inbox = await receiver();
  inbox.answer = () => 'no';
  const twin = await twinOf({ notifyUrl: inbox.url, retryDelayMs: 0, retryMax: 3 });
  const txid = await hold(twin);
  await until(() => twin.books().notifications[0]?.state === 'stopped');
  expect(inbox.received).toHaveLength(3);
  inbox.answer = () => 'TSOK';
  await twin.admin('POST', 'notifications/release', { txid });
  await until(() => twin.books().notifications[0]?.state === 'delivered');
});

test('notify-duplicate: the same notice twice', async () => {
  const inbox = await receiver();
  const twin = await twinOf({ notifyUrl: inbox.url });
  twin.fault({ fault: 'notify-duplicate', match: { request: 'preauthorization' } });
  await hold(twin);
  await until(() => twin.books().notifications[0]?.state === 'delivered');
  expect(inbox.received.map(({ raw }) => raw)).toEqual([inbox.received[0]?.raw, inbox.received[0]?.raw]);
});

test('notify-reorder: paid before capture, and a lone notice behind the next', async () => {
  const inbox = await receiver();
  const twin = await twinOf({ notifyUrl: inbox.url });
  twin.fault({ fault: 'notify-reorder', times: 2 });
  const txid = await hold(twin);
  await capture(twin, txid, { amount: 1, sequencenumber: 1 });
  await until(() => inbox.received.length === 3);
  expect(inbox.received.map(named)).toEqual(['paid 1', 'appointed 0', 'capture 1']);
});

test('notify-hold stops the stream until release, notify-drop loses the notice for good', async () => {
  const inbox = await receiver();
  const twin = await twinOf({ notifyUrl: inbox.url });
  twin.fault({ fault: 'notify-drop', match: { request: 'preauthorization' } });
  twin.fault({ fault: 'notify-hold', match: { sequencenumber: 1 } });
  const txid = await hold(twin);
  await capture(twin, txid, { amount: 1, sequencenumber: 1 });
  await capture(twin, txid, { amount: 1, sequencenumber: 2 });
  const other = await hold(twin);
  await until(() => inbox.received.length === 1);
  expect(inbox.received[0]?.fields['txid']).toBe(other);
  await twin.admin('POST', 'notifications/release', { txid });
  await until(() => inbox.received.length === 5);
  expect(inbox.received.slice(1).map(named)).toEqual(['capture 1', 'paid 1', 'capture 2', 'paid 2']);
  expect(twin.books().notifications[0]).toMatchObject({
    txaction: 'appointed',
    state: 'dropped',
    attempts: [],
  });
});
