import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Client } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import { createCommandActivities } from '../../activities/command-activities.ts';
import { KeyRing } from '../../activities/key-ring.ts';
import { createProviderActivities } from '../../activities/provider-activities.ts';
import type { Origin } from '../../audit/export.ts';
import { NEIGHBOURS } from '../../cli/demo/neighbours.ts';
import type { AnyAdmin } from '../../cli/demo/neighbour.ts';
import { besideTwin, notifyUrlOf, startTwin } from '../../cli/twins.ts';
import type { AccountConfig } from '../../providers/provider.ts';
import { twinAdmin } from '../../sandbox/twin/admin-client.ts';
import { configureAccounts } from '../../temporal/accounts.ts';
import { PaymentClient } from '../../temporal/client.ts';
import { encryptionCodec } from '../../temporal/codec.ts';
import { connectClient, resolveTarget } from '../../temporal/connection.ts';
import { dataConverter } from '../../temporal/data-converter.ts';
import { startDevServer } from '../../temporal/dev-server.ts';
import { findTemporal } from '../../temporal/find-temporal.ts';
import { routeNotice } from '../../temporal/notice-routing.ts';
import { paymentPort } from '../../temporal/payment-port.ts';
import { registerSearchAttributes } from '../../temporal/search-attributes.ts';
import { createWorker } from '../../temporal/worker.ts';

export const PAYONE = 'shop';

/** The engine with a Temporal server, one worker and the twins of all five providers, all of it on loopback. */
export interface Rig {
  readonly client: Client;
  readonly taskQueue: string;
  readonly payments: PaymentClient;
  /** Its payments go on as a new run after few events. */
  readonly restless: PaymentClient;
  readonly origin: Origin;
  /** The admin sides of the twins, by account. */
  readonly admins: ReadonlyMap<string, AnyAdmin>;
  stop(): Promise<void>;
}

/** Soon, so that a lost answer is found while the stories are told. */
const ACCOUNT = {
  provider: 'payone',
  mid: '14648',
  aid: '17321',
  portalId: '2040559',
  key: 'corpus-portal-key',
  mode: 'test',
  repeats: ['PT1S', 'PT2S', 'PT4S'],
  closeAfter: 'PT1S',
} as const;
const CONTINUE_AFTER = 60;

export async function startRig(): Promise<Rig> {
  const closers: (() => Promise<unknown>)[] = [];
  const stop = async (): Promise<void> => {
    for (const close of closers.splice(0).reverse()) await close().catch(() => undefined);
  };
  try {
    const target = await temporal(closers);
    const connection = await connectClient(target, 30_000);
    closers.push(() => connection.close());
    await registerSearchAttributes(connection, target.namespace);
    const keyRing = new KeyRing([{ id: 'corpus', key: randomBytes(32) }]);
    const converter = dataConverter(keyRing);
    const client = new Client({ connection, namespace: target.namespace, dataConverter: converter });
    const taskQueue = `corpus-${randomBytes(4).toString('hex')}`;

    const edge = createServer();
    edge.listen(0, '127.0.0.1');
    await once(edge, 'listening');
    const routing = new Set<Promise<void>>();
    closers.push(async () => {
      edge.close();
      edge.closeAllConnections();
      await Promise.allSettled(routing);
    });
    const here = `http://127.0.0.1:${(edge.address() as AddressInfo).port}`;
    const { configs, admins } = await twins(here, closers);
    const accounts = configureAccounts(configs);
    closers.push(() => Promise.all([...accounts.values()].map((account) => account.close())));
    const routed = async (request: IncomingMessage): Promise<void> => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const account = (request.url ?? '').split('/')[3] ?? '';
      const { headers } = request;
      const told = { headers, body: Buffer.concat(chunks), remoteAddress: '127.0.0.1' };
      const verdict = accounts.get(account)?.readNotice(told);
      if (verdict?.verdict === 'notice')
        await routeNotice(client, taskQueue, { account, notice: verdict.notice });
    };
    edge.on('request', (request, response) => {
      const done = routed(request).then(
        () => void response.end('TSOK'),
        () => void response.writeHead(500).end(),
      );
      routing.add(done);
      void done.finally(() => routing.delete(done));
    });

    const base = { client, taskQueue, accounts, keyRing };
    const payments = new PaymentClient(base);
    const native = await NativeConnection.connect({ address: target.address });
    closers.push(() => native.close());
    const worker = await createWorker({
      connection: native,
      namespace: target.namespace,
      taskQueue,
      dataConverter: converter,
      activities: {
        ...createProviderActivities({ accounts, keyRing }),
        ...createCommandActivities(paymentPort(payments, client)),
      },
      longestCallMs: 3_000,
    });
    const running = worker.run();
    closers.push(async () => {
      worker.shutdown();
      await running;
    });
    return {
      client,
      taskQueue,
      payments,
      restless: new PaymentClient({ ...base, continueAfter: CONTINUE_AFTER }),
      origin: { client, codec: encryptionCodec(keyRing), recorded: (payment) => payments.ledger(payment) },
      admins,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function temporal(
  closers: (() => Promise<unknown>)[],
): Promise<ReturnType<typeof resolveTarget> & { readonly address: string }> {
  const found = await findTemporal();
  if (found.kind === 'address') return resolveTarget({ address: found.address });
  const server = await startDevServer({ binary: found.path });
  closers.push(() => server.stop());
  return resolveTarget({ address: server.address });
}

async function twins(
  edge: string,
  closers: (() => Promise<unknown>)[],
): Promise<{ readonly configs: Record<string, AccountConfig>; readonly admins: Map<string, AnyAdmin> }> {
  const configs: Record<string, AccountConfig> = {};
  const admins = new Map<string, AnyAdmin>();
  const wanted: readonly (readonly [string, AccountConfig])[] = [
    [PAYONE, ACCOUNT],
    ...NEIGHBOURS.map(({ account, config }) => [account, config] as const),
  ];
  for (const [account, config] of wanted) {
    const notifyUrl = notifyUrlOf(edge, account, config);
    const twin = await startTwin(account, config, notifyUrl);
    closers.push(() => twin.stop());
    admins.set(account, twinAdmin(twin.url));
    configs[account] = { ...besideTwin(config, twin.gatewayUrl, notifyUrl), timeoutMs: 10_000 };
  }
  return { configs, admins };
}
