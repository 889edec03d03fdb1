// A notice is durable once the server took the signal, finds its payment whenever it comes, and counts once.
import { Client, Connection, type ConnectionOptions } from '@temporalio/client';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import type { Notice } from '../../payment/notice.ts';
import { dataConverter } from '../../temporal/data-converter.ts';
import { routeNotice } from '../../temporal/notice-routing.ts';
import { readInbox } from '../../workflows/inbox.ts';
import {
  ACCOUNT,
  cardPayment,
  type Engine,
  eventsOf,
  SHOP,
  startEngine,
  until,
} from '../support/payments.ts';
import { testKeyRing } from '../support/test-key.ts';

type Interceptor = NonNullable<ConnectionOptions['interceptors']>[number];

let engine: Engine;
beforeAll(async () => {
  engine = await startEngine(inject('temporal'), { account: { closeAfter: 'PT1S' } });
  await engine.twin.admin.set({ notifyUrl: engine.noticeUrl });
});
afterAll(() => engine.stop());

const notice = (over: Partial<Notice>): Notice => ({
  identity: `n-${Math.random()}`,
  providerReference: '1',
  about: 'nothing',
  state: 'approved',
  sequenceNumber: null,
  receivable: null,
  price: null,
  balance: null,
  currency: 'EUR',
  at: new Date().toISOString(),
  facts: {},
  ...over,
});
const route = (over: Partial<Notice>) =>
  routeNotice(engine.client, engine.taskQueue, { account: ACCOUNT, notice: notice(over) });

test('the provider reports captures and refunds, and nothing is booked twice', async () => {
  const body = cardPayment();
  await engine.payments.create(body, { by: 'shop' });
  await engine.payments.command(body.id, { type: 'capture', id: 'c-1', amount: 4_000 }, SHOP);
  await engine.payments.command(body.id, { type: 'capture', id: 'c-2' }, SHOP);
  const core = await until(
    () => engine.payments.core(body.id),
    ({ confirmed }) => confirmed === 2,
    'the notices',
  );
  expect(core.machine.context.sequence).toEqual({ usedUp: 2, notified: expect.any(Number) });
  expect((await engine.payments.get(body.id)).amounts.captured.value).toBe(10_000);
  expect((await engine.payments.get(body.id)).attentions).toEqual([]);
});

test('a pending capture ends by its notice', async () => {
  const body = cardPayment({}, '9410017000000001');
  await engine.payments.create(body, { by: 'shop' });
  const { receipt } = await engine.payments.command(
    body.id,
    { type: 'capture', id: 'c-1', amount: 4_000 },
    SHOP,
  );
  expect(receipt.state).toBe('pending');
  const done = (state: string | undefined) => state === 'approved';
  await until(
    () => engine.payments.get(body.id),
    ({ captures }) => done(captures[0]?.state),
    'the approval',
  );
});

test('an answer lost after the booking is settled by the notice, without a second booking', async () => {
  const body = cardPayment();
  await engine.payments.create(body, { by: 'shop' });
  const { txid } = (await engine.payments.core(body.id)).machine.context.authorization.hold ?? {};
  await engine.twin.admin.fault({ match: { request: 'capture', txid: String(txid) }, fault: 'lost-after' });
  const { receipt } = await engine.payments.command(
    body.id,
    { type: 'capture', id: 'c-1', amount: 4_000 },
    SHOP,
  );
  expect(['unknown', 'approved']).toContain(receipt.state);
  await until(
    () => engine.payments.get(body.id),
    ({ captures }) => captures[0]?.state === 'approved',
    'the approval',
  );
  expect(await engine.twin.admin.process(String(txid))).toMatchObject({ captured: 4_000, sequence: 1 });
});

test('the same event told twice is one signal', async () => {
  const body = cardPayment();
  await engine.payments.create(body, { by: 'shop' });
  const reference =
    (await engine.payments.core(body.id)).machine.context.authorization.providerReference ?? '';
  const at = { identity: 'the-same', providerReference: reference, about: 'nothing' } as const;
  const first = await until(
    () => route(at),
    ({ to }) => to === 'payment',
  );
  expect(first.workflowId).toBe(`payment/${body.id}`);
  const before = (await eventsOf(engine.client, `payment/${body.id}`)).filter((type) => type === 26).length;
  await route(at);
  const after = (await eventsOf(engine.client, `payment/${body.id}`)).filter((type) => type === 26).length;
  expect(after).toBe(before);
});

test('a notice that comes before its payment waits in the inbox and is handed over later', async () => {
  const body = cardPayment();
  const account = engine.accounts.get(ACCOUNT);
  const reference = account?.referenceOf(body.id, 'authorization') ?? '';
  const early = await route({ identity: 'early', reference, providerReference: '999999999' });
  expect(early).toEqual({ to: 'inbox', workflowId: `inbox/${ACCOUNT}` });
  const inbox = engine.client.workflow.getHandle(early.workflowId);
  await until(
    () => inbox.query(readInbox),
    ({ waiting }) => waiting.some((each) => each.tries > 0),
    'a try',
  );
  // The answer that names the provider's id is lost: our reference is what finds the payment.
  await engine.twin.admin.set({ notifyUrl: null });
  await engine.twin.admin.fault({ match: { request: 'preauthorization' }, fault: 'lost-after', times: 100 });
  await engine.payments.create(body, { by: 'shop' });
  await until(
    () => inbox.query(readInbox),
    ({ waiting, attention, done }) => waiting.length + attention.length === 0 || done.includes('early'),
    'the delivery',
  );
  await engine.twin.admin.clearFaults();
  await engine.twin.admin.set({ notifyUrl: engine.noticeUrl });
});

test('a notice of a closed payment is kept for a person', async () => {
  const body = cardPayment();
  await engine.payments.create(body, { by: 'shop' });
  await engine.payments.command(body.id, { type: 'capture', id: 'c-1' }, SHOP);
  const reference = (await engine.payments.get(body.id)).authorization.providerReference ?? '';
  await engine.client.workflow.getHandle(`payment/${body.id}`).result();
  const ended = `WorkflowId = 'payment/${body.id}' AND ExecutionStatus = 'Completed'`;
  await until(
    () => engine.client.workflow.count(ended),
    ({ count }) => count === 1,
    'its end in visibility',
  );
  const late = await route({ identity: 'too-late', providerReference: reference, about: 'chargeback' });
  expect(late.to).toBe('inbox');
  const { attention } = await until(
    () => engine.client.workflow.getHandle(late.workflowId).query(readInbox),
    (state) => state.attention.some((each) => each.notice.identity === 'too-late'),
    'the attention',
  );
  expect(attention.find((each) => each.notice.identity === 'too-late')).toMatchObject({ why: 'closed' });
});

test('a notice that is faster than the answer loses nothing of it', async () => {
  const body = cardPayment();
  const reference = engine.accounts.get(ACCOUNT)?.referenceOf(body.id, 'authorization') ?? '';
  await engine.twin.admin.fault({ match: { reference }, fault: 'delay', delayMs: 1_000, at: 'after' });
  await engine.payments.create(body, { by: 'shop' });
  const { receipt } = await engine.payments.command(
    body.id,
    { type: 'capture', id: 'c-1', amount: 4_000 },
    SHOP,
  );
  expect(receipt).toMatchObject({ state: 'approved', booked: 4_000 });
});

test('a visibility store that hangs leaves time for the inbox', async () => {
  const { address, namespace } = inject('temporal');
  const connection = await Connection.connect({
    address,
    interceptors: [
      // The request for the list begins and never ends, so that the server has nothing to answer.
      (options, next) => {
        const call = next(options);
        if (options.method_definition.path.endsWith('/ListWorkflowExecutions'))
          Object.assign(call, { sendMessageWithContext: () => undefined, halfClose: () => undefined });
        return call as ReturnType<Interceptor>;
      },
    ],
  });
  const client = new Client({ connection, namespace, dataConverter: dataConverter(testKeyRing()) });
  const account = `hangs-${ACCOUNT}`;
  try {
    const routed = await client.withDeadline(Date.now() + 6_000, () =>
      routeNotice(client, engine.taskQueue, { account, notice: notice({ identity: 'hangs' }) }),
    );
    expect(routed).toEqual({ to: 'inbox', workflowId: `inbox/${account}` });
    const { waiting } = await engine.client.workflow.getHandle(routed.workflowId).query(readInbox);
    expect(waiting.map((each) => each.notice.identity)).toEqual(['hangs']);
    await engine.client.workflow.getHandle(routed.workflowId).terminate();
  } finally {
    await connection.close();
  }
});
