import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve as absolute } from 'node:path';
import * as z from 'zod';
import { isFree } from '../free-port.ts';
import { livesStill, thisProcess } from '../process-birth.ts';
import { type Log, logToStderr } from '../progress.ts';
import { keepRunning } from './keep-running.ts';
import { claimFolder, type KeeperClaim } from './keeper-claim.ts';
import { endLeftover } from './leftovers.ts';
import { startPostgres } from './postgres.ts';
import { rollingLog } from './rolling-log.ts';
import { prepareSchema } from './schema.ts';
import type { Database } from './server-config.ts';
import { findServerPrograms } from './server-programs.ts';
import { startServer } from './server.ts';
import { type ClusterChoice, type ClusterSettings, settleCluster } from './settings.ts';

export interface ClusterOptions extends ClusterChoice {
  /** Holds everything: settings, database, the server's configuration. Kept from start to start. */
  readonly folder: string;
  /**
   * A PostgreSQL that runs already, as `postgres://user:password@host:port`, whose role may make databases.
   * @default one of our own in the folder
   */
  readonly postgresUrl?: string | undefined;
  /** @default process.env */
  readonly env?: NodeJS.ProcessEnv;
  /** Takes notes; what the parts print goes to `server.log` and `postgres.log` in the folder. @default stderr */
  readonly log?: Log;
}

export interface Cluster {
  /** `127.0.0.1:PORT`, for `temporal.address`. */
  readonly address: string;
  readonly namespace: string;
  readonly settings: ClusterSettings;
  /** The processes as they are now; no `postgres` where it is somebody else's. */
  readonly processes: () => { readonly server: number; readonly postgres?: number };
  /** Ends the server, then the database. */
  stop(): Promise<void>;
}

const running = z.strictObject({
  /** Who started it and keeps it running. */
  pid: z.int(),
  /** When that process began, so that no other one of its number is taken for it. */
  birth: z.string(),
  address: z.string(),
  namespace: z.string(),
  server: z.int(),
  postgres: z.int().optional(),
});

export type RunningCluster = z.output<typeof running>;

/** Somebody has started the cluster of this folder and keeps it running. */
export class ClusterRunning extends Error {
  override readonly name = 'ClusterRunning';
}

/**
 * Starts a Temporal server on PostgreSQL, as it would run in production: the schema is brought to the server's version,
 * the namespace and our search attributes are there when this returns, and a part that ends by itself, even by SIGKILL,
 * is started again. Everything listens on 127.0.0.1.
 *
 * @throws PostgresMissing, ServerMissing, ClusterRunning, ClusterSettingsError, or an Error that names the part that did
 * not start; what was started until then is ended first.
 */
export async function startCluster(options: ClusterOptions): Promise<Cluster> {
  const { env = process.env, log = logToStderr, postgresUrl, ...choice } = options;
  const folder = absolute(choice.folder);
  // The database's user must be able to pass it, and reads nothing in it but its own folder.
  mkdirSync(folder, { recursive: true, mode: 0o711 });
  const claim = claimed(folder);
  try {
    const cluster = await start({ folder, postgresUrl, choice, env, log });
    const stop = () => cluster.stop().finally(() => claim.release());
    return { ...cluster, stop };
  } catch (error) {
    claim.release();
    throw error;
  }
}

interface Start {
  readonly folder: string;
  readonly postgresUrl: string | undefined;
  readonly choice: ClusterChoice;
  readonly env: NodeJS.ProcessEnv;
  readonly log: Log;
}

async function start({ folder, postgresUrl, choice, env, log }: Start): Promise<Cluster> {
  const programs = await findServerPrograms({ env, log });
  const serverFolder = join(folder, 'server');
  const postgresFolder = join(folder, 'postgres');
  const left = readRunning(folder);
  if (left !== null) {
    await endLeftover(left.server, serverFolder, 'SIGTERM');
    if (left.postgres !== undefined) await endLeftover(left.postgres, postgresFolder, 'SIGINT');
  }
  const settings = await settleCluster(folder, choice);
  await assertFree(settings, postgresUrl === undefined);

  const postgresLog = rollingLog(join(folder, 'postgres.log'));
  const serverLog = rollingLog(join(folder, 'server.log'));
  const stops: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    for (let end = stops.pop(); end !== undefined; end = stops.pop()) await end();
    rmSync(join(folder, 'running.json'), { force: true });
  };
  try {
    const own =
      postgresUrl === undefined
        ? await keepRunning(
            'PostgreSQL',
            () =>
              startPostgres({ folder: postgresFolder, port: settings.ports.postgres, log: postgresLog, env }),
            log,
            () => note(),
          )
        : undefined;
    if (own !== undefined) stops.push(() => own.stop());
    const database = databaseOf(own?.current().url ?? postgresUrl ?? '');
    await prepareSchema(programs.sql, database, log);
    // Once: what a person sets later by another tool outlives a restart of the server.
    let { retentionDays } = choice;
    const server = await keepRunning(
      'the Temporal server',
      async () => {
        const started = await startServer({
          program: programs.server,
          folder: serverFolder,
          settings,
          retentionDays,
          database,
          log: serverLog,
          note: log,
        });
        retentionDays = undefined;
        return started;
      },
      log,
      () => note(),
    );
    stops.push(() => server.stop());
    const address = `127.0.0.1:${settings.ports.frontend.grpc}`;
    const processes = (): { server: number; postgres?: number } => ({
      server: server.current().pid,
      ...(own === undefined ? {} : { postgres: own.current().pid }),
    });
    function note(): void {
      const now: RunningCluster = {
        ...thisProcess(),
        address,
        namespace: settings.namespace,
        ...processes(),
      };
      writeFileSync(join(folder, 'running.json'), `${JSON.stringify(now, null, 2)}\n`, { mode: 0o600 });
    }
    note();
    return { address, namespace: settings.namespace, settings, processes, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The cluster that somebody keeps running in a folder, or null. One that was killed leaves a file without a process. */
export function runningCluster(folder: string): RunningCluster | null {
  const found = readRunning(absolute(folder));
  return found !== null && livesStill(found) ? found : null;
}

/** @throws ClusterRunning */
function claimed(folder: string): KeeperClaim {
  const claim = claimFolder(folder);
  if ('release' in claim) return claim;
  const found = runningCluster(folder);
  const where = found === null ? 'which is starting it' : `at ${found.address}`;
  throw new ClusterRunning(`a cluster runs in ${folder} already, process ${claim.pid} ${where}`);
}

function readRunning(folder: string): RunningCluster | null {
  try {
    return running.parse(JSON.parse(readFileSync(join(folder, 'running.json'), 'utf8')));
  } catch {
    return null;
  }
}

/** @throws Error that names a port that somebody else listens on. */
async function assertFree({ ports }: ClusterSettings, ownPostgres: boolean): Promise<void> {
  const { postgres, metrics, pprof, ...services } = ports;
  const wanted = [
    ...(ownPostgres ? [postgres] : []),
    metrics,
    pprof,
    ...Object.values(services).flatMap(({ grpc, membership }) => [grpc, membership]),
  ];
  for (const port of wanted) {
    if (!(await isFree(port)))
      throw new Error(`port ${port} of 127.0.0.1, which the cluster needs, is in use`);
  }
}

function databaseOf(url: string): Database {
  const { hostname, port, username, password } = new URL(url);
  return {
    host: hostname,
    port: port === '' ? 5_432 : Number(port),
    user: decodeURIComponent(username),
    password: decodeURIComponent(password),
  };
}
