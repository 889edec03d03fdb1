// What a payment asks beside its calls: the provider's books while an outcome is open, and references that have to be
// allocated. A read that fails or is none says nothing; an allocated reference goes out once, with the call it is for.
import '../support/quiet-runtime.ts';
import { randomUUID } from 'node:crypto';
import { Client, Connection } from '@temporalio/client';
import { NativeConnection, type Worker } from '@temporalio/worker';
import { ApplicationFailure } from '@temporalio/common';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import type { Capabilities } from '../../payment/capability.ts';
import type { ProviderCall } from '../../payment/call.ts';
import type { CallResult } from '../../payment/outcome.ts';
import type { ReadCall, ReadResult } from '../../payment/read.ts';
import { bodyHash } from '../../temporal/body-hash.ts';
import { workflowBundle } from '../../temporal/bundle.ts';
import { dataConverter } from '../../temporal/data-converter.ts';
import { createWorker } from '../../temporal/worker.ts';
import { commands, readCounter, readLedger, readOperation, readPayment } from '../../workflows/messages.ts';
import type { counter } from '../../workflows/counter.ts';
import type { payment } from '../../workflows/payment.ts';
import { factsOf } from '../support/payment-life.ts';
import { SHOP, until } from '../support/payments.ts';
import { testKeyRing } from '../support/test-key.ts';

const taskQueue = `reads-${randomUUID()}`;
const converter = dataConverter(testKeyRing());
const calls: ProviderCall[] = [];
const reads: ReadCall[] = [];
/** What a capture of this payment is answered, and then what the books say; by the payment's id. */
const answers = new Map<string, { call: CallResult; reads: (() => unknown)[] }>();

let connection: Connection;
let native: NativeConnection;
let client: Client;
let worker: Worker;
let done: Promise<void>;

beforeAll(async () => {
  const { address, namespace } = inject('temporal');
  connection = await Connection.connect({ address });
  client = new Client({ connection, namespace, dataConverter: converter });
  native = await NativeConnection.connect({ address });
  const act = async (call: ProviderCall): Promise<CallResult> => {
    calls.push(call);
    if (call.action === 'authorise')
      return { outcome: 'approved', providerReference: call.payment, hold: { id: call.payment } };
    return answers.get(call.payment)?.call ?? { outcome: 'approved' };
  };
  const read = async (call: ReadCall): Promise<unknown> => {
    reads.push(call);
    return answers.get(call.payment)?.reads.shift()?.() ?? { read: 'failed', reason: 'nothing scripted' };
  };
  worker = await createWorker({
    connection: native,
    namespace,
    taskQueue,
    dataConverter: converter,
    activities: { authorise: act, capture: act, release: act, refund: act, read },
    bundle: await workflowBundle(),
    longestCallMs: 0,
  });
  done = worker.run();
});
afterAll(async () => {
  worker.shutdown();
  await done;
  await native.close();
  await connection.close();
});

async function start(capabilities: Partial<Capabilities>, account = 'acc') {
  const id = `p-${randomUUID()}`;
  const facts = factsOf(
    { id, account },
    { sequence: null, resend: 'never', ...capabilities },
    { repeats: [200] },
  );
  return client.workflow.start<typeof payment>('payment', {
    taskQueue,
    workflowId: `payment/${id}`,
    args: [{ facts }],
  });
}

type Payment = Awaited<ReturnType<typeof start>>;
const idOf = (one: Payment): string => one.workflowId.slice('payment/'.length);

async function capture(one: Payment, id: string) {
  await until(
    () => one.query(readPayment),
    ({ authorization }) => authorization.state === 'approved',
    'the authorisation',
  );
  const command = { type: 'capture', id, amount: 2_500 } as const;
  return one.executeUpdate(commands.capture, {
    updateId: `capture/${id}`,
    args: [{ command, hash: bodyHash(command), ...SHOP, request: 'r' }],
  });
}

const ends = (one: Payment, id: string) =>
  until(
    () => one.query(readOperation, id),
    (operation) => operation?.state === 'approved' || operation?.state === 'declined',
    'the end',
  );

test('the books are asked until they say how it ended; reads that fail or are none say nothing', async () => {
  const one = await start({ query: 'operations' });
  answers.set(idOf(one), {
    call: { outcome: 'unknown', reason: 'lost', keys: { requestKey: 'k-1' } },
    reads: [
      () => {
        throw ApplicationFailure.nonRetryable('broken');
      },
      () => ({ read: 'approved', booked: -1 }),
      () => ({ read: 'approved', booked: 0.5 }),
      () => ({ read: 'declined', decline: { code: 7 } }),
      () => ({ read: 'absent' }),
      () => ({ read: 'maybe' }),
      () => null,
      () => ({ read: 'pending', remaining: '100' }),
      () => ({ read: 'approved', booked: 2_500 }) satisfies ReadResult,
    ],
  });
  expect((await capture(one, 'c-1')).state).toBe('unknown');
  expect(await ends(one, 'c-1')).toMatchObject({ state: 'approved', booked: { value: 2_500 } });
  const asked = reads.filter((call) => call.payment === idOf(one));
  expect(asked).toHaveLength(9);
  expect(asked[0]).toMatchObject({
    action: 'read',
    operation: 'c-1',
    kind: 'capture',
    amount: 2_500,
    hold: { id: idOf(one) },
    keys: { requestKey: 'k-1' },
  });
  const ledger = await one.query(readLedger);
  const own = ledger.filter((entry) => entry.operation === 'c-1').map(({ type, by }) => [type, by.via]);
  expect(own.at(-2)).toEqual(['capture.unknown', 'answer']);
  expect(own.at(-1)).toEqual(['capture.approved', 'query']);

  const { events } = await one.fetchHistory();
  const ids = (events ?? []).flatMap((event) => {
    const { activityId, activityType } = event.activityTaskScheduledEventAttributes ?? {};
    return activityType?.name === 'read' ? [activityId] : [];
  });
  expect(ids[0]).toMatch(/^c-1\?\d+$/);
  expect(new Set(ids).size).toBe(9);
  await one.terminate();
});

test('where calls carry a counted reference, each first send has its own', async () => {
  const account = `counted-${randomUUID()}`;
  const allocates = { from: 'counter', blockFor: null } as const;
  const both = await Promise.all([start({ allocates }, account), start({ allocates }, account)]);
  for (const one of both) {
    for (const id of ['c-1', 'c-2']) expect((await capture(one, id)).state).toMatch(/approved|planned/);
    await ends(one, 'c-2');
  }
  const sent = calls.filter((call) => call.account === account);
  expect(sent.map(({ allocated }) => Number(allocated)).toSorted((a, b) => a - b)).toEqual([
    1, 2, 3, 4, 5, 6,
  ]);
  const owner = client.workflow.getHandle<typeof counter>(`counter/${account}`);
  expect(await owner.query(readCounter)).toBe(6);
  await Promise.all([...both, owner].map((handle) => handle.terminate()));
});
