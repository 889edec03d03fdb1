/**
 * Rule: where a provider's books can be read, a hold is adopted only as they have it: what is held there now, else a refusal
 * with both figures; what cannot be read starts nothing and may be asked again.
 */
import '../support/quiet-runtime.ts';
import { randomUUID } from 'node:crypto';
import { Client, Connection } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { createProviderActivities } from '../../activities/provider-activities.ts';
import type { HoldReference } from '../../payment/hold.ts';
import type { Notice } from '../../payment/notice.ts';
import type { ProviderAccount } from '../../providers/provider.ts';
import { providers } from '../../providers/registry.ts';
import { workflowBundle } from '../../temporal/bundle.ts';
import { PaymentClient } from '../../temporal/client.ts';
import type { CreateBody } from '../../temporal/create-body.ts';
import { dataConverter } from '../../temporal/data-converter.ts';
import { deliverNotice } from '../../temporal/notice-routing.ts';
import { createWorker } from '../../temporal/worker.ts';
import { type Bench, NAMES, type Name, openBench } from '../support/five-providers.ts';
import { until } from '../support/payments.ts';
import { testKeyRing } from '../support/test-key.ts';

const READABLE = ['swedbankpay', 'paymentoptions', 'finline'] as const;

const benches = new Map<Name, Bench>();
const accounts = new Map<string, ProviderAccount>();
let client: Client;
let payments: PaymentClient;
let stop: () => Promise<void>;

beforeAll(async () => {
  const { address, namespace } = inject('temporal');
  const suffix = randomUUID().slice(0, 8);
  for (const name of NAMES) {
    const bench = await openBench(name, `${name}-${suffix}`);
    benches.set(name, bench);
    accounts.set(bench.account.name, bench.account);
  }
  const nowhere = { provider: 'paymentoptions', url: 'http://127.0.0.1:1/', authorization: 'Basic a' };
  const gone = providers
    .get('paymentoptions')
    ?.configure('nowhere', { ...nowhere, apiKey: 'k', merchantId: 'm' });
  if (gone !== undefined) accounts.set('nowhere', gone);

  const keyRing = testKeyRing();
  const converter = dataConverter(keyRing);
  const connection = await Connection.connect({ address });
  client = new Client({ connection, namespace, dataConverter: converter });
  const taskQueue = `test-${randomUUID()}`;
  payments = new PaymentClient({ client, taskQueue, accounts, keyRing });
  const native = await NativeConnection.connect({ address });
  const worker = await createWorker({
    connection: native,
    namespace,
    taskQueue,
    dataConverter: converter,
    activities: createProviderActivities({ accounts, keyRing }),
    bundle: await workflowBundle(),
    longestCallMs: 3_000,
  });
  const running = worker.run();
  stop = async () => {
    worker.shutdown();
    await running;
    await native.close();
    await connection.close();
  };
});

afterAll(async () => {
  await stop();
  for (const bench of benches.values()) await bench.stop();
  await accounts.get('nowhere')?.close();
});

const of = (name: Name): Bench => {
  const bench = benches.get(name);
  if (bench === undefined) throw new Error(name);
  return bench;
};

const adopting = ({ account, currency }: Bench, reference: HoldReference, value: number): CreateBody => ({
  id: `p-${randomUUID()}`,
  account: account.name,
  amount: { value, currency },
  authorization: { adopt: { reference } },
});

async function refusal(body: CreateBody): Promise<unknown> {
  const error = await payments.create(body, { by: 'shop' }).catch((caught: unknown) => caught);
  // Nothing was started: nobody knows the payment.
  await expect(payments.get(body.id)).rejects.toMatchObject({ code: 'not-found' });
  return error;
}

/** How many requests the twin keeps in its books. */
const reads = async (bench: Bench): Promise<number> =>
  JSON.stringify(await bench.admin('books')).split('"tookEffect"').length;

describe.each(READABLE)('%s', (name) => {
  test('what is held is adopted', async () => {
    const bench = of(name);
    const body = adopting(bench, await bench.hold(10_000), 10_000);
    await payments.create(body, { by: 'shop' });
    expect(await payments.get(body.id)).toMatchObject({
      status: 'authorized',
      amounts: { held: body.amount },
    });
  });

  test.each([9_999, 10_001])('%i of 10 000 is refused with both figures', async (amount) => {
    const bench = of(name);
    expect(await refusal(adopting(bench, await bench.hold(10_000), amount))).toMatchObject({
      code: 'validation',
      path: 'amount',
      outcome: 'none',
      retryable: false,
      figures: { asked: amount, held: 10_000 },
    });
  });

  test('what was captured elsewhere is held no more', async () => {
    const bench = of(name);
    const hold = await bench.hold(10_000);
    await bench.observe(hold, 3_000);
    // One of several captures leaves the rest, a single one frees it.
    const left = name === 'swedbankpay' ? 7_000 : 0;
    expect(await refusal(adopting(bench, hold, 10_000))).toMatchObject({
      code: 'validation',
      path: 'amount',
      figures: { asked: 10_000, held: left },
    });
    if (left === 0) return;
    const body = adopting(bench, hold, left);
    await payments.create(body, { by: 'shop' });
    expect(await payments.get(body.id)).toMatchObject({ amounts: { held: body.amount } });
  });

  test('a repeat is answered by the payment and asks nobody', async () => {
    const bench = of(name);
    const body = adopting(bench, await bench.hold(10_000), 10_000);
    await payments.create(body, { by: 'shop' });
    const before = await reads(bench);
    expect(await payments.create(body, { by: 'shop' })).toMatchObject({ repeated: true });
    expect(await reads(bench)).toBe(before);
  });
});

test.each([
  ['paymentoptions', { transactionId: 'nothing-there' }],
  ['finline', { orderId: 'nothing-there' }],
] as const)('%s has no such hold', async (name, reference) => {
  expect(await refusal(adopting(of(name), reference, 10_000))).toMatchObject({
    code: 'validation',
    path: 'authorization.adopt.reference',
    outcome: 'none',
  });
});

test('a payment that nobody has paid yet is no hold', async () => {
  const bench = of('swedbankpay');
  const made = await bench.admin('payments', {
    payeeReference: 'UNPAID1',
    amount: 10_000,
    currency: 'SEK',
    authorised: false,
  });
  expect(await refusal(adopting(bench, { payment: String(made['id']) }, 10_000))).toMatchObject({
    code: 'validation',
    path: 'authorization.adopt.reference',
  });
});

test('books that cannot be read start nothing, and the same request may come again', async () => {
  const bench = of('finline');
  const hold = await bench.hold(10_000);
  const body = adopting(bench, hold, 10_000);
  await bench.admin('faults', { match: { request: 'list' }, fault: 'http-500', times: 1 });
  expect(await refusal(body)).toMatchObject({ code: 'unavailable', outcome: 'none', retryable: true });
  await payments.create(body, { by: 'shop' });
  expect(await payments.get(body.id)).toMatchObject({ status: 'authorized' });

  const elsewhere = { ...of('paymentoptions'), account: accounts.get('nowhere') ?? bench.account };
  expect(await refusal(adopting(elsewhere, { transactionId: 't-1' }, 1))).toMatchObject({
    code: 'unavailable',
    outcome: 'none',
    retryable: true,
  });
});

test('a merchant’s own order id may hold more than letters and digits: notices find it, and nobody adopts it twice', async () => {
  const bench = of('finline');
  const orderId = 'Bestellung 7/ü (2), 50 %';
  await bench.admin('orders', { orderId, amount: 10_000, currency: 'UAH' });
  const body = adopting(bench, { orderId }, 10_000);
  await payments.create(body, { by: 'shop' });
  const again = adopting(bench, { orderId }, 10_000);
  const told: Notice = {
    identity: `e-${randomUUID()}`,
    providerReference: orderId,
    about: 'hint',
    state: 'pending',
    sequenceNumber: null,
    receivable: null,
    price: null,
    balance: null,
    currency: 'UAH',
    at: new Date().toISOString(),
    facts: {},
  };
  const workflowId = `payment/${body.id}`;
  await until(
    () => deliverNotice(client, { account: bench.account.name, notice: told }),
    (delivery) => delivery === 'delivered',
    workflowId,
  );
  expect(await refusal(again)).toMatchObject({ code: 'hold-shared' });
});

test('a terminal has no books: the caller is believed', async () => {
  const bench = of('ccv');
  const body = adopting(bench, await bench.hold(5_000), 4_000);
  await payments.create(body, { by: 'shop' });
  expect(await payments.get(body.id)).toMatchObject({ amounts: { held: body.amount } });
});
