import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectEngine, type Engine } from '../../cli/connect.ts';
import type { AnyAdmin } from '../../cli/demo/neighbour.ts';
import { type Service, startService } from '../../cli/demo/service.ts';
import { besideTwin, notifyUrlOf, startTwin } from '../../cli/twins.ts';
import { Closers } from '../../cli/until-signal.ts';
import type { AccountConfig } from '../../providers/provider.ts';
import { twinAdmin } from '../../sandbox/twin/admin-client.ts';
import { type RunningCluster, runningCluster } from '../../temporal/cluster/cluster.ts';
import { type Kept, keepRunning, type Running } from '../../temporal/cluster/keep-running.ts';
import { loadConfiguration } from '../../temporal/configuration.ts';
import { freePort } from '../../temporal/free-port.ts';
import type { Log } from '../../temporal/progress.ts';
import { watchParent } from '../../temporal/watch-parent.ts';
import type { Merchant } from './merchant.ts';

/** All of Tranche as in production, every part a process of its own on loopback, and every part brought back when it dies. */
export interface Stage {
  readonly url: string;
  readonly token: string;
  /** The admin sides of the twins, by account. */
  readonly admins: ReadonlyMap<string, AnyAdmin>;
  /** A client of this process, for what is not measured through HTTP. */
  readonly engine: Engine;
  readonly pids: () => Readonly<Record<Part, number>>;
  close(): Promise<void>;
}

/** What can be killed. */
export const PARTS = ['api', 'worker', 'server', 'postgres'] as const;
export type Part = (typeof PARTS)[number];

export interface StageOptions {
  readonly merchants: readonly Merchant[];
  readonly workers: number;
  readonly log: Log;
  /** Whether Ctrl-C and SIGTERM end all of it and this process. @default false */
  readonly interruptible?: boolean;
}

/** @throws PostgresMissing, ServerMissing in the words of `tranche cluster up`; what was started is ended first. */
export async function openStage({
  merchants,
  workers,
  log,
  interruptible = false,
}: StageOptions): Promise<Stage> {
  const started = new Closers();
  const interrupted = (): void => void started.close().finally(() => process.exit(130));
  if (interruptible) process.once('SIGINT', interrupted).once('SIGTERM', interrupted);
  try {
    const folder = mkdtempSync(join(tmpdir(), 'tranche-load-'));
    // The database's user has to pass it.
    chmodSync(folder, 0o711);
    await started.add(async () => rmSync(folder, { recursive: true, force: true }));
    const file = join(folder, 'tranche.config.json');
    writeFileSync(file, '{}');

    log('starting PostgreSQL and the Temporal server');
    const clusterFolder = join(folder, 'cluster');
    const up = ['up', '--folder', clusterFolder, '--port', '0'];
    const cluster = await startService('cluster', file, {}, up);
    endWithThis(cluster);
    await started.add(() => cluster.stop());

    const apiPort = await freePort();
    const edge = `http://127.0.0.1:${apiPort}`;
    const admins = new Map<string, AnyAdmin>();
    const accounts: Record<string, AccountConfig> = {};
    for (const { account, config } of new Set(merchants)) {
      const notifyUrl = notifyUrlOf(edge, account, config);
      const twin = await startTwin(account, config, notifyUrl);
      await started.add(() => twin.stop());
      admins.set(account, twinAdmin(twin.url));
      accounts[account] = besideTwin(config, twin.gatewayUrl, notifyUrl);
    }

    const token = randomBytes(24).toString('base64url');
    const configuration = {
      temporal: { address: cluster.url, taskQueue: 'tranche-load' },
      api: { host: '127.0.0.1', port: apiPort, tokens: [{ name: 'load', token, role: 'operator' }] },
      encryption: { keys: [{ id: 'load', key: randomBytes(32).toString('base64') }] },
      accounts,
    };
    writeFileSync(file, JSON.stringify(configuration), { mode: 0o600 });
    log(`starting ${workers} worker${workers === 1 ? '' : 's'} and the HTTP edge`);
    const kept: Kept<Running>[] = [];
    for (let n = 0; n < workers; n += 1) kept.push(await keep('worker', file, log, started));
    const api = await keep('api', file, log, started);

    const engine = await connectEngine(loadConfiguration({ path: file }));
    await started.add(() => engine.close());
    const clusterNow = (): RunningCluster | null => runningCluster(clusterFolder);
    return {
      url: edge,
      token,
      admins,
      engine,
      pids: () => {
        const now = clusterNow();
        return {
          api: api.current().pid,
          worker: kept[0]?.current().pid ?? 0,
          server: now?.server ?? 0,
          postgres: now?.postgres ?? 0,
        };
      },
      close: () => started.close(),
    };
  } catch (error) {
    await started.close();
    throw error;
  }
}

async function keep(
  command: 'worker' | 'api',
  file: string,
  log: Log,
  started: Closers,
): Promise<Kept<Running>> {
  const start = async (): Promise<Running> => {
    const service: Service = await startService(command, file, { LOG_LEVEL: 'warn' });
    endWithThis(service);
    return { pid: service.pid, exited: service.ended.then(() => undefined), stop: () => service.stop() };
  };
  const part = await keepRunning(command, start, log, () => undefined);
  await started.add(() => part.stop());
  return part;
}

/** A run that is killed leaves nothing behind. */
function endWithThis(service: Service): void {
  const watcher = watchParent(service.pid);
  void service.ended.then(() => watcher.end());
}
