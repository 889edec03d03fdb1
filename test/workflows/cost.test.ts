// What a payment costs in history: events and bytes of a capture beside the bare workflow's, the same for the first
// and the 127th, and the events of a whole life. Counts, so they are tests; speeds are figures (docs/performance.md).
// That a refused command and a repeated id cost nothing is in payment.test.ts.
import { randomUUID } from 'node:crypto';
import { NativeConnection } from '@temporalio/worker';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { floorBundle } from '../../bench/engine/floor-bundle.ts';
import { type UpdateCost, updateCosts } from '../../bench/engine/history-cost.ts';
import type { floor } from '../../bench/floor-workflow.ts';
import { createProviderActivities } from '../../activities/provider-activities.ts';
import { bodyHash } from '../../temporal/body-hash.ts';
import { dataConverter } from '../../temporal/data-converter.ts';
import { createWorker } from '../../temporal/worker.ts';
import { ACCOUNT, cardPayment, type Engine, eventsOf, SHOP, startEngine } from '../support/payments.ts';
import { testKeyRing } from '../support/test-key.ts';

const CAPTURES = 127;

let engine: Engine;
beforeAll(async () => {
  engine = await startEngine(inject('temporal'), {
    twin: { settleMs: 600_000 },
    account: { closeAfter: 'PT1S' },
  });
});
afterAll(() => engine.stop());

const capture = (k: number, amount: number) =>
  ({ type: 'capture', id: `c-${String(k).padStart(3, '0')}`, amount }) as const;

const sum = (costs: readonly UpdateCost[]): number => costs.reduce((all, { bytes }) => all + bytes, 0);

/** Ten captures on the bare workflow, by the same activities and the same codec, at the same provider. */
async function floorCosts(txid: string): Promise<UpdateCost[]> {
  const { address, namespace } = inject('temporal');
  const taskQueue = `floor-${randomUUID()}`;
  const keyRing = testKeyRing();
  const bundle = await floorBundle();
  const connection = await NativeConnection.connect({ address });
  const worker = await createWorker({
    connection,
    namespace,
    taskQueue,
    dataConverter: dataConverter(keyRing),
    activities: createProviderActivities({ accounts: engine.accounts, keyRing }),
    bundle,
    longestCallMs: 3_000,
  });
  const costs = await worker.runUntil(async () => {
    const id = randomUUID();
    const hold = { txid, clearingtype: 'cc' };
    const handle = await engine.client.workflow.start<typeof floor>('floor', {
      workflowId: `floor/${id}`,
      taskQueue,
      args: [{ id: `p-${id}`, account: ACCOUNT, amount: 10_000, currency: 'EUR', hold }],
    });
    for (let k = 1; k <= 10; k += 1) {
      const command = capture(k, 1_000);
      await handle.executeUpdate('capture', {
        updateId: `capture/${command.id}`,
        args: [{ command, hash: bodyHash(command), ...SHOP, request: randomUUID() }],
      });
    }
    return updateCosts(await handle.fetchHistory());
  });
  await connection.close();
  bundle.remove();
  return costs;
}

test('a capture leaves 11 events whatever its number, and at most 1.5 times the bytes of the bare workflow', async () => {
  const body = cardPayment({ amount: { value: CAPTURES * 1_000, currency: 'EUR' } });
  await engine.payments.create(body, { by: 'shop' });
  for (let k = 1; k <= CAPTURES; k += 1) {
    const { receipt } = await engine.payments.command(body.id, capture(k, 1_000), SHOP);
    expect(receipt).toMatchObject({ state: 'approved', sequenceNumber: k });
  }
  const history = await engine.client.workflow.getHandle(`payment/${body.id}`).fetchHistory();
  const [created, ...captures] = updateCosts(history);
  expect(created?.events).toBeLessThanOrEqual(30);
  expect(captures).toHaveLength(CAPTURES);
  // The first and the last change the class of the payment: their search attributes and timers are fixed cost.
  expect(captures.map(({ events, changes }) => events - changes)).toEqual(captures.map(() => 11));
  const between = captures.slice(1, -1);
  expect(between.map(({ changes }) => changes)).toEqual(between.map(() => 0));

  // Numbers grow from one digit to three and clocks vary; nothing else may grow with k.
  const sizes = between.map(({ bytes }) => bytes);
  expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(128);
  const tenth = sum(between.slice(0, 10));
  expect(sum(between.slice(-10))).toBeLessThanOrEqual(1.02 * tenth);

  // The same number of captures after the first, which holds the start of the bare workflow.
  const other = cardPayment();
  await engine.payments.create(other, { by: 'shop' });
  const { hold } = (await engine.payments.core(other.id)).machine.context.authorization;
  const floors = (await floorCosts(String(hold?.['txid']))).slice(1);
  expect(floors.map(({ events }) => events)).toEqual(floors.map(() => 11));
  expect(sum(between.slice(0, floors.length))).toBeLessThanOrEqual(1.5 * sum(floors));
});

test('a life from creation to its close leaves at most 30 events beside its captures', async () => {
  const body = cardPayment();
  await engine.payments.create(body, { by: 'shop' });
  for (let k = 1; k <= 3; k += 1)
    await engine.payments.command(body.id, capture(k, k === 3 ? 8_000 : 1_000), SHOP);
  await engine.client.workflow.getHandle(`payment/${body.id}`).result();
  const events = await eventsOf(engine.client, `payment/${body.id}`);
  expect(events.length - 3 * 11).toBeLessThanOrEqual(30);
});
