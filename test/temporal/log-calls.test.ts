/** Rule M8: every provider call of a real worker is one line and one count, and neither has a secret, a card or a payload in it. */
import { afterEach, expect, inject, test } from 'vitest';
import type { ProviderActivities } from '../../activities/contract.ts';
import { watchCalls } from '../../activities/metrics.ts';
import { createProviderActivities } from '../../activities/provider-activities.ts';
import { callLog } from '../../temporal/log-calls.ts';
import { createLog } from '../../temporal/log.ts';
import { Metrics } from '../../temporal/metrics.ts';
import { ACCOUNT, cardPayment, type Engine, SHOP, startEngine } from '../support/payments.ts';
import { testKeyRing } from '../support/test-key.ts';

let engine: Engine | undefined;

afterEach(() => engine?.stop());

test('a payment with planted secrets, approved, refused and lost', async () => {
  const lines: string[] = [];
  const { logger } = createLog({ people: false, out: { write: (line) => lines.push(line) } });
  const metrics = new Metrics({ ofProcess: false });
  // The accounts are there only once the engine is, and calls come only after that.
  const watched: { activities?: ProviderActivities } = {};
  const activities = (): ProviderActivities => {
    if (watched.activities === undefined) throw new Error('not started');
    return watched.activities;
  };
  engine = await startEngine(inject('temporal'), {
    activities: {
      authorise: (call) => activities().authorise(call),
      capture: (call) => activities().capture(call),
    } satisfies Partial<ProviderActivities>,
  });
  const { accounts, payments, twin } = engine;
  watched.activities = watchCalls(createProviderActivities({ accounts, keyRing: testKeyRing() }), accounts, [
    metrics,
    callLog(logger),
  ]);

  const body = cardPayment();
  await payments.create(body, { by: 'shop' });
  const capture = (id: string, description: string) =>
    payments.command(body.id, { type: 'capture', id, amount: 1_000, final: false, description }, SHOP);
  await capture('c-1', 'planted-description');
  await twin.admin.fault({ match: { request: 'capture' }, fault: 'garbage' });
  await capture('c-2', 'planted-garbage');

  const facts = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(facts.slice(0, 3)).toMatchObject([
    {
      msg: 'provider call',
      payment: body.id,
      operation: 'authorization',
      outcome: 'approved',
      level: 'info',
    },
    { msg: 'provider call', payment: body.id, operation: 'c-1', outcome: 'approved', account: ACCOUNT },
    { msg: 'provider call', payment: body.id, operation: 'c-2', outcome: 'unknown', level: 'warn' },
  ]);
  const text = await metrics.text();
  expect(text).toContain(`provider="payone",account="${ACCOUNT}",action="capture",outcome="unknown"} 1`);
  expect(text).not.toContain(body.id);
  for (const planted of [
    'sandbox-portal-key',
    '9410010000000000001',
    'Muster',
    'planted-',
    '14648',
    '2040559',
    'APPROVED',
    'txid',
  ])
    expect(text + lines.join('')).not.toContain(planted);
});
