// Numbers that only have to differ: each asking gets its own at once, and the same one whenever it is repeated.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import type { counter, CounterInput } from '../../workflows/counter.ts';
import { readCounter } from '../../workflows/messages.ts';
import { until } from '../support/payments.ts';
import { type Allocating, startAllocating, type StandIn } from './support/allocating.ts';

let allocating: Allocating;
beforeAll(async () => {
  allocating = await startAllocating(inject('temporal'));
});
afterAll(() => allocating.stop());

async function startCounter(more: Partial<CounterInput> = {}) {
  const account = `swedbank-${randomUUID()}`;
  return allocating.client.workflow.start<typeof counter>('counter', {
    taskQueue: allocating.taskQueue,
    workflowId: `counter/${account}`,
    args: [{ account, ...more }],
  });
}

const hears = (payment: StandIn, words: number) =>
  until(
    () => payment.heard(),
    (heard) => heard.length >= words,
    'the number',
  );

test('each asking gets a number at once, whoever else has one', async () => {
  const one = await startCounter();
  const payments = await Promise.all(Array.from({ length: 5 }, () => allocating.payment()));
  await Promise.all(payments.map((payment) => payment.ask(one, 1)));
  const heard = (await Promise.all(payments.map((payment) => hears(payment, 1)))).flat();
  const references = heard.map((word) => ('reference' in word ? word.reference : ''));
  expect(references.sort()).toEqual(['1', '2', '3', '4', '5']);
  expect(await one.query(readCounter)).toBe(5);
});

test('a repeated asking gets the same number, and a later one another', async () => {
  const one = await startCounter();
  const a = await allocating.payment();
  await a.ask(one, 1);
  await hears(a, 1);
  await allocating.restart();
  await a.ask(one, 1);
  await hears(a, 2);
  await a.ask(one, 2);
  await hears(a, 3);
  await a.ask(one, 1);
  await a.ask(one, 2);
  expect(await hears(a, 4)).toEqual([
    { number: 1, reference: '1' },
    { number: 1, reference: '1' },
    { number: 2, reference: '2' },
    { number: 2, reference: '2' },
  ]);
  expect(await one.query(readCounter)).toBe(2);
});

test('a new run goes on counting and knows the askings of the one before', async () => {
  const one = await startCounter({ continueAfter: 20 });
  const a = await allocating.payment();
  for (let number = 1; number <= 12; number += 1) {
    await a.ask(one, number);
    expect((await hears(a, number)).at(-1)).toEqual({ number, reference: String(number) });
  }
  const latest = allocating.client.workflow.getHandle<typeof counter>(one.workflowId);
  expect((await latest.describe()).runId).not.toBe(one.firstExecutionRunId);
  await a.ask(latest, 12);
  expect((await hears(a, 13)).at(-1)).toEqual({ number: 12, reference: '12' });
  expect(await latest.query(readCounter)).toBe(12);
});

test('twelve digits are the end, and what has ended costs its number', async () => {
  const one = await startCounter({ state: { counter: 999_999_999_997, given: [] } });
  const [a, b, c] = [await allocating.payment(), await allocating.payment(), await allocating.payment()];
  await a.end();
  await a.ask(one, 1);
  await b.ask(one, 1);
  expect(await hears(b, 1)).toEqual([{ number: 1, reference: '999999999999' }]);
  await c.ask(one, 1);
  await b.ask(one, 1);
  expect((await hears(b, 2))[1]).toEqual({ number: 1, reference: '999999999999' });
  expect(await c.heard()).toEqual([]);
});
