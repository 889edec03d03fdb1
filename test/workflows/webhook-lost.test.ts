// Nothing is lost: not where events cannot be handed over at once, nor where a worker dies between the POST and its
// record; and what a payment told stands in a bundle that verifies.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { ApplicationFailure } from '@temporalio/common';
import { afterAll, expect, inject, test } from 'vitest';
import { createWebhookActivities } from '../../activities/webhook-activities.ts';
import { exportPayment } from '../../audit/export.ts';
import { replayRuns } from '../../audit/replay-runs.ts';
import { verifyBundle } from '../../audit/verify.ts';
import { encryptionCodec } from '../../temporal/codec.ts';
import { routeNotice } from '../../temporal/notice-routing.ts';
import type { Notice } from '../../payment/notice.ts';
import { readInbox } from '../../workflows/inbox.ts';
import { configureWebhooks } from '../../temporal/webhook-endpoint.ts';
import { ACCOUNT, cardPayment, type Engine, SHOP, startEngine, until } from '../support/payments.ts';
import { testKeyRing } from '../support/test-key.ts';
import { type Receiver, startReceiver } from '../support/webhook-receiver.ts';

const SECRET = `whsec_${Buffer.alloc(32, 6).toString('base64')}`;
const children = new Set<ChildProcess>();
afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
});

const webhooksAt = ({ url }: Receiver) => [{ name: 'orders', url, secret: SECRET, allowPrivate: true }];
const capture = (id: string) => ({ type: 'capture', id, amount: 1_000 }) as const;

async function entriesOf({ received }: Receiver, count: number): Promise<readonly number[]> {
  const got = await until(
    async () => [...received],
    (all) => all.length >= count,
    `${count} events`,
  );
  return got.map(({ event }) => event.data.entry);
}

test('captures are answered while events cannot be handed over; then all arrive in order, and the bundle verifies', async () => {
  const receiver = await startReceiver();
  const endpoints = configureWebhooks({ webhooks: webhooksAt(receiver), accounts: {} });
  const activities = createWebhookActivities({ port: endpoints, waits: [100] });
  let shut = false;
  const engine = await startEngine(inject('temporal'), {
    twin: { settleMs: 600_000 },
    account: { closeAfter: 'PT1S' },
    client: { tells: () => true },
    activities: {
      ...activities,
      tellWebhooks: (news: Parameters<typeof activities.tellWebhooks>[0]) => {
        if (shut) throw ApplicationFailure.retryable('the server takes nothing');
        return activities.tellWebhooks(news);
      },
    },
  });
  try {
    const body = cardPayment();
    await engine.payments.create(body, { by: 'shop' });
    await entriesOf(receiver, 3);
    shut = true;
    for (const id of ['c-1', 'c-2']) {
      const { receipt } = await engine.payments.command(body.id, capture(id), SHOP);
      expect(receipt.state).toBe('approved');
    }
    expect(receiver.received).toHaveLength(3);
    shut = false;
    await engine.payments.command(body.id, { type: 'capture', id: 'c-3', amount: 8_000 }, SHOP);
    await engine.client.workflow.getHandle(`payment/${body.id}`).result();
    const ledger = await engine.payments.ledger(body.id);
    expect(ledger.at(-1)?.type).toBe('payment.closed');
    expect(await entriesOf(receiver, ledger.length)).toEqual(ledger.map(({ n }) => n));

    const origin = { client: engine.client, codec: encryptionCodec(testKeyRing()) };
    const { bundle, differences } = await exportPayment(origin, body.id);
    expect(differences).toEqual([]);
    expect(JSON.stringify(bundle)).toContain('"tellWebhooks"');
    const verdict = await verifyBundle(bundle, { replay: replayRuns });
    expect(verdict.checks.filter(({ pass }) => pass === false)).toEqual([]);
    expect(verdict.holds).toBe(true);
  } finally {
    await engine.stop();
    await endpoints.close();
    await receiver.stop();
  }
});

test('what a provider says while the end of a payment is being told is told to a person, and no entry changes its number', async () => {
  const receiver = await startReceiver();
  const endpoints = configureWebhooks({ webhooks: webhooksAt(receiver), accounts: {} });
  const activities = createWebhookActivities({ port: endpoints, waits: [100] });
  let duringTelling: () => Promise<void> = async () => undefined;
  const engine = await startEngine(inject('temporal'), {
    twin: { settleMs: 600_000, seed: 7_200 },
    account: { closeAfter: 'PT1S' },
    client: { tells: () => true },
    activities: {
      ...activities,
      tellWebhooks: async (news: Parameters<typeof activities.tellWebhooks>[0]) => {
        await activities.tellWebhooks(news);
        if (news.events.some(({ type }) => type === 'payment.closed')) await duringTelling();
      },
    },
  });
  try {
    const body = cardPayment();
    await engine.payments.create(body, { by: 'shop' });
    await engine.payments.command(body.id, { type: 'capture', id: 'c-1', amount: 10_000 }, SHOP);
    const { providerReference } = (await engine.payments.get(body.id)).authorization;
    const chargeback: Notice = {
      identity: `chargeback-of-${body.id}`,
      providerReference: providerReference ?? '',
      about: 'chargeback',
      state: 'approved',
      sequenceNumber: 1,
      receivable: null,
      price: 3_000,
      balance: null,
      currency: 'EUR',
      at: new Date().toISOString(),
      facts: {},
    };
    const routes: string[] = [];
    duringTelling = async () => {
      const routed = { account: ACCOUNT, notice: chargeback };
      routes.push((await routeNotice(engine.client, engine.taskQueue, routed)).to);
    };
    await engine.client.workflow.getHandle(`payment/${body.id}`).result();
    expect(routes).toEqual(['payment']);
    const ledger = await engine.payments.ledger(body.id);
    expect(ledger.at(-1)?.type).toBe('payment.closed');
    expect(await entriesOf(receiver, ledger.length)).toEqual(ledger.map(({ n }) => n));
    const { attention } = await until(
      () => engine.client.workflow.getHandle(`inbox/${ACCOUNT}`).query(readInbox),
      (inbox) => inbox.attention.length > 0,
      'the notice in the inbox',
    );
    expect(attention.map(({ notice, why }) => [notice.identity, why])).toContainEqual([
      chargeback.identity,
      'closed',
    ]);
    const origin = { client: engine.client, codec: encryptionCodec(testKeyRing()) };
    const verdict = await verifyBundle((await exportPayment(origin, body.id)).bundle, { replay: replayRuns });
    expect(verdict.checks.filter(({ pass }) => pass === false)).toEqual([]);
  } finally {
    await engine.stop();
    await endpoints.close();
    await receiver.stop();
  }
});

test('a worker that dies when it has told: another command changes no number, and each entry has one id', async () => {
  const receiver = await startReceiver();
  const endpoints = configureWebhooks({ webhooks: webhooksAt(receiver), accounts: {} });
  const engine = await startEngine(inject('temporal'), {
    worker: false,
    twin: { settleMs: 600_000, seed: 7_100 },
    client: { tells: () => true },
    activities: createWebhookActivities({ port: endpoints }),
  });
  try {
    const doomed = await startWorkerProcess(engine, receiver, 'capture.approved');
    const killed = once(doomed, 'exit');
    const body = cardPayment();
    await engine.payments.create(body, { by: 'shop' });
    const first = engine.payments.command(body.id, capture('c-1'), SHOP).catch(() => null);
    await killed;
    const second = engine.payments.command(body.id, capture('c-2'), SHOP).catch(() => null);
    await engine.startWorker();
    await Promise.all([first, second]);
    const ledger = await until(
      () => engine.payments.ledger(body.id),
      (entries) => entries.filter(({ type }) => type === 'capture.approved').length === 2,
      'both captures',
    );
    await until(
      async () => new Set(receiver.received.map(({ event }) => event.data.entry)).size,
      (entries) => entries >= ledger.length,
      'every entry',
    );
    const told = receiver.received.map(({ id, event }) => ({
      id,
      said: `${event.data.entry} ${event.type} ${event.timestamp}`,
    }));
    expect(new Set(told.map(({ said }) => said))).toEqual(
      new Set(ledger.map(({ n, type, at }) => `${n} ${type} ${at}`)),
    );
    expect(new Set(told.map(({ id }) => id)).size).toBe(ledger.length);
  } finally {
    await engine.stop();
    await endpoints.close();
    await receiver.stop();
  }
});

test('a worker that dies after the POST: its repeat has the same id, and what follows waits for it', async () => {
  const receiver = await startReceiver();
  const endpoints = configureWebhooks({ webhooks: webhooksAt(receiver), accounts: {} });
  const engine = await startEngine(inject('temporal'), {
    worker: false,
    twin: { settleMs: 600_000, seed: 7_000 },
    client: { tells: () => true },
    activities: createWebhookActivities({ port: endpoints }),
  });
  try {
    const doomed = await startWorkerProcess(engine, receiver);
    const killed = once(doomed, 'exit');
    receiver.answer((event, before) => {
      if (event.type !== 'authorization.approved' || before > 0) return 200;
      doomed.kill('SIGKILL');
      return null;
    });
    const body = cardPayment();
    const created = engine.payments.create(body, { by: 'shop' }).catch(() => null);
    await killed;
    await engine.startWorker();
    await created;
    await engine.payments.command(body.id, capture('c-1'), SHOP);
    await until(
      async () => receiver.accepted().map(({ event }) => event.type),
      (types) => types.includes('capture.approved'),
      'the capture',
    );
    // What was in one activity with it comes again too; each entry by its own id, and the first times in order.
    const got = receiver.received.map(({ id, event }) => `${event.data.entry} ${id}`);
    expect(got.filter((each) => each.startsWith('3 '))).toHaveLength(2);
    expect(new Set(got).size).toBe(6);
    const accepted = new Set(receiver.accepted().map(({ event }) => event.data.entry));
    expect([...accepted]).toEqual([1, 2, 3, 4, 5, 6]);
  } finally {
    await engine.stop();
    await endpoints.close();
    await receiver.stop();
  }
});

/** @param dieAfter - kills itself when it has handed over an event of this type. */
async function startWorkerProcess(
  engine: Engine,
  receiver: Receiver,
  dieAfter?: string,
): Promise<ChildProcess> {
  const { address, namespace } = inject('temporal');
  const order = {
    address,
    namespace,
    taskQueue: engine.taskQueue,
    accounts: { [ACCOUNT]: engine.accountConfig },
    webhooks: webhooksAt(receiver),
    ...(dieAfter === undefined ? {} : { dieAfter }),
  };
  const main = fileURLToPath(new URL('../support/webhook-worker-main.ts', import.meta.url));
  const child = spawn(process.execPath, [main, JSON.stringify(order)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.add(child);
  await once(createInterface({ input: child.stdout }), 'line');
  return child;
}
