// The sweep finds what should have moved, wakes it once in a period, freezes payments that share a hold, and names
// those that were ended by force.
import { randomUUID } from 'node:crypto';
import { expect, inject, onTestFinished, test } from 'vitest';
import type { SweepResult } from '../../activities/contract.ts';
import { turnBetween } from '../../activities/turn.ts';
import { sweepPort } from '../../temporal/sweep-port.ts';
import type { SweepInput, sweep } from '../../workflows/sweep.ts';
import {
  ACCOUNT,
  cardPayment,
  type Engine,
  eventsOf,
  SHOP,
  startEngine,
  until,
} from '../support/payments.ts';

const SIGNALED = 26;
const WORKFLOW_TASK_COMPLETED = 7;
const MINUTE = 60_000;
const PERIOD = 360 * MINUTE;

async function start(): Promise<Engine> {
  const engine = await startEngine(inject('temporal'));
  onTestFinished(() => engine.stop());
  return engine;
}

const sweepNow = (engine: Engine, input: SweepInput = {}): Promise<SweepResult> =>
  engine.client.workflow.execute<typeof sweep>('sweep', {
    workflowId: `sweep-${randomUUID()}`,
    taskQueue: engine.taskQueue,
    args: [input],
  });

const listed = (engine: Engine, id: string, attention: string) =>
  until(
    () => engine.payments.list({ attention, account: ACCOUNT, limit: 200 }),
    ({ items }) => items.some((item) => item.id === id),
    'the attention',
  );

const signalsOf = async (engine: Engine, id: string): Promise<number> =>
  (await eventsOf(engine.client, `payment/${id}`)).filter((type) => type === SIGNALED).length;

/** An id whose turn is within the quarter of an hour that a first sweep looks back on, and not at its edges. */
function idInTurn(): string {
  const now = Date.now();
  for (let k = 0; k < 10_000; k += 1) {
    const id = `p-${randomUUID()}`;
    if (turnBetween(id, now - 13 * MINUTE, now - MINUTE, PERIOD) !== null) return id;
  }
  throw new Error('no id has its turn now');
}

/** Visibility lags behind both, so that neither sees the other; where one did, another hold is taken. */
async function adoptTwice(
  engine: Engine,
): Promise<{ readonly ids: readonly string[]; readonly hold: string }> {
  for (let txid = 345_000_111; txid < 345_000_131; txid += 1) {
    const adopt = { reference: { txid: String(txid), sequenceNumber: 0 } };
    const twice = [1, 2].map(() => cardPayment({ authorization: { adopt } }));
    const made = await Promise.allSettled(twice.map((each) => engine.payments.create(each, { by: 'shop' })));
    if (made.every((each) => each.status === 'fulfilled'))
      return { ids: twice.map((each) => each.id).toSorted(), hold: `${ACCOUNT}/${txid}` };
  }
  throw new Error('no hold was adopted twice');
}

test('a payment with attention is poked once, writes no entry, and one without is left alone', async () => {
  const engine = await start();
  const id = idInTurn();
  await engine.payments.create(cardPayment({ id }), { by: 'shop' });
  const calm = cardPayment({ id: idInTurn() });
  await engine.payments.create(calm, { by: 'shop' });
  await engine.client.workflow.getHandle(`payment/${id}`).cancel();
  await listed(engine, id, 'cancel-requested');
  const before = await engine.payments.ledger(id);

  const first = await sweepNow(engine);
  expect(first).toMatchObject({ looked: 1, poked: 1, shared: [], terminated: { count: 0 }, complete: true });
  expect(await signalsOf(engine, id)).toBe(1);
  expect(await engine.payments.ledger(id)).toEqual(before);

  await until(
    () => sweepNow(engine),
    ({ since }) => since >= first.until,
    'a sweep that knows the first',
  );
  expect(await sweepNow(engine, { pagesPerRun: 1 }), 'in runs of one page').toMatchObject({
    looked: 1,
    complete: true,
  });
  expect(await signalsOf(engine, id)).toBe(1);
  expect(await signalsOf(engine, calm.id)).toBe(0);

  const port = sweepPort(engine.client, engine.taskQueue);
  await port.poke(id, 'one turn');
  await port.poke(id, 'one turn');
  expect(await signalsOf(engine, id)).toBe(2);
  await port.poke('nobody', 'one turn');
});

test('two open payments that adopted one hold are both frozen, once', async () => {
  const engine = await start();
  const body = cardPayment();
  await engine.payments.create(body, { by: 'shop' });
  await engine.payments.command(body.id, { type: 'capture', id: 'c-1', amount: 100 }, SHOP);
  const { ids, hold } = await adoptTwice(engine);

  const { shared } = await until(
    () => sweepNow(engine),
    (result) => result.shared.length > 0,
    'the shared hold',
  );
  expect(shared).toEqual([{ hold, payments: ids }]);
  for (const id of ids) {
    const { attention, attentions } = await engine.payments.get(id);
    expect(attention?.code).toBe('hold-shared');
    expect(attentions).toHaveLength(1);
    const asked = engine.payments.command(id, { type: 'capture', id: 'c-1', amount: 100 }, SHOP);
    await expect(asked).rejects.toMatchObject({ code: 'not-legal-now' });
  }
  await sweepNow(engine);
  expect(await Promise.all(ids.map((id) => signalsOf(engine, id)))).toEqual([1, 1]);
  expect((await engine.payments.get(body.id)).attention).toBeNull();
});

test('payments that were terminated or reset are named, and no others', async () => {
  const engine = await start();
  const bodies = [cardPayment(), cardPayment(), cardPayment()] as const;
  for (const body of bodies) await engine.payments.create(body, { by: 'shop' });
  const [ended, reset] = bodies;
  await engine.client.workflow.getHandle(`payment/${ended.id}`).terminate('by hand');
  const { events } = await engine.client.workflow.getHandle(`payment/${reset.id}`).fetchHistory();
  const firstTask = events?.find((event) => event.eventType === WORKFLOW_TASK_COMPLETED)?.eventId;
  if (firstTask === undefined || firstTask === null) throw new Error('no workflow task');
  await engine.client.workflowService.resetWorkflowExecution({
    namespace: engine.client.options.namespace,
    workflowExecution: { workflowId: `payment/${reset.id}` },
    workflowTaskFinishEventId: firstTask,
    requestId: randomUUID(),
    reason: 'by hand',
  });
  const { terminated } = await until(
    () => sweepNow(engine),
    (result) =>
      result.terminated.payments.some(({ how }) => how === 'reset') && result.terminated.count === 2,
    'both',
  );
  expect(terminated.payments.toSorted((a, b) => a.how.localeCompare(b.how))).toEqual([
    { payment: reset.id, how: 'reset' },
    { payment: ended.id, how: 'terminated' },
  ]);
});
