// Records the golden histories of test/histories: real payments and orders on a real server, encrypted with the test
// key. Run it when a workflow changed on purpose, and look at what it overwrites:
//
//   TEMPORAL_ADDRESS=127.0.0.1:7233 node test/support/record-histories-main.ts [NAME...]
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import type { fulfilment } from '../../workflows/fulfilment.ts';
import { type OrderState, readProgress, shipItems } from '../../workflows/order-messages.ts';
import { ACCOUNT, cardPayment, type Engine, OPERATOR, SHOP, startEngine, until } from './payments.ts';

const folder = fileURLToPath(new URL('../histories', import.meta.url));
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
