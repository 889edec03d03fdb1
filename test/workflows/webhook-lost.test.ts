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
    // One local activity for what was told at once, and an ordinary one for what was told later.
    const types = bundle.histories.flatMap(({ events }) => events.map(({ eventType }) => eventType));
    expect(types).toContain('EVENT_TYPE_MARKER_RECORDED');
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

async function startWorkerProcess(engine: Engine, receiver: Receiver): Promise<ChildProcess> {
  const { address, namespace } = inject('temporal');
  const order = {
    address,
    namespace,
    taskQueue: engine.taskQueue,
    accounts: { [ACCOUNT]: engine.accountConfig },
    webhooks: webhooksAt(receiver),
  };
  const main = fileURLToPath(new URL('../support/webhook-worker-main.ts', import.meta.url));
  const child = spawn(process.execPath, [main, JSON.stringify(order)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.add(child);
  await once(createInterface({ input: child.stdout }), 'line');
  return child;
}
