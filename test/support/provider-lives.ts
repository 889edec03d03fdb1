// Lives for the golden histories beside PAYONE's: payments of the other four providers with the workflows that serve them.
import { randomUUID } from 'node:crypto';
import { Client, Connection } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import { createProviderActivities } from '../../activities/provider-activities.ts';
import { workflowBundle } from '../../temporal/bundle.ts';
import { PaymentClient } from '../../temporal/client.ts';
import { dataConverter } from '../../temporal/data-converter.ts';
import { createWorker } from '../../temporal/worker.ts';
import { type Bench, type Name, openBench } from './five-providers.ts';
import { OPERATOR, SHOP, until } from './payments.ts';
import type { ProvidedTemporal } from './temporal-server.ts';
import { testKeyRing } from './test-key.ts';

/** One provider's account, and an engine that serves it. */
interface Life {
  readonly bench: Bench;
  readonly account: string;
  readonly payments: PaymentClient;
  readonly client: Client;
}

/** Each plays one life and returns the workflows whose runs are kept. */
type Play = (life: Life) => Promise<readonly string[]>;

interface Scenario {
  readonly provider: Name;
  /** Over the account's defaults. */
  readonly account?: Readonly<Record<string, unknown>>;
  readonly play: Play;
}

const HELD = 10_000;

async function adopted({ bench, account, payments }: Life, over: object = {}): Promise<string> {
  const id = `p-${randomUUID()}`;
  const reference = await bench.hold(HELD);
  const amount = { value: HELD, currency: bench.currency };
  await payments.create(
    { id, account, amount, authorization: { adopt: { reference } }, ...over },
    { by: 'shop' },
  );
  return id;
}

async function settled({ payments }: Life, id: string): Promise<void> {
  await until(
    () => payments.get(id),
    ({ captures, releases, refunds }) =>
      [...captures, ...releases, ...refunds].every(({ state }) =>
        ['approved', 'declined', 'not_performed'].includes(state),
      ),
    'the end of every operation',
  );
}

const capture = ({ payments }: Life, id: string, amount: number, more: object = {}) =>
  payments.command(id, { type: 'capture', id: `c-${amount}`, amount, ...more }, SHOP);

const refund = ({ payments }: Life, id: string, amount: number, more: object = {}) =>
  payments.command(id, { type: 'refund', id: `r-${amount}`, amount, ...more }, SHOP);

export const LIVES: Readonly<Record<string, Scenario>> = {
  'swedbankpay-rest-cancelled': {
    provider: 'swedbankpay',
    play: async (life) => {
      const id = await adopted(life);
      await capture(life, id, 2_500);
      await capture(life, id, 4_000, { final: true });
      await settled(life, id);
      await refund(life, id, 1_000, { capture: 'c-2500' });
      await settled(life, id);
      return [`payment/${id}`];
    },
  },
  'swedbankpay-counted': {
    provider: 'swedbankpay',
    account: { payeeReferenceDigits: 12 },
    play: async (life) => {
      const id = await adopted(life);
      await capture(life, id, 2_500);
      await capture(life, id, 7_500);
      await settled(life, id);
      return [`payment/${id}`, `counter/${life.account}`];
    },
  },
  'ccv-terminal': {
    provider: 'ccv',
    play: async (life) => {
      const id = `p-${randomUUID()}`;
      const amount = { value: 5_000, currency: 'EUR' };
      const authorization = { request: { method: 'terminal' } };
      await life.payments.create({ id, account: life.account, amount, authorization }, { by: 'shop' });
      await until(
        () => life.payments.get(id),
        ({ authorization: { state } }) => state === 'approved',
        'the approval',
      );
      await capture(life, id, 2_500);
      await settled(life, id);
      return [`payment/${id}`, `terminal/${life.account}`];
    },
  },
  'ccv-unknown-resolved': {
    provider: 'ccv',
    account: { unknownAfter: 'PT1S' },
    play: async (life) => {
      const id = await adopted(life);
      await life.bench.admin('faults', { fault: 'lost-after', times: 10 });
      await capture(life, id, 2_500);
      await until(
        () => life.payments.get(id),
        ({ attention }) => attention !== null,
        'the attention',
      );
      const word = { operation: 'c-2500', outcome: 'approved' } as const;
      const by = 'anna';
      await life.payments.command(
        id,
        { type: 'resolve', id: 's-1', word, evidence: 'the slip', by },
        OPERATOR,
      );
      return [`payment/${id}`, `terminal/${life.account}`];
    },
  },
  'paymentoptions-final': {
    provider: 'paymentoptions',
    play: async (life) => {
      const id = await adopted(life);
      await capture(life, id, 6_000);
      await settled(life, id);
      return [`payment/${id}`];
    },
  },
  'finline-read': {
    provider: 'finline',
    account: { absenceAfter: 'PT4S' },
    play: async (life) => {
      const id = await adopted(life);
      await life.bench.admin('faults', { fault: 'lost-after' });
      await capture(life, id, 6_000);
      await settled(life, id);
      await refund(life, id, 1_000);
      await settled(life, id);
      return [`payment/${id}`];
    },
  },
  'finline-collected': {
    provider: 'finline',
    play: async (life) => {
      const id = await adopted(life, { plan: { captures: 'collect', onDeadline: 'capture' } });
      await capture(life, id, 1_000);
      await capture(life, id, 2_000);
      await life.payments.command(id, { type: 'withdraw', id: 'w-1', capture: 'c-1000' }, SHOP);
      await capture(life, id, 3_000, { final: true });
      await settled(life, id);
      return [`payment/${id}`];
    },
  },
};

/** Plays one life on a server; `use` gets the workflows that are kept. */
export async function live(
  { address, namespace }: ProvidedTemporal,
  { provider, account: over, play }: Scenario,
  use: (client: Client, workflows: readonly string[]) => Promise<void>,
): Promise<void> {
  const account = `${provider}-${randomUUID().slice(0, 8)}`;
  const taskQueue = `record-${randomUUID()}`;
  const keyRing = testKeyRing();
  const bench = await openBench(provider, account, over);
  const accounts = new Map([[account, bench.account]]);
  const converter = dataConverter(keyRing);
  const connection = await Connection.connect({ address });
  const client = new Client({ connection, namespace, dataConverter: converter });
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
  const done = worker.run();
  try {
    const payments = new PaymentClient({ client, taskQueue, accounts, keyRing });
    await use(client, await play({ bench, account, payments, client }));
  } finally {
    worker.shutdown();
    await done;
    await bench.stop();
    await native.close();
    await connection.close();
  }
}
