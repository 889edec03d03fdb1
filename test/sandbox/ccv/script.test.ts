/** Amounts and options choose the answer, and the books say what took effect. */

import { expect, test } from 'vitest';
import { scriptedStatuses } from '../../../sandbox/ccv/script.ts';
import { capture, encode, fields, hold, page, post, send, twinOf } from './support.ts';

test.each(scriptedStatuses.map((name, at) => [name, String(at + 1).padStart(3, '0')]))(
  '%s (%s)',
  async (name, number) => {
    const twin = await twinOf();
    const effects = (): unknown => twin.books().requests.at(-1)?.tookEffect;
    expect(await send(twin, { amount: `78${number}`.replace(/(..)$/, '.$1') })).toEqual({ status: name });
    expect(effects()).toBe(false);
    expect(await send(twin, { amount: `75${number}`.replace(/(..)$/, '.$1') })).toEqual({ status: name });
    expect(effects()).toBe(true);
    const { id, pair } = await hold(twin, { amount: '900.00' });
    expect(await capture(twin, pair, { amount: `77${number}`.replace(/(..)$/, '.$1') })).toEqual({
      status: name,
    });
    expect(await page(twin, id)).toMatchObject({ state: 'open' });
    expect(await capture(twin, pair, { amount: `76${number}`.replace(/(..)$/, '.$1') })).toEqual({
      status: name,
    });
    expect(await page(twin, id)).toMatchObject({ state: 'captured', captured: Number(`76${number}`) });
  },
);

test.each([
  ['795.00', 39_750],
  ['790.00', 0],
  ['799.99', 79_919],
  ['1795.00', 89_750],
])('%s is approved in part', async (amount, authorised) => {
  const twin = await twinOf();
  const answer = await send(twin, { amount });
  expect(answer).toMatchObject({ status: 'SUCCESS', amount: (authorised / 100).toFixed(2) });
  expect(await page(twin, answer['requestId'] ?? '')).toMatchObject({ authorised });
});

test('a part that was approved is the most that can be captured', async () => {
  const twin = await twinOf({ approveAtMost: 3_000 });
  const { id, pair } = await hold(twin);
  expect(await capture(twin, pair, { amount: '30.01' })).toEqual({ status: 'FAILURE' });
  expect(await capture(twin, pair, { amount: '30.00' })).toMatchObject({ status: 'SUCCESS' });
  expect(await page(twin, id)).toMatchObject({
    asked: 5_000,
    authorised: 3_000,
    captured: 3_000,
    released: 0,
  });
});

test('scripted: false', async () => {
  const twin = await twinOf({ scripted: false });
  expect(await send(twin, { amount: '780.01' })).toMatchObject({ status: 'SUCCESS' });
});

test('the amount is answered as a text, a number, or not', async () => {
  const twin = await twinOf();
  const answered = async (answeredAmount: string): Promise<string> => {
    await twin.admin('POST', 'options', { answeredAmount });
    return (await post(twin, encode(fields()))).text();
  };
  expect(await answered('text')).toContain('"amount":"50.00",');
  expect(await answered('number')).toContain('"amount":50.00,');
  expect(await answered('absent')).not.toContain('"amount"');
});

test('receipts as the seed prints them break the answer around them', async () => {
  const twin = await twinOf();
  const { id, pair } = await hold(twin);
  await twin.admin('POST', 'options', { receipts: 'as-printed' });
  const response = await post(twin, encode(fields({ paymentType: 'CAPTURE', amount: '25.00', ...pair })));
  const text = await response.text();
  expect(text).toMatch(/^\{"status":"SUCCESS","customerReceipt":"\[\\"Kopie Kaarthouder\\",/);
  expect(text).toContain('"..."]",');
  expect(() => void JSON.parse(text)).toThrow(SyntaxError);
  expect(await page(twin, id)).toMatchObject({ captured: 2_500 });
});

test('receipts that are no JSON, an eJournal that breaks off, and a whole card number', async () => {
  const twin = await twinOf({ receipts: 'text', wholeCardNumber: true });
  const { pair } = await hold(twin);
  const answer = await capture(twin, pair);
  expect(answer['customerReceipt']).toContain('Kaart: 4111 1111 1111 1111');
  expect(() => void JSON.parse(answer['journalReceipt'] ?? '')).toThrow(SyntaxError);
  expect(answer['eJournal']).not.toContain('</E-Journal>');
  await twin.admin('POST', 'options', { receipts: 'absent' });
  const next = await hold(twin);
  expect(await capture(twin, next.pair)).toEqual({ status: 'SUCCESS' });
});
