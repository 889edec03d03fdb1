// A whole engine for one test file: worker, payment client and PAYONE twin on loopback, on a task queue of its own.
import './quiet-runtime.ts';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { randomUUID } from 'node:crypto';
import { Client, Connection } from '@temporalio/client';
import { NativeConnection, type Worker } from '@temporalio/worker';
import { createCommandActivities } from '../../activities/command-activities.ts';
import { createProviderActivities } from '../../activities/provider-activities.ts';
import { createSweepActivities } from '../../activities/sweep-activities.ts';
import type { AccountConfig, ProviderAccount } from '../../providers/provider.ts';
import { type SpawnedPayoneTwin, spawnPayoneTwin } from '../../sandbox/payone/spawn.ts';
import type { PayoneTwinOptions } from '../../sandbox/payone/options.ts';
import { configureAccounts } from '../../temporal/accounts.ts';
import { workflowBundle } from '../../temporal/bundle.ts';
import { PaymentClient, type PaymentClientOptions } from '../../temporal/client.ts';
import type { CreateBody } from '../../temporal/create-body.ts';
import { dataConverter } from '../../temporal/data-converter.ts';
import { routeNotice } from '../../temporal/notice-routing.ts';
import { paymentPort } from '../../temporal/payment-port.ts';
import { rpcRetryInterceptor } from '../../temporal/rpc-retry.ts';
import { sweepPort } from '../../temporal/sweep-port.ts';
import { createWorker } from '../../temporal/worker.ts';
import type { ProvidedTemporal } from './temporal-server.ts';
import { testKeyRing } from './test-key.ts';

/** One name for each test file: files share a server, and an account's inbox is found by its name. */
export const ACCOUNT = `payone-${randomUUID().slice(0, 8)}`;
export const SHOP = { by: 'shop', role: 'caller' } as const;
export const OPERATOR = { by: 'anna', role: 'operator' } as const;

export interface EngineOptions {
  readonly twin?: PayoneTwinOptions;
  /** Over the account's defaults. */
  readonly account?: Readonly<Record<string, unknown>>;
  readonly client?: Partial<PaymentClientOptions>;
  /** @default true */
  readonly worker?: boolean;
  readonly taskQueue?: string;
  /** More activities. */
  readonly activities?: object;
}

export interface Engine {
  readonly payments: PaymentClient;
  readonly client: Client;
  readonly taskQueue: string;
  readonly twin: SpawnedPayoneTwin;
  readonly accounts: ReadonlyMap<string, ProviderAccount>;
  readonly accountConfig: AccountConfig;
  /** Where the twin's notices go; it answers TSOK once they are durable. */
  readonly noticeUrl: string;
  startWorker(): Promise<RunningWorker>;
  /** As a second process would ask; it counts nothing of what the first has in flight. */
  anotherClient(): PaymentClient;
  stop(): Promise<void>;
}

export interface RunningWorker {
  readonly worker: Worker;
  stop(): Promise<void>;
}

export const accountFor = (
  gatewayUrl: string,
  over: Readonly<Record<string, unknown>> = {},
): AccountConfig => ({
  provider: 'payone',
  url: gatewayUrl,
  mid: '14648',
  aid: '17321',
  portalId: '2040559',
  key: 'sandbox-portal-key',
  mode: 'test',
  timeoutMs: 3_000,
  ...over,
});

export async function startEngine(temporal: ProvidedTemporal, options: EngineOptions = {}): Promise<Engine> {
  const taskQueue = options.taskQueue ?? `test-${randomUUID()}`;
  const twin = await spawnPayoneTwin({
    notifyDelayMs: 20,
    retryDelayMs: 200,
    settleMs: 150,
    ...options.twin,
  });
  const accountConfig = accountFor(twin.gatewayUrl, options.account);
  const accounts = configureAccounts({ [ACCOUNT]: accountConfig });
  const keyRing = testKeyRing();
  const converter = dataConverter(keyRing);
  const connection = await Connection.connect({
    address: temporal.address,
    interceptors: [rpcRetryInterceptor()],
  });
  const client = new Client({ connection, namespace: temporal.namespace, dataConverter: converter });
  const anotherClient = () => new PaymentClient({ client, taskQueue, accounts, ...options.client });
  const payments = anotherClient();
  const native = await NativeConnection.connect({ address: temporal.address });

  const account = accounts.get(ACCOUNT);
  const edge = createServer((request, response) => {
    void (async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const verdict = account?.readNotice({
        headers: request.headers,
        body: Buffer.concat(chunks),
        remoteAddress: '127.0.0.1',
      });
      if (verdict?.verdict === 'notice')
        await routeNotice(client, taskQueue, { account: ACCOUNT, notice: verdict.notice });
      response.end('TSOK');
    })().catch(() => response.writeHead(500).end());
  });
  edge.listen(0, '127.0.0.1');
  await once(edge, 'listening');
  const noticeUrl = `http://127.0.0.1:${(edge.address() as AddressInfo).port}/`;

  const running = new Set<RunningWorker>();
  const startWorker = async (): Promise<RunningWorker> => {
    const worker = await createWorker({
      connection: native,
      namespace: temporal.namespace,
      taskQueue,
      dataConverter: converter,
      activities: {
        ...createProviderActivities({ accounts, keyRing }),
        ...createCommandActivities(paymentPort(payments, client)),
        ...createSweepActivities(sweepPort(client, taskQueue)),
        ...options.activities,
      },
      bundle: await workflowBundle(),
      longestCallMs: 3_000,
    });
    const done = worker.run();
    const entry: RunningWorker = {
      worker,
      async stop() {
        if (!running.delete(entry)) return;
        worker.shutdown();
        await done;
      },
    };
    running.add(entry);
    return entry;
  };
  if (options.worker !== false) await startWorker();

  return {
    payments,
    client,
    taskQueue,
    twin,
    accounts,
    accountConfig,
    noticeUrl,
    startWorker,
    anotherClient,
    async stop() {
      await Promise.all([...running].map((each) => each.stop()));
      edge.close();
      edge.closeAllConnections();
      await twin.stop();
      await Promise.all([...accounts.values()].map((each) => each.close()));
      await native.close();
      await connection.close();
    },
  };
}

/** A card payment of 100.00 EUR, approved by the twin. */
export function cardPayment(over: Partial<CreateBody> = {}, card = '9410010000000000001'): CreateBody {
  return {
    id: `p-${randomUUID()}`,
    account: ACCOUNT,
    amount: { value: 10_000, currency: 'EUR' },
    authorization: {
      request: {
        method: 'cc',
        options: { pseudocardpan: card },
        customer: { lastname: 'Muster', country: 'DE' },
      },
    },
    ...over,
  };
}

/** Asks again until it is so, for at most 30 seconds or what is said. */
export async function until<T>(
  read: () => Promise<T>,
  so: (value: T) => boolean,
  what = 'it',
  patienceMs = 30_000,
): Promise<T> {
  const end = Date.now() + patienceMs;
  for (;;) {
    const value = await read();
    if (so(value)) return value;
    if (Date.now() > end)
      throw new Error(`${what} did not come about: ${JSON.stringify(value).slice(0, 2_000)}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** The history of the current run, as types of events in order. */
export async function eventsOf(
  client: Client,
  workflowId: string,
  runId?: string,
): Promise<readonly number[]> {
  const { events } = await client.workflow.getHandle(workflowId, runId).fetchHistory();
  return (events ?? []).map((event) => event.eventType ?? 0);
}
