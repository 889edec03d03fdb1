// What the merchant hears of a payment: every entry, in order, at least once and by one id, whatever the receiver does;
// and what it costs the payment. A receiver on loopback, the real server, and tries milliseconds apart.
import { randomUUID } from 'node:crypto';
import proto from '@temporalio/proto';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import type { WebhookEvent } from '../../activities/contract.ts';
import { createWebhookActivities } from '../../activities/webhook-activities.ts';
import { configureWebhooks, type WebhookEndpoints } from '../../temporal/webhook-endpoint.ts';
import { listWebhooks } from '../../temporal/webhook-list.ts';
import { isQuiet } from '../../workflows/webhook-event.ts';
import { dropWebhook, readWebhook, retryWebhook } from '../../workflows/webhook-messages.ts';
import {
  ACCOUNT,
  cardPayment,
  type Engine,
  eventsOf,
  SHOP,
  startEngine,
  until,
} from '../support/payments.ts';
import { type Receiver, startReceiver } from '../support/webhook-receiver.ts';

const { EventType } = proto.temporal.api.enums.v1;
const SECRET = `whsec_${Buffer.alloc(32, 5).toString('base64')}`;
const OLDER = 'an-older-secret-as-plain-text';
const BY = { by: 'anna' };

let orders: Receiver;
let ledgers: Receiver;
let endpoints: WebhookEndpoints;
let engine: Engine;
beforeAll(async () => {
  orders = await startReceiver();
  ledgers = await startReceiver();
  const endpoint = { secret: SECRET, allowPrivate: true };
  endpoints = configureWebhooks(
    {
      webhooks: [
        { ...endpoint, name: 'orders', url: orders.url, secret: [SECRET, OLDER] },
        { ...endpoint, name: 'ledgers', url: ledgers.url },
        { ...endpoint, name: 'refunds', url: orders.url, types: ['refund.*'] },
        { ...endpoint, name: 'elsewhere', url: orders.url, accounts: ['another'] },
      ],
      accounts: { another: { provider: 'payone' } },
    },
    { timeoutMs: 2_000 },
  );
  engine = await startEngine(inject('temporal'), {
    twin: { settleMs: 600_000 },
    account: { closeAfter: 'PT1S' },
    client: { tells: () => true },
    activities: createWebhookActivities({ port: endpoints, waits: [100, 300, 600] }),
  });
});
afterAll(async () => {
  await engine.stop();
  await endpoints.close();
  await orders.stop();
  await ledgers.stop();
});

const of = (receiver: Receiver, payment: string) =>
  receiver.received.filter(({ event }) => event.data.payment.id === payment);
const entriesOf = (receiver: Receiver, payment: string): readonly number[] =>
  of(receiver, payment)
    .filter(({ status }) => status === 200)
    .map(({ event }) => event.data.entry);
const numbers = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index + 1);

const capture = (id: string, amount: number) => ({ type: 'capture', id, amount }) as const;
const handleOf = (payment: string) => engine.client.workflow.getHandle(`webhook/${payment}`);

/** Until an endpoint has heard of every entry that is worth telling. */
async function heard(receiver: Receiver, payment: string): Promise<readonly number[]> {
  const ledger = await engine.payments.ledger(payment);
  const last = ledger.findLast((entry) => !isQuiet(entry))?.n ?? 0;
  return until(
    async () => entriesOf(receiver, payment),
    (entries) => entries.includes(last),
    `entry ${last}`,
  );
}

test('every entry arrives once, in the order of the ledger, signed by each secret, with amounts as Money', async () => {
  const body = cardPayment({ order: { reference: 'o-77' } });
  await engine.payments.create(body, { by: 'shop' });
  await engine.payments.command(body.id, capture('c-1', 4_000), SHOP);
  await engine.payments.command(body.id, { type: 'refund', id: 'r-1', amount: 500 }, SHOP);
  await engine.payments.command(body.id, { type: 'release', id: 'v-1' }, SHOP);
  const ledger = await until(
    () => engine.payments.ledger(body.id),
    (entries) => !isQuiet(entries.at(-1) ?? { type: 'capture.sent' }),
  );
  await heard(orders, body.id);
  await heard(ledgers, body.id);

  const got = of(ledgers, body.id);
  expect(got.map(({ event }) => event.data.entry)).toEqual(numbers(ledger.length));
  expect(got.map(({ event }) => event.type)).toEqual(ledger.map(({ type }) => type));
  expect(got.map(({ event }) => event.timestamp)).toEqual(ledger.map(({ at }) => at));
  for (const { raw, headers } of got)
    expect(new Webhook(SECRET).verify(raw, headers)).toEqual(JSON.parse(raw));
  const [first] = of(orders, body.id);
  if (first === undefined) throw new Error('nothing came');
  expect(() => new Webhook(SECRET).verify(first.raw, first.headers)).not.toThrow();
  expect(() => new Webhook(OLDER, { format: 'raw' }).verify(first.raw, first.headers)).not.toThrow();
  expect(() => new Webhook(SECRET).verify(`${first.raw} `, first.headers)).toThrow();

  const taken = got.find(({ event }) => event.type === 'capture.approved')?.event.data;
  const eur = (value: number) => ({ value, currency: 'EUR' });
  expect(taken).toMatchObject({
    payment: {
      id: body.id,
      account: ACCOUNT,
      provider: 'payone',
      status: 'partially_captured',
      order: { reference: 'o-77' },
      amounts: { authorized: eur(10_000), held: eur(6_000), captured: eur(4_000), refunded: eur(0) },
    },
    operation: {
      id: 'c-1',
      type: 'capture',
      state: 'approved',
      amount: eur(4_000),
      booked: eur(4_000),
      origin: 'engine',
    },
    by: { kind: 'provider', via: 'answer' },
  });
  // Only refunds go to the third endpoint, which shares the receiver of the first; an entry has one id everywhere.
  const twice = of(orders, body.id).filter(
    ({ id }, index, all) => all.findIndex((each) => each.id === id) < index,
  );
  expect(twice.map(({ event }) => event.type.split('.')[0])).toEqual(['refund', 'refund', 'refund']);
  expect(new Set(got.map(({ id }) => id)).size).toBe(ledger.length);
  expect(of(orders, body.id).map(({ id }) => id)).toEqual(expect.arrayContaining(got.map(({ id }) => id)));
});

test('it costs a capture six events more: an activity, and the task that its end brings', async () => {
  const body = cardPayment();
  await engine.payments.create(body, { by: 'shop' });
  await engine.payments.command(body.id, capture('c-1', 1_000), SHOP);
  // The authorisation and each capture are a call and a telling.
  const settled = (captures: number) =>
    until(
      () => eventsOf(engine.client, `payment/${body.id}`),
      (events) =>
        events.filter((type) => type === EventType.EVENT_TYPE_ACTIVITY_TASK_COMPLETED).length ===
          2 * (captures + 1) && events.at(-1) === EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED,
      'the last event told',
    );
  const before = await settled(1);
  for (const [count, id] of ['c-2', 'c-3', 'c-4', 'c-5'].entries()) {
    await engine.payments.command(body.id, capture(id, 1_000), SHOP);
    await settled(count + 2);
  }
  const after = await settled(5);
  expect((after.length - before.length) / 4).toBe(17);
});

test('a receiver that is down gets everything when it is up again, in order, each by the id of its first try', async () => {
  const { payment, tell } = await told();
  orders.answer((event, before) => (event.data.payment.id === payment && before < 2 ? 503 : 200));
  await tell();
  const accepted = await heard(orders, payment);
  orders.answer(() => 200);
  expect(accepted).toEqual(numbers(accepted.length));
  expect(of(orders, payment)).toHaveLength(3 * accepted.length);
  expect(new Set(of(orders, payment).map(({ id }) => id)).size).toBe(accepted.length);
  // The other endpoint did not wait.
  expect(entriesOf(ledgers, payment)).toEqual(accepted);
});

test('what nobody takes is a dead letter: listed, in a person’s view, and delivered when it is retried', async () => {
  const { payment, tell } = await told();
  orders.answer((event) =>
    event.data.payment.id === payment ? { status: 307, headers: { location: ledgers.url } } : 200,
  );
  await tell();
  const view = await until(
    () => handleOf(payment).query(readWebhook),
    (all) => all.some(({ dead, waiting }) => dead.length > 0 && waiting.length === 0),
    'dead letters',
  );
  const [endpoint] = view.filter(({ dead }) => dead.length > 0);
  expect(endpoint).toMatchObject({ endpoint: 'orders', waiting: [], overflow: 0 });
  expect(endpoint?.dead[0]).toMatchObject({ entry: 1, type: 'payment.created', why: 'undelivered' });
  // The first was tried four times; those behind a dead letter once each.
  const tries = of(orders, payment).map(({ event }) => event.data.entry);
  expect(tries.filter((entry) => entry === 1)).toHaveLength(4);
  expect(tries.filter((entry) => entry === 2)).toHaveLength(1);
  const listed = await until(
    () => listWebhooks(engine.client, engine.taskQueue, { waiting: false, limit: 200 }),
    (items) => items.some((item) => item.payment === payment),
    'the list',
  );
  expect(listed.find((item) => item.payment === payment)).toMatchObject({
    account: ACCOUNT,
    attention: 'webhook-undelivered',
  });

  orders.answer(() => 200);
  const retried = await handleOf(payment).executeUpdate(retryWebhook, { args: [BY] });
  expect(retried).toBe(endpoint?.dead.length);
  expect(await heard(orders, payment)).toEqual(numbers(retried));
  // Nothing is left: it ends, and takes its attention with it.
  await handleOf(payment).result();
  await until(
    () => listWebhooks(engine.client, engine.taskQueue, { waiting: false, limit: 200 }),
    (items) => !items.some((item) => item.payment === payment),
    'an empty list',
  );
});

test('410 ends it for this payment and endpoint until a person retries; what is dropped is gone', async () => {
  const { payment, tell } = await told();
  orders.answer((event) => (event.data.payment.id === payment ? 410 : 200));
  await tell();
  await until(
    () => handleOf(payment).query(readWebhook),
    (all) => all.some(({ dead }) => dead.length > 1),
    'dead letters',
  );
  await engine.payments.command(payment, capture('c-9', 100), SHOP);
  await heard(ledgers, payment);
  expect(of(orders, payment)).toHaveLength(1);
  const [view] = await handleOf(payment).query(readWebhook);
  expect(view?.dead.map(({ why }) => why)).toEqual(view?.dead.map(() => 'gone'));
  expect(await handleOf(payment).executeUpdate(dropWebhook, { args: [{ ...BY, entry: 1 }] })).toBe(1);
  expect(await handleOf(payment).executeUpdate(dropWebhook, { args: [{ ...BY, endpoint: 'nobody' }] })).toBe(
    0,
  );
  await handleOf(payment).executeUpdate(dropWebhook, { args: [BY] });
  await handleOf(payment).result();
  orders.answer(() => 200);
});

test('a person’s retry ends the waiting; Retry-After is waited for', async () => {
  const { payment, tell } = await told();
  const wait = { status: 429, headers: { 'retry-after': '3600' } };
  orders.answer((event) => (event.data.payment.id === payment ? wait : 200));
  await tell();
  await until(
    async () => of(orders, payment).length,
    (count) => count === 1,
    'the first try',
  );
  await heard(ledgers, payment);
  expect(of(orders, payment)).toHaveLength(1);
  orders.answer(() => 200);
  expect(await handleOf(payment).executeUpdate(retryWebhook, { args: [BY] })).toBe(0);
  const entries = await heard(orders, payment);
  expect(entries).toEqual(numbers(entries.length));
});

test('no history holds a secret or the address of an endpoint, and payments go on as new runs without telling twice', async () => {
  const other = await startEngine(inject('temporal'), {
    taskQueue: `told-${randomUUID()}`,
    twin: { settleMs: 600_000, seed: 5_000 },
    client: { tells: () => true, continueAfter: 60 },
    activities: createWebhookActivities({ port: endpoints, waits: [100] }),
  });
  try {
    const body = cardPayment();
    await other.payments.create(body, { by: 'shop' });
    for (let k = 1; k <= 10; k += 1) await other.payments.command(body.id, capture(`c-${k}`, 500), SHOP);
    const ledger = await other.payments.ledger(body.id);
    const { runId, raw } = await other.client.workflow.getHandle(`payment/${body.id}`).describe();
    expect(raw.workflowExecutionInfo?.firstRunId).not.toBe(runId);
    await until(
      async () => entriesOf(ledgers, body.id).length,
      (count) => count >= ledger.length,
    );
    expect(entriesOf(ledgers, body.id)).toEqual(numbers(ledger.length));
    for (const id of [`payment/${body.id}`, `webhook/${body.id}`]) {
      const history = JSON.stringify(await other.client.workflow.getHandle(id).fetchHistory());
      for (const secret of [SECRET, OLDER, orders.url]) expect(history).not.toContain(secret);
    }
  } finally {
    await other.stop();
  }
});

test('a payment is closed after its last event was handed over', async () => {
  const body = cardPayment();
  await engine.payments.create(body, { by: 'shop' });
  await engine.payments.command(body.id, capture('c-1', 10_000), SHOP);
  await engine.client.workflow.getHandle(`payment/${body.id}`).result();
  const types = await until(
    async () => of(ledgers, body.id).map(({ event }): WebhookEvent['type'] => event.type),
    (all) => all.includes('payment.closed'),
    'payment.closed',
  );
  expect(types.at(-1)).toBe('payment.closed');
});

/** A payment, and something that writes entries worth telling of. */
async function told(): Promise<{ readonly payment: string; readonly tell: () => Promise<void> }> {
  const body = cardPayment();
  return {
    payment: body.id,
    tell: async () => {
      await engine.payments.create(body, { by: 'shop' });
      await engine.payments.command(body.id, capture('c-1', 1_000), SHOP);
    },
  };
}
