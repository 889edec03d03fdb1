/** Rule: each transaction that is made or changes is pointed to, at the documented offsets, until a 2xx comes. */

import { expect, test } from 'vitest';
import { RETRY_OFFSETS } from '../../../sandbox/swedbankpay/callbacks.ts';
import { book, capture, payment, receiver, twinOf, until } from './support.ts';

test('the body is a pointer and nothing more', async () => {
  const { url, bodies } = await receiver();
  const twin = await twinOf({ notifyUrl: url });
  const id = await payment(twin);
  await capture(twin, id, 100);
  await until(() => bodies.length === 2);
  const { number, transactions } = await book(twin, id);
  expect(bodies).toContainEqual({
    payment: { id, number },
    transaction: { id: `${id}/transactions/${transactions[1]?.id}`, number: transactions[1]?.number },
  });
});

test('a transaction that changes is told of twice, in the same words', async () => {
  const { url, bodies } = await receiver();
  const twin = await twinOf({ notifyUrl: url });
  const id = await payment(twin, { amount: 1_000_000 });
  await until(() => bodies.length === 1);
  await capture(twin, id, 76_001);
  await until(() => bodies.length === 3);
  expect(bodies[1]).toEqual(bodies[2]);
});

test('what is not answered 2xx comes again, at most six times', async () => {
  const { url, bodies, answers } = await receiver();
  answers.push(500, 302, 404);
  const twin = await twinOf({ notifyUrl: url });
  const id = await payment(twin);
  await until(async () => (await book(twin, id)).notifications[0]?.state === 'delivered');
  expect((await book(twin, id)).notifications[0]?.attempts.map(({ status }) => status)).toEqual([
    500, 302, 404, 200,
  ]);
  bodies.length = 0;
  answers.push(...RETRY_OFFSETS.map(() => 500), 500);
  await capture(twin, id, 100);
  await until(async () => (await book(twin, id)).notifications[1]?.state === 'stopped');
  expect(bodies).toHaveLength(7);
  await twin.admin('POST', 'notifications/release', { payment: id });
  await until(async () => (await book(twin, id)).notifications[1]?.state === 'delivered');
});

test('a payment’s own address wins, and without any there is no callback', async () => {
  const { url, bodies } = await receiver();
  const twin = await twinOf();
  const silent = await payment(twin);
  const told = await payment(twin, { callbackUrl: url });
  await until(() => bodies.length === 1);
  expect(bodies[0]).toMatchObject({ payment: { id: told } });
  expect((await book(twin, silent)).notifications).toMatchObject([{ state: 'dropped' }]);
});

test('duplicate, reordered, held, dropped', async () => {
  const { url, bodies } = await receiver();
  const twin = await twinOf({ notifyUrl: url });
  const id = await payment(twin);
  await until(() => bodies.length === 1);
  const numbers = (): unknown[] =>
    bodies.map((body) => (body as { transaction: { number: number } }).transaction.number);
  const of = async (n: number): Promise<number | undefined> => (await book(twin, id)).transactions[n]?.number;

  twin.fault({ match: { request: 'create-capture' }, fault: 'notify-duplicate' });
  await capture(twin, id, 1);
  await until(() => bodies.length === 3);
  expect(numbers().slice(1)).toEqual([await of(1), await of(1)]);

  twin.fault({ match: { amount: 2 }, fault: 'notify-reorder' });
  await capture(twin, id, 2);
  await capture(twin, id, 3);
  await until(() => bodies.length === 5);
  expect(numbers().slice(3)).toEqual([await of(3), await of(2)]);

  twin.fault({ fault: 'notify-hold' });
  await capture(twin, id, 4);
  twin.fault({ fault: 'notify-drop' });
  await capture(twin, id, 5);
  expect((await book(twin, id)).notifications.slice(-2)).toMatchObject([
    { state: 'held' },
    { state: 'dropped' },
  ]);
  await twin.admin('POST', 'notifications/release');
  await until(() => bodies.length === 6);
  expect(numbers().at(-1)).toBe(await of(4));
});

test('a forged callback goes out once', async () => {
  const { url, bodies } = await receiver();
  const twin = await twinOf();
  await twin.admin('POST', 'notify', { payment: '/psp/creditcard/payments/none', url });
  await twin.admin('POST', 'notify', { raw: 'not JSON', url });
  expect(bodies).toEqual([{ payment: { id: '/psp/creditcard/payments/none', number: 1 } }, 'not JSON']);
});
