import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from '@temporalio/client';
import { type SpawnedPayoneTwin, spawnPayoneTwin } from '../../sandbox/payone/spawn.ts';
import { loadConfiguration } from '../../temporal/configuration.ts';
import { connectClient, resolveTarget } from '../../temporal/connection.ts';
import { dataConverter } from '../../temporal/data-converter.ts';
import { type DevServer, startDevServer } from '../../temporal/dev-server.ts';
import { findTemporal } from '../../temporal/find-temporal.ts';
import { freePort } from '../../temporal/free-port.ts';
import { keyRingOf } from '../../temporal/key-ring.ts';
import { registerSearchAttributes } from '../../temporal/search-attributes.ts';
import type { AccountConfig } from '../../providers/provider.ts';
import { twinAdmin } from '../../sandbox/twin/admin-client.ts';
import { besideTwin, notifyUrlOf, startTwin } from '../twins.ts';
import type { AnyAdmin } from './neighbour.ts';
import { NEIGHBOURS } from './neighbours.ts';
import type { Progress } from './progress.ts';
import { type Service, startService } from './service.ts';
import { type ShopClient, shopClient } from './shop-client.ts';

/** Everything the demo runs on, all of it on loopback and all of it ended by {@link Stage.close}. */
export interface Stage {
  readonly shop: ShopClient;
  readonly temporal: Client;
  readonly taskQueue: string;
  /** The id of an order on this server: on one that outlives the demo, ids carry the run. */
  readonly idOf: (order: string) => string;
  /** The twins by account. */
  readonly twins: Readonly<Record<'shop' | 'brief', SpawnedPayoneTwin>>;
  /** The admin sides of the other providers' twins, by order. */
  readonly neighbours: Readonly<Record<string, AnyAdmin>>;
  /** Texts that may stand nowhere outside the provider's own request. */
  readonly secrets: readonly string[];
  /** How many workers were killed and started again. */
  readonly restarts: () => number;
  /** Resolves when the worker that was killed has a successor. */
  readonly restarted: Promise<void>;
  close(): Promise<void>;
}

const PORTAL_KEY = 'demo-portal-key-only-for-the-twin';

const ACCOUNT = {
  provider: 'payone',
  mid: '14648',
  aid: '17321',
  portalId: '2040559',
  mode: 'test',
  repeats: ['PT2S', 'PT4S', 'PT8S'],
} as const;

/** Starts the Temporal server, the twins of all five providers, the HTTP edge and a worker that dies at the operation `power-cut`. */
export async function openStage(progress: Progress): Promise<Stage> {
  const closers: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    for (const closer of closers.splice(0).reverse())
      await closer().catch((error: unknown) => progress.note(String(error)));
  };
  try {
    const folder = mkdtempSync(join(tmpdir(), 'tranche-demo-'));
    closers.push(async () => rmSync(folder, { recursive: true, force: true }));

    const server = await startTemporal(progress);
    if (server.stop !== null) closers.push(server.stop);
    const run = server.stop === null ? `-${randomBytes(3).toString('hex')}` : '';
    const taskQueue = `tranche-demo${run}`;

    const port = await freePort();
    const edge = `http://127.0.0.1:${port}`;
    const twinFor = (account: string, seed: number) =>
      spawnPayoneTwin({ portalKey: PORTAL_KEY, seed, notifyUrl: `${edge}/v1/notifications/${account}` });
    const twins = { shop: await twinFor('shop', 7), brief: await twinFor('brief', 8) };
    closers.push(
      () => twins.shop.stop(),
      () => twins.brief.stop(),
    );

    const neighbours: Record<string, AnyAdmin> = {};
    const others: Record<string, AccountConfig> = {};
    for (const { id, account, config } of NEIGHBOURS) {
      const notifyUrl = notifyUrlOf(edge, account, config);
      const twin = await startTwin(account, config, notifyUrl);
      closers.push(() => twin.stop());
      neighbours[id] = twinAdmin(twin.url);
      others[account] = besideTwin(config, twin.gatewayUrl, notifyUrl);
    }

    const token = randomBytes(24).toString('base64url');
    const key = randomBytes(32).toString('base64');
    const file = join(folder, 'tranche.config.json');
    const brief = { authorizationValidity: 'PT25S', margin: 'PT3S', warnBefore: 'PT2S', lapseAfter: 'PT2S' };
    const configuration = {
      temporal: { address: server.address, taskQueue },
      api: { host: '127.0.0.1', port, tokens: [{ name: 'demo', token, role: 'operator' }] },
      encryption: { keys: [{ id: 'demo', key }] },
      accounts: {
        shop: { ...ACCOUNT, url: twins.shop.gatewayUrl, key: PORTAL_KEY },
        brief: { ...ACCOUNT, ...brief, url: twins.brief.gatewayUrl, key: PORTAL_KEY },
        ...others,
      },
    };
    writeFileSync(file, JSON.stringify(configuration), { mode: 0o600 });

    progress.note('starting the HTTP edge and a worker');
    const api = await startService('api', file);
    closers.push(() => api.stop());
    const workers = await keepWorker(file, progress);
    closers.push(workers.stop);

    const resolved = resolveTarget({ address: server.address });
    const connection = await connectClient(resolved);
    closers.push(() => connection.close());
    const ring = keyRingOf(loadConfiguration({ path: file }));
    const temporal = new Client({
      connection,
      namespace: resolved.namespace,
      dataConverter: dataConverter(ring),
    });
    return {
      shop: shopClient(api.url === '' ? edge : api.url, token),
      temporal,
      taskQueue,
      idOf: (order) => `${order}${run}`,
      twins,
      neighbours,
      secrets: [PORTAL_KEY, token, ...NEIGHBOURS.flatMap(({ config }) => secretsOf(config))],
      restarts: workers.restarts,
      restarted: workers.restarted,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The demo's secrets say of themselves what they are. */
const secretsOf = (config: AccountConfig): string[] =>
  Object.values(config).filter(
    (value): value is string => typeof value === 'string' && value.endsWith('only-for-the-twin'),
  );

async function startTemporal(
  progress: Progress,
): Promise<{ address: string; stop: DevServer['stop'] | null }> {
  const found = await findTemporal({ log: (line) => progress.note(line) });
  if (found.kind === 'address') {
    const resolved = resolveTarget({ address: found.address });
    const connection = await connectClient(resolved);
    await registerSearchAttributes(connection, resolved.namespace);
    await connection.close();
    return { address: found.address, stop: null };
  }
  const server = await startDevServer({ binary: found.path });
  progress.note(`Temporal answers at ${server.address}`);
  return { address: server.address, stop: () => server.stop() };
}

/** A worker that is started again when it was killed. The first one dies as by a power cut at the operation `power-cut`. */
async function keepWorker(
  file: string,
  progress: Progress,
): Promise<{ restarts: () => number; restarted: Promise<void>; stop: () => Promise<void> }> {
  const deadly = {
    TRANCHE_TEST_FAULTS: '1',
    TRANCHE_CRASH_AT: 'after-answer',
    TRANCHE_CRASH_OPERATION: 'power-cut',
  };
  const again = Promise.withResolvers<void>();
  let stopping = false;
  let restarts = 0;
  let current: Service = await startService('worker', file, deadly);
  const watch = (): void => {
    void current.ended.then(async (signal) => {
      if (stopping) return;
      progress.note(
        `the worker was killed (${signal ?? 'exit'}) after an answer, before it was recorded; starting another`,
      );
      restarts += 1;
      current = await startService('worker', file);
      again.resolve();
      watch();
    });
  };
  watch();
  return {
    restarts: () => restarts,
    restarted: again.promise,
    stop: async () => {
      stopping = true;
      await current.stop();
    },
  };
}
