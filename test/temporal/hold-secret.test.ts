/**
 * Rule M8: a secret member of a hold reference is sealed at the edge. Histories without any encryption of payloads, search
 * attributes, queries and refusals never show it, and what was sealed for one payment opens for no other.
 */
import '../support/quiet-runtime.ts';
import { randomUUID } from 'node:crypto';
import { Client, Connection } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { createProviderActivities } from '../../activities/provider-activities.ts';
import { isSealed } from '../../activities/sealing.ts';
import type { HoldReference } from '../../payment/hold.ts';
import { workflowBundle } from '../../temporal/bundle.ts';
import { PaymentClient } from '../../temporal/client.ts';
import type { CreateBody } from '../../temporal/create-body.ts';
import { openedReference, sealedReference } from '../../temporal/hold-secret.ts';
import { createWorker } from '../../temporal/worker.ts';
import { readHold } from '../../workflows/messages.ts';
import { type Bench, openBench } from '../support/five-providers.ts';
import { until } from '../support/payments.ts';
import { testKeyRing } from '../support/test-key.ts';

const keyRing = testKeyRing();
let bench: Bench;
let client: Client;
let payments: PaymentClient;
let stop: () => Promise<void>;

beforeAll(async () => {
  const { address, namespace } = inject('temporal');
  bench = await openBench('ccv', `ccv-${randomUUID().slice(0, 8)}`, {
    authorizationTimeoutMs: 3_000,
    unknownAfter: 'PT1S',
  });
  const accounts = new Map([[bench.account.name, bench.account]]);
  const connection = await Connection.connect({ address });
  // Without a codec: what stands in a history stands there in the clear.
  client = new Client({ connection, namespace });
  const taskQueue = `test-${randomUUID()}`;
  payments = new PaymentClient({ client, taskQueue, accounts, keyRing });
  const native = await NativeConnection.connect({ address });
  const worker = await createWorker({
    connection: native,
    namespace,
    taskQueue,
    dataConverter: {},
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
  await bench.stop();
});

const adopting = (reference: HoldReference, id = `p-${randomUUID()}`): CreateBody => ({
  id,
  account: bench.account.name,
  amount: { value: 5_000, currency: 'EUR' },
  authorization: { adopt: { reference } },
});

const secretOf = (reference: HoldReference): string => String(reference['authReference']);

/** Every text and every byte of a value, as text. */
function textIn(value: unknown): string {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('utf8');
  if (Array.isArray(value)) return value.map(textIn).join('\n');
  if (typeof value === 'object' && value !== null)
    return Object.entries(value)
      .map(([name, each]) => `${name} ${textIn(each)}`)
      .join('\n');
  return String(value);
}

/** All that the server keeps of a payment. */
async function keptOf(payment: string): Promise<string> {
  const handle = client.workflow.getHandle(`payment/${payment}`);
  const [history, described] = await Promise.all([handle.fetchHistory(), handle.describe()]);
  return `${textIn(history)}\n${textIn(described.raw)}`;
}

const holdAttribute = async (payment: string): Promise<unknown> =>
  (await client.workflow.getHandle(`payment/${payment}`).describe()).searchAttributes['TrancheHold'];

describe('adopting', () => {
  test('the history has the reference sealed, and the search attribute its hash', async () => {
    const reference = await bench.hold(5_000);
    const body = adopting(reference);
    await payments.create(body, { by: 'shop' });
    const kept = await keptOf(body.id);
    expect(kept).not.toContain(secretOf(reference));
    expect(kept).toContain('sealed:v1:');
    expect(await holdAttribute(body.id)).toEqual([
      `${bench.account.name}/${bench.account.holdKey(reference)}`,
    ]);
    const { hold } = await client.workflow.getHandle(`payment/${body.id}`).query(readHold);
    expect(hold).toMatchObject({ authReferenceVersion: '1' });
    expect(isSealed(hold?.['authReference'])).toBe(true);
    expect(JSON.stringify(await payments.core(body.id))).not.toContain(secretOf(reference));

    // The same body is the same payment although each sealing differs.
    expect(await payments.create(body, { by: 'shop' })).toMatchObject({ repeated: true });
    const said: unknown[] = [];
    for (const other of [
      adopting(await bench.hold(5_000), body.id),
      adopting(reference),
      adopting({ ...reference, authReferenceVersion: '' }),
      adopting({ ...reference, stray: 'x' }),
    ]) {
      said.push(await payments.create(other, { by: 'shop' }).catch((error: unknown) => error));
    }
    expect(said).toMatchObject([
      { code: 'idempotency-conflict' },
      { code: 'hold-shared' },
      { code: 'validation', path: 'authorization.adopt.reference.authReferenceVersion' },
      { code: 'validation', path: 'authorization.adopt.reference.stray' },
    ]);
    for (const error of said)
      expect(error instanceof Error && `${error.message} ${error.stack}`).not.toContain(secretOf(reference));
  });

  test('the terminal gets it in the clear', async () => {
    const reference = await bench.hold(5_000);
    const body = adopting(reference);
    await payments.create(body, { by: 'shop' });
    const { receipt } = await payments.command(
      body.id,
      { type: 'capture', id: 'c-1', amount: 2_000 },
      { by: 'shop', role: 'caller' },
    );
    expect(receipt).toMatchObject({ state: 'approved' });
    expect(await keptOf(body.id)).not.toContain(secretOf(reference));
  });

  test('a caller may give it sealed for this payment, and for no other', async () => {
    const reference = await bench.hold(5_000);
    const body = adopting(reference);
    const sealed = sealedReference(reference, { account: bench.account, payment: body.id }, keyRing);
    await expect(payments.create(adopting(sealed), { by: 'shop' })).rejects.toMatchObject({
      code: 'validation',
      path: 'authorization.adopt.reference.authReference',
    });
    await payments.create(adopting(sealed, body.id), { by: 'shop' });
    expect(await holdAttribute(body.id)).toEqual([
      `${bench.account.name}/${bench.account.holdKey(reference)}`,
    ]);
  });
});

test('a person’s word on an authorisation is sealed too', async () => {
  await bench.admin('faults', { match: { paymentType: 'AUTHORISE' }, fault: 'lost-after', times: 1 });
  const id = `p-${randomUUID()}`;
  const amount = { value: 6_100, currency: 'EUR' };
  await payments.create(
    { id, account: bench.account.name, amount, authorization: { request: { method: 'terminal' } } },
    { by: 'shop' },
  );
  await until(
    () => payments.get(id),
    ({ authorization }) => authorization.state === 'unknown',
    'the lost answer',
  );
  const reference = await bench.hold(6_100);
  const resolve = (given: HoldReference, command = 'x-1') =>
    payments.command(
      id,
      {
        type: 'resolve',
        id: command,
        word: { operation: 'authorization', outcome: 'approved', amount: 6_100, reference: given },
        evidence: 'the ticket of the terminal',
        by: 'anna',
      },
      { by: 'anna', role: 'operator' },
    );
  await expect(resolve({ authReference: secretOf(reference) })).rejects.toMatchObject({
    code: 'validation',
    path: 'reference.authReferenceVersion',
  });
  await resolve(reference);
  expect(await payments.get(id)).toMatchObject({ status: 'authorized' });
  expect(await keptOf(id)).not.toContain(secretOf(reference));
  expect(await resolve(reference)).toMatchObject({ repeated: true });
  await until(
    () => holdAttribute(id),
    (hold) => String(hold) === `${bench.account.name}/${bench.account.holdKey(reference)}`,
    'the hash of the hold',
  );
});

test('what is no secret stays as it is, and a text that only looks sealed is refused', () => {
  const owner = { account: bench.account, payment: 'p-1' };
  const path = 'reference';
  const reference = { authReference: 'plain', authReferenceVersion: 1 };
  const sealed = sealedReference(reference, owner, keyRing);
  expect(sealed['authReferenceVersion']).toBe(1);
  expect(openedReference(sealed, owner, keyRing, path)).toEqual(reference);
  expect(openedReference(reference, owner, keyRing, path)).toEqual(reference);
  const forged = { ...reference, authReference: 'sealed:v1:none:abcd' };
  expect(() => openedReference(forged, owner, keyRing, path)).toThrow('is sealed under');
});
