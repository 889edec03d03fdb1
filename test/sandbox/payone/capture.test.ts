/** A capture books part or all of a preauthorization, never more; `completed` closes it; 0 gives it back (seed 002). */

import { describe, expect, test } from 'vitest';
import { capture, debit, hold, page, preauthorize, send, twinOf } from './support.ts';

const seedItems = {
  'de[1]': 'Hauptartikel mit Kennzeichnung Versandkostenfrei und Hervorhebung',
  'de[2]': 'Hauptartikel mit Grundpreisberechnung',
  'de[3]': 'Standard Versand',
  'id[1]': 'SW10006',
  'id[2]': 'SW10010',
  'id[3]': 'Standard Versand',
  'it[1]': 'goods',
  'it[2]': 'goods',
  'it[3]': 'shipment',
  'no[1]': 3,
  'no[2]': 15,
  'no[3]': 1,
  'pr[1]': 1500,
  'pr[2]': 500,
  'pr[3]': 0,
  'va[1]': 1900,
  'va[2]': 1900,
  'va[3]': 0,
};

test('the sample of the seed is approved and settled', async () => {
  const twin = await twinOf();
  const txid = await hold(twin, { amount: 12_000 });
  const answer = await capture(twin, txid, {
    api_version: undefined,
    amount: 12_000,
    capturemode: 'completed',
    sequencenumber: 1,
    settleaccount: 'auto',
    ...seedItems,
  });
  expect(answer).toEqual({ status: 'APPROVED', txid, settleaccount: 'yes' });
  expect(await page(twin, txid)).toMatchObject({
    captured: 12_000,
    receivable: 12_000,
    balance: 0,
    closed: true,
    sequence: 1,
  });
});

test('every parameter of the seed at its limit is taken', async () => {
  const twin = await twinOf();
  const txid = await hold(twin);
  const answer = await capture(twin, txid, {
    sequencenumber: 1,
    narrative_text: 'ä'.repeat(81),
    transaction_param: 'aZ09.-_/'.padEnd(50, 'x'),
    settleaccount: 'auto',
    booking_date: '20261121',
    document_date: '20240229',
    due_time: '1795265000',
    capturemode: 'notcompleted',
    invoiceid: 'R'.repeat(20),
    invoice_deliverymode: 'P',
    invoice_deliverydate: '20261121',
    invoice_deliveryenddate: '20261122',
    invoiceappendix: 'a'.repeat(255),
    'it[1]': 'handling',
    'id[1]': 'i'.repeat(32),
    'pr[1]': 10_000,
    'no[1]': 1,
    'de[1]': 'd'.repeat(255),
    'va[1]': 9999,
    'sd[1]': '20261121',
    'ed[1]': '20261122',
  });
  expect(answer['status']).toBe('APPROVED');
});

describe('each format is checked', () => {
  test.each([
    ['narrative_text', 'n'.repeat(82), '1000'],
    ['narrative_text', '', '1000'],
    ['transaction_param', 't'.repeat(51), '1000'],
    ['transaction_param', 'a b', '1000'],
    ['settleaccount', 'maybe', '1031'],
    ['capturemode', 'COMPLETED', '1032'],
    ['booking_date', '20260230', '1000'],
    ['document_date', '2026-11-21', '1000'],
    ['due_time', 'tomorrow', '1000'],
    ['invoiceid', 'R'.repeat(21), '1000'],
    ['invoice_deliverymode', 'X', '1000'],
    ['invoice_deliverydate', '20261301', '1000'],
    ['invoice_deliveryenddate', '1', '1000'],
    ['invoiceappendix', 'a'.repeat(256), '1000'],
    ['txid', '12345678', '1008'],
    ['txid', undefined, '1008'],
    ['sequencenumber', 'one', '1009'],
    ['sequencenumber', '-1', '1009'],
    ['amount', '12.00', '1016'],
    ['amount', '2000000000', '1016'],
    ['amount', '-1', '1016'],
    ['amount', '01', '1016'],
    ['amount', undefined, '1016'],
    ['currency', 'eur', '1000'],
    ['currency', undefined, '1000'],
    ['clearingtype', 'card', '1000'],
    ['add_paydata[b2b]', 'maybe', '1000'],
    ['reference', 'again', '2011'],
    ['colour', 'red', '2011'],
  ])('%s = %s', async (name, value, code) => {
    const twin = await twinOf();
    const txid = await hold(twin);
    const answer = await capture(twin, txid, { sequencenumber: 1, [name]: value });
    expect(answer).toMatchObject({ status: 'ERROR', errorcode: code });
    expect(answer['errormessage']).toContain(name);
    expect(answer['customermessage']).toBeTruthy();
    expect(await page(twin, txid)).toMatchObject({ captured: 0, sequence: 0 });
  });
});

test('parts add up; more than what is left is 908 and takes no number', async () => {
  const twin = await twinOf();
  const txid = await hold(twin);
  expect(
    await capture(twin, txid, { amount: 4_000, sequencenumber: 1, capturemode: 'notcompleted' }),
  ).toMatchObject({ status: 'APPROVED' });
  expect(await capture(twin, txid, { amount: 6_001, sequencenumber: 2 })).toMatchObject({ errorcode: '908' });
  expect(await capture(twin, txid, { amount: 6_000, sequencenumber: 2 })).toMatchObject({
    status: 'APPROVED',
  });
  expect(await capture(twin, txid, { amount: 1, sequencenumber: 3 })).toMatchObject({ errorcode: '908' });
  expect(await page(twin, txid)).toMatchObject({
    captured: 10_000,
    capturable: 0,
    closed: false,
    sequence: 2,
  });
});

test('after completed every further capture is 950, also of 0', async () => {
  const twin = await twinOf();
  const txid = await hold(twin);
  await capture(twin, txid, { amount: 4_000, sequencenumber: 1, capturemode: 'completed' });
  expect(await capture(twin, txid, { amount: 1, sequencenumber: 2 })).toMatchObject({ errorcode: '950' });
  expect(await capture(twin, txid, { amount: 0, sequencenumber: 2, capturemode: 'completed' })).toMatchObject(
    { errorcode: '950' },
  );
  expect(await page(twin, txid)).toMatchObject({ captured: 4_000, capturable: 0 });
});

test('0 with completed gives everything back while nothing is captured', async () => {
  const twin = await twinOf();
  const txid = await hold(twin);
  expect(await capture(twin, txid, { amount: 0, sequencenumber: 1 })).toMatchObject({ errorcode: '1016' });
  const answer = await capture(twin, txid, {
    amount: 0,
    sequencenumber: 1,
    capturemode: 'completed',
    settleaccount: 'auto',
  });
  expect(answer['status']).toBe('APPROVED');
  const book = await page(twin, txid);
  expect(book).toMatchObject({ captured: 0, capturable: 0, closed: true, sequence: 1 });
  expect(book['bookings']).toMatchObject([
    { kind: 'preauthorization' },
    { kind: 'void', sequencenumber: 1, closes: true },
  ]);
  expect(await capture(twin, txid, { sequencenumber: 2 })).toMatchObject({ errorcode: '950' });
});

test('0 after a partial capture is 935', async () => {
  const twin = await twinOf();
  const txid = await hold(twin);
  await capture(twin, txid, { amount: 4_000, sequencenumber: 1, capturemode: 'notcompleted' });
  expect(await capture(twin, txid, { amount: 0, sequencenumber: 2, capturemode: 'completed' })).toMatchObject(
    { errorcode: '935' },
  );
});

test('0 is refused where a method does not trust it', async () => {
  const twin = await twinOf();
  const person = { lastname: 'Jäger', country: 'DE' };
  const zero = { amount: 0, sequencenumber: 1, capturemode: 'completed' };
  const open = await hold(twin, { clearingtype: 'rec', ...person });
  expect(await capture(twin, open, zero)).toMatchObject({ errorcode: '931' });
  const secured = await hold(twin, { clearingtype: 'rec', clearingsubtype: 'POV', ...person });
  expect(await capture(twin, secured, zero)).toMatchObject({ status: 'APPROVED' });
});

test('currency, mode, clearing type and txid have to be those of the process', async () => {
  const twin = await twinOf({ mode: 'any' });
  const txid = await hold(twin);
  expect(await capture(twin, txid, { sequencenumber: 1, currency: 'USD' })).toMatchObject({
    errorcode: '910',
  });
  expect(await capture(twin, txid, { sequencenumber: 1, mode: 'live' })).toMatchObject({ errorcode: '926' });
  expect(await capture(twin, txid, { sequencenumber: 1, clearingtype: 'wlt' })).toMatchObject({
    errorcode: '2012',
  });
  expect(await capture(twin, '999999999', { sequencenumber: 1 })).toMatchObject({ errorcode: '913' });
});

test('multi partial capture can be switched off (934)', async () => {
  const twin = await twinOf({ partialCaptures: false });
  const txid = await hold(twin);
  await capture(twin, txid, { amount: 1_000, sequencenumber: 1 });
  expect(await capture(twin, txid, { amount: 1_000, sequencenumber: 2 })).toMatchObject({ errorcode: '934' });
});

test('settleaccount: no leaves the balance open; yes does not fit notcompleted of a prepayment', async () => {
  const twin = await twinOf();
  const txid = await hold(twin);
  expect(await capture(twin, txid, { sequencenumber: 1, settleaccount: 'no' })).toMatchObject({
    settleaccount: 'no',
  });
  expect(await page(twin, txid)).toMatchObject({ receivable: 10_000, balance: 10_000 });
  const prepaid = await hold(twin, { clearingtype: 'vor', lastname: 'Jäger', country: 'DE' });
  const answer = await capture(twin, prepaid, {
    amount: 1,
    sequencenumber: 1,
    settleaccount: 'yes',
    capturemode: 'notcompleted',
  });
  expect(answer).toMatchObject({ errorcode: '937' });
});

test('direct debit answers with the mandate, date and amount only without due_time', async () => {
  const twin = await twinOf();
  const means = { clearingtype: 'elv', iban: 'DE89370400440532013000', lastname: 'Jäger', country: 'DE' };
  const plain = await capture(twin, await hold(twin, means), { sequencenumber: 1 });
  expect(plain).toMatchObject({
    creditor_identifier: expect.any(String),
    clearing_amount: '10000',
    clearing_date: expect.stringMatching(/^\d{8}$/),
  });
  const dated = await capture(twin, await hold(twin, means), { sequencenumber: 1, due_time: '1795265000' });
  expect(dated).toHaveProperty('mandate_identification');
  expect(dated).not.toHaveProperty('clearing_date');
});

test('invoice answers with the account to pay to; its balance stays open until the customer pays', async () => {
  const twin = await twinOf();
  const txid = await hold(twin, { clearingtype: 'rec', lastname: 'Jäger', country: 'DE' });
  const answer = await capture(twin, txid, { sequencenumber: 1 });
  expect(answer).toMatchObject({
    status: 'APPROVED',
    settleaccount: 'no',
    clearing_bankcity: 'Köln',
    clearing_reference: txid,
  });
  expect(answer['clearing_legalnote']).toContain('=');
  expect(await page(twin, txid)).toMatchObject({ balance: 10_000 });
  await twin.admin('POST', 'pay', { txid, amount: 4_000 });
  await twin.admin('POST', 'pay', { txid, amount: 6_000 });
  expect(await page(twin, txid)).toMatchObject({ balance: 0 });
});

test('financing and wallets echo the work order, Klarna names the invoice', async () => {
  const twin = await twinOf();
  const txid = await hold(twin, {
    clearingtype: 'fnc',
    financingtype: 'KLV',
    lastname: 'Jäger',
    country: 'DE',
  });
  const answer = await capture(twin, txid, { sequencenumber: 1 });
  expect(answer['workorderid']).toMatch(/^PP2[A-Z0-9]{13}$/);
  expect(answer['clearing_instructionnote']).toContain(`txid=${txid}&days=30`);
});

test('a process that failed takes nothing more', async () => {
  const twin = await twinOf();
  const { txid = '' } = await preauthorize(twin, { pseudocardpan: '9410013000000001' });
  expect(await capture(twin, txid, { sequencenumber: 1 })).toMatchObject({ errorcode: '4217' });
  await twin.admin('POST', `redirect/${txid}/abandon`);
  expect(await capture(twin, txid, { sequencenumber: 1 })).toMatchObject({ errorcode: '950' });
  expect(await debit(twin, txid, { amount: -1, sequencenumber: 1 })).toMatchObject({ errorcode: '950' });
});

test('an authorization books everything at once', async () => {
  const twin = await twinOf();
  const opened = await send(twin, {
    request: 'authorization',
    clearingtype: 'cc',
    pseudocardpan: '9410010000000001',
    reference: 'at-once',
    amount: 500,
    currency: 'EUR',
  });
  expect(opened['status']).toBe('APPROVED');
  const { txid = '' } = opened;
  expect(await page(twin, txid)).toMatchObject({ captured: 500, balance: 0, sequence: 0 });
  expect(await capture(twin, txid, { amount: 1, sequencenumber: 1 })).toMatchObject({ errorcode: '950' });
  expect(await debit(twin, txid, { amount: -500, sequencenumber: 1 })).toMatchObject({ status: 'APPROVED' });
});
