/** Rule: the gauges over all payments say what the payments themselves say, and a server that is away leaves no old values behind. */
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { Metrics } from '../../temporal/metrics.ts';
import { viewPayments } from '../../temporal/metrics-view.ts';
import { cardPayment, type Engine, SHOP, startEngine, until } from '../support/payments.ts';

let engine: Engine;

beforeEach(async () => {
  engine = await startEngine(inject('temporal'), { account: { unknownAfter: 'PT1S' } });
});
afterEach(() => engine.stop());

/** Every scrape asks anew. */
function view(over: Partial<Parameters<typeof viewPayments>[1]> = {}, now: () => number = Date.now): Metrics {
  const metrics = new Metrics({ ofProcess: false });
  const { client, taskQueue, payments } = engine;
  const source = { client, taskQueue, callQueues: [], read: (id: string) => payments.get(id), ...over };
  viewPayments(metrics, source, { freshFor: 0, sumsFreshFor: 0, patience: 20_000, now });
  return metrics;
}

const scrape = async (metrics: Metrics): Promise<readonly string[]> => (await metrics.text()).split('\n');

test('open payments, what is held near its deadline, queues and workers', async () => {
  const near = cardPayment({
    plan: {
      captures: 'immediate',
      onDeadline: 'alert',
      deadline: new Date(Date.now() + 7_200_000).toISOString(),
    },
  });
  await engine.payments.create(near, { by: 'shop' });
  await engine.payments.create(cardPayment(), { by: 'shop' });
  await engine.payments.command(near.id, { type: 'capture', id: 'c-1', amount: 4_000, final: false }, SHOP);
  const lines = await until(
    () => scrape(view()),
    (found) =>
      found.includes('tranche_payments{status="partially_captured"} 1') &&
      found.includes('tranche_payments{status="authorized"} 1'),
    'the counts',
  );
  for (const line of [
    'tranche_payments{status="locked"} 0',
    'tranche_payments_attention{code="books-differ"} 0',
    'tranche_payments_near_deadline{hours="1"} 0',
    'tranche_payments_near_deadline{hours="24"} 1',
    'tranche_held_near_deadline_minor_units{currency="EUR"} 6000',
    'tranche_held_near_deadline_unread_payments 0',
    'tranche_unknown_oldest_seconds 0',
    'tranche_payments_broken 0',
  ])
    expect(lines).toContain(line);
  const pollers = lines.filter((line) => line.startsWith('tranche_task_queue_pollers'));
  expect(pollers).toHaveLength(2);
  for (const line of pollers) expect(Number(line.split(' ').at(-1))).toBeGreaterThan(0);
  for (const id of [near.id, 'c-1']) expect(lines.join('\n')).not.toContain(id);
});

test('an unknown outcome ages until somebody settles it', async () => {
  const body = cardPayment();
  await engine.payments.create(body, { by: 'shop' });
  await engine.twin.admin.fault({ match: { request: 'capture' }, fault: 'lost-before', times: 1_000 });
  await engine.payments.command(body.id, { type: 'capture', id: 'c-1', amount: 4_000 }, SHOP);
  const attention = 'tranche_payments_attention{code="outcome-unknown"} 1';
  await until(
    () => scrape(view()),
    (found) => found.includes(attention),
    'the attention',
  );
  const { attentions } = await engine.payments.get(body.id);
  const later = Date.parse(attentions[0]?.since ?? '') + 3_600_000;
  expect(await scrape(view({}, () => later))).toContain('tranche_unknown_oldest_seconds 3600');
  const unread = view({ read: () => Promise.reject(new Error('no worker')) });
  expect(
    (await scrape(unread)).find((line) => line.startsWith('tranche_unknown_oldest_seconds')),
  ).toBeDefined();
});

test('without a server nothing is shown that looks like an answer', async () => {
  const away = view({
    client: Object.assign(Object.create(engine.client) as typeof engine.client, {
      withDeadline: () => Promise.reject(new Error('away')),
    }),
  });
  const lines = await scrape(away);
  expect(lines.filter((line) => /^tranche_(payments|unknown|held|task|view)/.test(line))).toEqual([]);
});
