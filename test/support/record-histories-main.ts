// Records the golden histories of test/histories: real payments and orders on a real server, encrypted with the test
// key. Run it when a workflow changed on purpose, and look at what it overwrites:
//
//   TEMPORAL_ADDRESS=127.0.0.1:7233 node test/support/record-histories-main.ts [NAME...]
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Client } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { routeNotice } from '../../temporal/notice-routing.ts';
import type { fulfilment } from '../../workflows/fulfilment.ts';
import { readInbox } from '../../workflows/inbox.ts';
import { type OrderState, readProgress, shipItems } from '../../workflows/order-messages.ts';
import { LIVES, live } from './provider-lives.ts';
import { ACCOUNT, cardPayment, type Engine, OPERATOR, SHOP, startEngine, until } from './payments.ts';

const folder = fileURLToPath(new URL('../histories', import.meta.url));
type History = Awaited<ReturnType<ReturnType<Client['workflow']['getHandle']>['fetchHistory']>>;
/** Where the histories of a release are that are more than one workflow or one run. */
const released = join(folder, '0.1.0');
const eur = (value: number) => ({ value, currency: 'EUR' });

/** Each plays one life and returns the workflow whose runs are kept. */
const scenarios: Readonly<Record<string, (engine: Engine) => Promise<string>>> = {
  'three-shipments': async (engine) => {
    const id = await created(engine);
    await capture(engine, id, 'c-1', 3_000);
    await capture(engine, id, 'c-2', 3_000);
    await capture(engine, id, 'c-3');
    await engine.payments.command(id, { type: 'refund', id: 'r-1', amount: 1_000 }, SHOP);
    return `payment/${id}`;
  },
  'answer-lost': async (engine) => {
    const id = await created(engine);
    await engine.twin.admin.fault({ match: { request: 'capture' }, fault: 'lost-after' });
    await capture(engine, id, 'c-1', 3_000);
    await until(
      () => engine.payments.ledger(id),
      (ledger) => ledger.filter(({ type }) => type === 'capture.sent').length > 1,
    );
    await engine.twin.admin.set({ notifyUrl: engine.noticeUrl });
    await until(
      () => engine.payments.get(id),
      ({ captures }) => captures[0]?.state === 'approved',
    );
    await engine.twin.admin.set({ notifyUrl: null });
    return `payment/${id}`;
  },
  'declined-then-smaller': async (engine) => {
    const id = await created(engine, { amount: eur(200_000) });
    await capture(engine, id, 'c-1', 77_033);
    await capture(engine, id, 'c-2', 5_000);
    await engine.payments.command(id, { type: 'release', id: 'v-1' }, SHOP);
    return `payment/${id}`;
  },
  'pending-resolved': async (engine) => {
    const id = await created(engine, {}, '9410017000000003');
    await capture(engine, id, 'c-1', 1_000);
    await capture(engine, id, 'c-2', 2_000);
    await engine.payments.command(id, { type: 'withdraw', id: 'w-1', capture: 'c-2' }, SHOP);
    const word = { operation: 'c-1', outcome: 'approved' } as const;
    await engine.payments.command(
      id,
      { type: 'resolve', id: 's-1', word, evidence: 'seen in the portal', by: 'anna' },
      OPERATOR,
    );
    await engine.client.workflow.getHandle(`payment/${id}`).cancel();
    await engine.payments.command(
      id,
      { type: 'reschedule', id: 'p-1', plan: { onDeadline: 'capture' } },
      SHOP,
    );
    return `payment/${id}`;
  },
  'voided-and-closed': async (engine) => {
    const id = await created(engine);
    await engine.payments.command(id, { type: 'release', id: 'v-1' }, SHOP);
    await engine.client.workflow.getHandle(`payment/${id}`).result();
    return `payment/${id}`;
  },
  order: async (engine) => {
    const id = `order-${Date.now()}`;
    const request = {
      method: 'cc',
      options: { pseudocardpan: '9410010000000000001' },
      customer: { lastname: 'Muster', country: 'DE' },
    };
    const lines = [
      { id: 'shirt', description: 'Shirt', quantity: 2, unitPrice: eur(2_999) },
      { id: 'post', type: 'shipment', description: 'Parcel', quantity: 1, unitPrice: eur(495) },
    ] as const;
    const handle = await engine.client.workflow.start<typeof fulfilment>('fulfilment', {
      workflowId: `order/${id}`,
      taskQueue: engine.taskQueue,
      args: [{ order: { id, account: ACCOUNT, currency: 'EUR', lines, authorization: { request } } }],
    });
    for (const shipment of ['s-1', 's-2']) {
      await handle.executeUpdate(shipItems, {
        args: [{ shipment, items: [{ line: 'shirt', quantity: 1 }] }],
      });
    }
    await until<OrderState>(
      () => handle.query(readProgress),
      ({ status }) => status === 'complete',
    );
    return `order/${id}`;
  },
};

/** PAYONE's that have more than one run, or more than one workflow. */
const longer: Readonly<Record<string, (engine: Engine) => Promise<readonly string[]>>> = {
  'payone-continued': async (engine) => {
    const id = await created(engine);
    for (let number = 1; number <= 6; number += 1) await capture(engine, id, `c-${number}`, 1_000);
    await engine.payments.command(id, { type: 'refund', id: 'r-1', amount: 500 }, SHOP);
    await engine.payments.command(id, { type: 'release', id: 'v-1' }, SHOP);
    return [`payment/${id}`];
  },
  'payone-collected': async (engine) => {
    const id = await created(engine, { plan: { captures: 'collect', onDeadline: 'capture' } });
    await capture(engine, id, 'c-1', 1_000);
    await capture(engine, id, 'c-2', 2_000);
    await engine.payments.command(id, { type: 'withdraw', id: 'w-1', capture: 'c-1' }, SHOP);
    await engine.payments.command(id, { type: 'capture', id: 'c-3', amount: 3_000, final: true }, SHOP);
    return [`payment/${id}`];
  },
  'payone-swept': async (engine) => {
    const id = await created(engine);
    const workflowId = `sweep-${id}`;
    const { taskQueue } = engine;
    await engine.client.workflow.execute('sweep', { workflowId, taskQueue, args: [{}] });
    return [workflowId];
  },
  'payone-early-notice': async (engine) => {
    const body = cardPayment();
    await engine.twin.admin.set({ notifyUrl: engine.noticeUrl });
    const reference = engine.accounts.get(ACCOUNT)?.referenceOf(body.id, 'authorization') ?? '';
    const notice = { ...EARLY, reference, at: new Date().toISOString() };
    await routeNotice(engine.client, engine.taskQueue, { account: ACCOUNT, notice });
    const inbox = engine.client.workflow.getHandle(`inbox/${ACCOUNT}`);
    await until(
      () => inbox.query(readInbox),
      ({ waiting }) => waiting.some(({ tries }) => tries > 0),
    );
    await engine.payments.create(body, { by: 'shop' });
    await until(
      () => inbox.query(readInbox),
      ({ waiting }) => waiting.length === 0,
    );
    await engine.twin.admin.set({ notifyUrl: null });
    return [`inbox/${ACCOUNT}`, `payment/${body.id}`];
  },
};

const EARLY = {
  identity: 'early',
  providerReference: '999999999',
  about: 'nothing',
  state: 'approved',
  sequenceNumber: null,
  receivable: null,
  price: null,
  balance: null,
  currency: 'EUR',
  facts: {},
} as const;

async function created(engine: Engine, over = {}, card?: string): Promise<string> {
  const body = cardPayment(over, card);
  await engine.payments.create(body, { by: 'shop' });
  return body.id;
}

const capture = (engine: Engine, id: string, capture: string, amount?: number) =>
  engine.payments.command(
    id,
    { type: 'capture', id: capture, ...(amount === undefined ? {} : { amount }) },
    SHOP,
  );

const [host = '127.0.0.1:7233', namespace = 'default'] = [
  process.env['TEMPORAL_ADDRESS'],
  process.env['TEMPORAL_NAMESPACE'],
];
/** Every run of the workflows, oldest first: `name.json`, `name-2.json`. */
async function keep(name: string, client: Client, workflows: readonly string[]): Promise<void> {
  mkdirSync(released, { recursive: true });
  let nth = 0;
  for (const workflowId of workflows) {
    const runs: { readonly history: History; readonly events: number }[] = [];
    for (let runId: string | undefined; runId !== ''; ) {
      const history = await client.workflow.getHandle(workflowId, runId).fetchHistory();
      runs.unshift({ history, events: history.events?.length ?? 0 });
      runId = history.events?.[0]?.workflowExecutionStartedEventAttributes?.continuedExecutionRunId ?? '';
    }
    for (const { history, events } of runs) {
      nth += 1;
      const file = `${name}${nth === 1 ? '' : `-${nth}`}.json`;
      const text = JSON.stringify({ workflowId, history: JSON.parse(historyToJSON(history)) as unknown });
      writeFileSync(join(released, file), `${text}\n`);
      process.stderr.write(`${file}: ${events} events of ${workflowId}\n`);
    }
  }
}

const wanted = process.argv.slice(2);
mkdirSync(folder, { recursive: true });
for (const [name, play] of Object.entries(scenarios)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const engine = await startEngine(
    { address: host, namespace },
    { account: { repeats: ['PT1S'], closeAfter: 'PT1S' } },
  );
  try {
    const workflowId = await play(engine);
    const history = await engine.client.workflow.getHandle(workflowId).fetchHistory();
    const file = join(folder, `${name}.json`);
    writeFileSync(
      file,
      `${JSON.stringify({ workflowId, history: JSON.parse(historyToJSON(history)) as unknown })}\n`,
    );
    process.stderr.write(`${name}: ${history.events?.length ?? 0} events\n`);
  } finally {
    await engine.stop();
  }
}
for (const [name, play] of Object.entries(longer)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const continued = name === 'payone-continued' ? { client: { continueAfter: 40 } } : {};
  const engine = await startEngine(
    { address: host, namespace },
    { account: { repeats: ['PT1S'] }, ...continued },
  );
  try {
    await keep(name, engine.client, await play(engine));
  } finally {
    await engine.stop();
  }
}
for (const [name, scenario] of Object.entries(LIVES)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  await live({ address: host, namespace }, scenario, (client, workflows) => keep(name, client, workflows));
}
