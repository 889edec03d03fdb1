// One terminal serves one payment at a time, each under a number of its own that no other ever gets, in the order in
// which they asked; an outcome that nobody knows keeps the others away.
import { randomUUID } from 'node:crypto';
import { WorkflowUpdateFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { LAST_REFERENCE, NOBODY } from '../../workflows/lease-queue.ts';
import { readTerminal, type TerminalView, unblock } from '../../workflows/messages.ts';
import type { terminal, TerminalInput } from '../../workflows/terminal.ts';
import { until } from '../support/payments.ts';
import { type Allocating, startAllocating, type StandIn } from './support/allocating.ts';

let allocating: Allocating;
beforeAll(async () => {
  allocating = await startAllocating(inject('temporal'));
});
afterAll(() => allocating.stop());

async function startTerminal(more: Partial<TerminalInput> = {}) {
  const account = `ccv-${randomUUID()}`;
  return allocating.client.workflow.start<typeof terminal>('terminal', {
    taskQueue: allocating.taskQueue,
    workflowId: `terminal/${account}`,
    args: [{ account, ...more }],
  });
}

type Terminal = Awaited<ReturnType<typeof startTerminal>>;

const viewed = (one: Terminal, so: (view: TerminalView) => boolean): Promise<TerminalView> =>
  until(() => one.query(readTerminal), so, 'the terminal');

const heldBy = (one: Terminal, payment: StandIn): Promise<TerminalView> =>
  viewed(one, ({ holder }) => holder?.payment === payment.id);

const hears = (payment: StandIn, words: number) =>
  until(
    () => payment.heard(),
    (heard) => heard.length >= words,
    'the word',
  );

const free = (one: Terminal): Promise<TerminalView> => viewed(one, ({ holder }) => holder === null);

test('two that race are served one after the other, under different numbers', async () => {
  const one = await startTerminal();
  const [a, b] = [await allocating.payment(), await allocating.payment()];
  await Promise.all([a.ask(one, 7), b.ask(one, 4)]);
  const { holder, queue } = await viewed(one, (view) => view.queue.length === 1);
  const [first, firstNumber, second, secondNumber] =
    holder?.payment === a.id ? ([a, 7, b, 4] as const) : ([b, 4, a, 7] as const);
  expect(await hears(first, 1)).toEqual([{ number: firstNumber, reference: '1' }]);
  expect(await hears(second, 1)).toEqual([{ number: secondNumber, blockedBy: null }]);
  expect(queue).toEqual([{ payment: second.id, operation: `c-${secondNumber}`, number: secondNumber }]);

  await first.lease(one, firstNumber, 'done');
  expect((await hears(second, 2))[1]).toEqual({ number: secondNumber, reference: '2' });
  expect(await heldBy(one, second)).toMatchObject({ counter: 2, queue: [], holder: { reference: '2' } });
  await second.lease(one, secondNumber, 'done');
  expect(await free(one)).toMatchObject({ counter: 2, holder: null, block: null });
  expect(await first.heard()).toHaveLength(1);
});

test('an unknown outcome keeps the terminal until it is settled, and whoever waits hears by whom', async () => {
  const one = await startTerminal();
  const [a, b, c] = [await allocating.payment(), await allocating.payment(), await allocating.payment()];
  await a.ask(one, 1);
  await heldBy(one, a);
  await b.ask(one, 1);
  await hears(b, 1);
  await a.lease(one, 1, 'unknown');
  const blockedBy = { payment: a.id, operation: 'c-1' };
  expect(await hears(b, 2)).toEqual([
    { number: 1, blockedBy: null },
    { number: 1, blockedBy },
  ]);
  await c.ask(one, 1);
  expect(await hears(c, 1)).toEqual([{ number: 1, blockedBy }]);
  const { block, holder } = await one.query(readTerminal);
  expect(holder).toMatchObject({ payment: a.id, reference: '1' });
  expect(block).toMatchObject({ ...blockedBy, until: null });

  await a.lease(one, 1, 'done');
  expect((await hears(b, 3))[2]).toEqual({ number: 1, reference: '2' });
  await b.lease(one, 1, 'done');
  expect((await hears(c, 2))[1]).toEqual({ number: 1, reference: '3' });
});

test('a block passes when its time has, and what its payment says afterwards changes nothing', async () => {
  const one = await startTerminal();
  const [a, b] = [await allocating.payment(), await allocating.payment()];
  await a.ask(one, 1, { blockFor: 300 });
  await heldBy(one, a);
  await b.ask(one, 1);
  await a.lease(one, 1, 'unknown');
  expect((await heldBy(one, b)).block).toBeNull();
  await a.lease(one, 1, 'unknown');
  await a.lease(one, 1, 'done');
  await a.ask(one, 2);
  expect(await viewed(one, ({ queue }) => queue.length === 1)).toMatchObject({
    counter: 2,
    block: null,
    holder: { payment: b.id },
    queue: [{ payment: a.id, number: 2 }],
  });
});

test('whoever has ended or never was holds nothing and waits for nothing', async () => {
  const one = await startTerminal();
  const [a, b] = [await allocating.payment(), await allocating.payment()];
  await a.end();
  await a.ask(one, 1);
  await viewed(one, ({ counter }) => counter === 1);
  await one.signal('allocate', { payment: 'nobody', operation: 'c-1', number: 1, blockFor: null });
  await b.ask(one, 1);
  expect(await heldBy(one, b)).toMatchObject({ counter: 3, queue: [] });
  expect(await hears(b, 1)).toContainEqual({ number: 1, reference: '3' });
});

test('a holder that ends without a word is found gone', async () => {
  const one = await startTerminal({ checkEvery: 500 });
  const [a, b] = [await allocating.payment(), await allocating.payment()];
  await a.ask(one, 1);
  await heldBy(one, a);
  await a.lease(one, 1, 'unknown');
  await b.ask(one, 1);
  await hears(b, 1);
  await a.handle.terminate();
  expect(await heldBy(one, b)).toMatchObject({ counter: 2, block: null });
});

test('a repeated asking is one asking: the same number while it stands, nothing once it is over', async () => {
  const one = await startTerminal();
  const [a, b] = [await allocating.payment(), await allocating.payment()];
  await a.ask(one, 3);
  await hears(a, 1);
  await a.ask(one, 3);
  expect(await hears(a, 2)).toEqual([
    { number: 3, reference: '1' },
    { number: 3, reference: '1' },
  ]);
  await b.ask(one, 1);
  await b.ask(one, 1);
  expect((await viewed(one, ({ queue }) => queue.length > 0)).queue).toHaveLength(1);
  await a.lease(one, 3, 'done');
  await heldBy(one, b);
  await a.ask(one, 3);
  await a.ask(one, 2);
  await b.lease(one, 1, 'done');
  expect(await free(one)).toMatchObject({ counter: 2, queue: [] });
  expect(await a.heard()).toHaveLength(2);
});

test('what is withdrawn while it waits is never granted, also when the asking comes after', async () => {
  const one = await startTerminal();
  const [a, b, c] = [await allocating.payment(), await allocating.payment(), await allocating.payment()];
  await a.ask(one, 1);
  await heldBy(one, a);
  await b.ask(one, 1);
  await hears(b, 1);
  await b.lease(one, 1, 'done');
  await c.lease(one, 5, 'done');
  await c.ask(one, 5);
  await a.lease(one, 1, 'done');
  expect(await free(one)).toMatchObject({ counter: 1, queue: [] });
  expect(await b.heard()).toEqual([{ number: 1, blockedBy: null }]);
  expect(await c.heard()).toEqual([]);
});

test('who asks anew is done with what it asked before, but not with what nobody knows', async () => {
  const one = await startTerminal();
  const a = await allocating.payment();
  await a.ask(one, 1);
  await hears(a, 1);
  await a.ask(one, 2);
  expect((await hears(a, 2))[1]).toEqual({ number: 2, reference: '2' });
  await a.lease(one, 2, 'unknown');
  await a.ask(one, 3);
  expect((await hears(a, 3))[2]).toEqual({ number: 3, blockedBy: { payment: a.id, operation: 'c-2' } });
});

test('a worker that dies loses no number and gives none twice', async () => {
  const one = await startTerminal();
  const [a, b] = [await allocating.payment(), await allocating.payment()];
  await a.ask(one, 1);
  await hears(a, 1);
  await b.ask(one, 1);
  await allocating.restart();
  await a.ask(one, 1);
  expect((await hears(a, 2))[1]).toEqual({ number: 1, reference: '1' });
  await a.lease(one, 1, 'done');
  expect((await hears(b, 2))[1]).toEqual({ number: 1, reference: '2' });
});

test('a cancel request changes nothing: with the terminal its counter would be lost', async () => {
  const one = await startTerminal();
  const [a, b] = [await allocating.payment(), await allocating.payment()];
  await a.ask(one, 1);
  await hears(a, 1);
  await one.cancel();
  await b.ask(one, 1);
  await a.lease(one, 1, 'done');
  expect(await heldBy(one, b)).toMatchObject({ counter: 2 });
});

test('a new run goes on with counter, queue and block', async () => {
  const one = await startTerminal({ continueAfter: 30 });
  const [a, b] = [await allocating.payment(), await allocating.payment()];
  const rounds = 8;
  for (let number = 1; number <= rounds; number += 1) {
    await a.ask(one, number);
    expect((await hears(a, number)).at(-1)).toEqual({ number, reference: String(number) });
    await a.lease(one, number, 'done');
  }
  await a.ask(one, 9);
  await hears(a, 9);
  await a.lease(one, 9, 'unknown');
  await b.ask(one, 1);
  await hears(b, 1);
  // Signals that say nothing are events too.
  for (let n = 0; n < 30; n += 1) await one.signal('lease', { payment: a.id });
  const { runId } = await allocating.client.workflow.getHandle(one.workflowId).describe();
  expect(runId).not.toBe(one.firstExecutionRunId);
  const latest = allocating.client.workflow.getHandle<typeof terminal>(one.workflowId);
  expect(await latest.query(readTerminal)).toMatchObject({
    counter: 9,
    holder: { payment: a.id, reference: '9' },
    queue: [{ payment: b.id }],
    block: { payment: a.id, operation: 'c-9' },
  });
  await latest.signal('lease', { payment: a.id, number: 9, how: 'done' });
  expect((await hears(b, 2)).at(-1)).toEqual({ number: 1, reference: '10' });
});

test('an operator frees the lease that is named, with name and evidence', async () => {
  const one = await startTerminal();
  const [a, b] = [await allocating.payment(), await allocating.payment()];
  await a.ask(one, 1);
  await heldBy(one, a);
  await a.lease(one, 1, 'unknown');
  await b.ask(one, 1);
  await hears(b, 1);
  const good = { reference: '1', by: 'anna', evidence: 'the ticket was printed' };
  const bad = [
    { ...good, by: '' },
    { ...good, evidence: '' },
    { ...good, evidence: 'x'.repeat(2_001) },
    { ...good, reference: 1 },
    null,
  ];
  for (const asked of bad) {
    const refused = await one.executeUpdate('unblock', { args: [asked] }).then(
      () => null,
      (error: unknown) => (error instanceof WorkflowUpdateFailedError ? error.cause : error),
    );
    expect(refused).toBeInstanceOf(ApplicationFailure);
    expect(refused).toMatchObject({ type: 'validation' });
  }
  expect(await one.executeUpdate(unblock, { args: [{ ...good, reference: '2' }] })).toBe(false);
  expect(await one.executeUpdate(unblock, { args: [good] })).toBe(true);
  await heldBy(one, b);
  expect(await one.executeUpdate(unblock, { args: [good] })).toBe(false);
  const running = { ...good, reference: '2' };
  expect(await one.executeUpdate(unblock, { args: [running] }), 'its call still runs').toBe(false);
});

test('when the numbers are used up nobody gets one', async () => {
  const one = await startTerminal({ state: { ...NOBODY, counter: LAST_REFERENCE - 1 } });
  const [a, b] = [await allocating.payment(), await allocating.payment()];
  await a.ask(one, 1);
  expect(await hears(a, 1)).toEqual([{ number: 1, reference: String(LAST_REFERENCE) }]);
  await a.lease(one, 1, 'done');
  await free(one);
  await b.ask(one, 1);
  expect(await hears(b, 1)).toEqual([{ number: 1, blockedBy: null }]);
  expect(await one.query(readTerminal)).toMatchObject({ counter: LAST_REFERENCE, holder: null });
});

test('signals that are none change nothing', async () => {
  const one = await startTerminal();
  const a = await allocating.payment();
  const ask = { payment: a.id, operation: 'c-1', number: 1, blockFor: null };
  const bad: unknown[] = [
    null,
    5,
    {},
    { ...ask, payment: '' },
    { ...ask, operation: 1 },
    { ...ask, number: '1' },
    { ...ask, number: 0 },
    { ...ask, blockFor: -1 },
    { ...ask, blockFor: undefined },
  ];
  for (const word of bad) await one.signal<unknown[]>('allocate', word);
  await one.signal('allocate');
  await a.ask(one, 1);
  await heldBy(one, a);
  for (const how of ['over', null]) await one.signal<unknown[]>('lease', { payment: a.id, number: 1, how });
  expect(await one.query(readTerminal)).toMatchObject({ counter: 1, holder: { payment: a.id }, queue: [] });
});
