/** The first asking starts the workflow that allocates; one that has ended is never started anew by itself. */
import { randomUUID } from 'node:crypto';
import { Client, Connection } from '@temporalio/client';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { MockActivityEnvironment } from '@temporalio/testing';
import { createAllocationActivities } from '../../activities/allocation-activities.ts';
import type { AllocationAsk } from '../../activities/contract.ts';

const taskQueue = `nobody-${randomUUID()}`;
const activities = createAllocationActivities();
let connection: Connection;
let client: Client;
beforeAll(async () => {
  const { address, namespace } = inject('temporal');
  connection = await Connection.connect({ address });
  client = new Client({ connection, namespace });
});
afterAll(() => connection.close());

const environment = () => new MockActivityEnvironment({ taskQueue }, { client });

const ask = (change: Partial<AllocationAsk> = {}): AllocationAsk => ({
  account: `a-${randomUUID()}`,
  payment: 'p-1',
  operation: 'c-1',
  number: 3,
  rule: { from: 'terminal', blockFor: 60_000 },
  ...change,
});

test.each(['terminal', 'counter'] as const)('%s: started once, asked each time', async (from) => {
  const asking = ask({ rule: { from, blockFor: null } });
  await environment().run(activities.askAllocation, asking);
  await environment().run(activities.askAllocation, asking);
  const handle = client.workflow.getHandle(`${from}/${asking.account}`);
  const { type, taskQueue: queue } = await handle.describe();
  expect([type, queue]).toEqual([from, taskQueue]);
  const { events } = await handle.fetchHistory();
  const signals = (events ?? []).flatMap((event) => event.workflowExecutionSignaledEventAttributes ?? []);
  const said = signals.map(({ signalName, input }) => [
    signalName,
    JSON.parse(Buffer.from(input?.payloads?.[0]?.data ?? []).toString('utf8')),
  ]);
  const request = { payment: 'p-1', operation: 'c-1', number: 3, blockFor: null };
  expect(said).toEqual([
    ['allocate', request],
    ['allocate', request],
  ]);
  await handle.terminate();
  // Its counter is gone: numbers given out before could come again.
  await expect(environment().run(activities.askAllocation, asking)).rejects.toThrow(/already/i);
});

test('a payment stands as long as its workflow runs', async () => {
  const payment = `p-${randomUUID()}`;
  const stands = () => environment().run(activities.paymentStands, payment);
  expect(await stands()).toBe(false);
  const handle = await client.workflow.start('anything', { workflowId: `payment/${payment}`, taskQueue });
  expect(await stands()).toBe(true);
  await handle.terminate();
  expect(await stands()).toBe(false);
});
