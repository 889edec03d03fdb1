import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import {
  ClusterRunning,
  type RunningCluster,
  runningCluster,
  startCluster,
} from '../temporal/cluster/cluster.ts';
import { ClusterSettingsError, readClusterSettings } from '../temporal/cluster/settings.ts';
import { isFree } from '../temporal/free-port.ts';
import { livesStill } from '../temporal/process-birth.ts';
import { stateFolder } from './dev-file.ts';
import { UnreachableError, UsageError } from './exit.ts';
import type { Output } from './output.ts';
import { Closers, untilSignal } from './until-signal.ts';

export interface ClusterFolder {
  folder?: string;
}

export interface UpOptions extends ClusterFolder {
  port?: string;
  shards?: string;
  namespace?: string;
  retentionDays?: string;
}

/** Where every Temporal tool looks first. */
const USUAL_PORT = 7_233;
const STOP_MS = 90_000;

/**
 * Starts the cluster, says `ready 127.0.0.1:PORT` and keeps it running until SIGINT or SIGTERM.
 *
 * @throws UsageError for settings that do not fit, UnreachableError where a part cannot be started.
 */
export async function clusterUp(options: UpOptions, output: Output): Promise<void> {
  const signal = untilSignal();
  const started = new Closers();
  try {
    await Promise.race([signal, up(options, output, started).then(() => signal)]);
  } finally {
    await started.close();
  }
}

async function up(options: UpOptions, output: Output, started: Closers): Promise<void> {
  const folder = folderOf(options);
  const choice = {
    folder,
    port: numberIn('--port', options.port) ?? (await firstPort(folder)),
    shards: numberIn('--shards', options.shards),
    namespace: options.namespace,
    retentionDays: numberIn('--retention-days', options.retentionDays),
    // An empty variable is none.
    postgresUrl: process.env['TRANCHE_POSTGRES_URL'] || undefined,
    log: output.note,
  };
  const cluster = await startCluster(choice).catch((cause: unknown) => {
    const { message } = cause as Error;
    // What a person can mend by another flag is wrong use.
    const misused = cause instanceof ClusterSettingsError || cause instanceof ClusterRunning;
    throw misused ? new UsageError(message, { cause }) : new UnreachableError(message, { cause });
  });
  await started.add(() => cluster.stop());
  const { settings, namespace, address } = cluster;
  const { server, postgres } = cluster.processes();
  output.note(`namespace ${namespace}, ${settings.shards} history shards, ${processes(server, postgres)}`);
  output.note(`metrics at http://127.0.0.1:${settings.ports.metrics}/metrics, data and logs in ${folder}`);
  output.announce(`ready ${address}`);
}

/** Ends the cluster of a folder and waits until it has ended. @throws UnreachableError when it does not. */
export async function clusterDown(options: ClusterFolder, output: Output): Promise<void> {
  const folder = folderOf(options);
  const running = runningCluster(folder);
  output.data({ folder, ended: running?.pid ?? null });
  if (running === null) {
    output.line(`no cluster runs in ${folder}`);
    return;
  }
  process.kill(running.pid, 'SIGTERM');
  const end = performance.now() + STOP_MS;
  // A supervisor may have started the next one already.
  while (livesStill(running)) {
    if (performance.now() > end) throw new UnreachableError(`process ${running.pid} does not end`);
    await delay(100);
  }
  output.line(`ended, its data stays in ${folder}`);
}

/** @returns whether it runs and answers. */
export async function clusterStatus(options: ClusterFolder, output: Output): Promise<boolean> {
  const folder = folderOf(options);
  const settings = readClusterSettings(folder);
  const running = runningCluster(folder);
  const answers = running !== null && (await doesAnswer(running));
  output.data({ folder, running, answers, settings });
  if (settings === null) output.line(`no cluster in ${folder}; make one with: tranche cluster up`);
  else if (running === null) {
    output.line(`the cluster in ${folder} does not run; start it with: tranche cluster up`);
  } else {
    const { address, namespace, server, postgres } = running;
    output.line(`${answers ? 'answers' : 'does not answer'} at ${address}, namespace ${namespace}`);
    output.line(
      `process ${running.pid} keeps ${processes(server, postgres)} running, ${settings.shards} shards`,
    );
  }
  return answers;
}

const processes = (server: number, postgres: number | undefined): string =>
  `server ${server}${postgres === undefined ? '' : ` and PostgreSQL ${postgres}`}`;

const folderOf = ({ folder }: ClusterFolder): string => resolve(folder ?? `${stateFolder()}/cluster`);

/** The usual port where nobody has it; a later start keeps what the first one took. */
async function firstPort(folder: string): Promise<number | undefined> {
  if (readClusterSettings(folder) !== null) return undefined;
  return (await isFree(USUAL_PORT)) ? USUAL_PORT : undefined;
}

async function doesAnswer({ address, namespace }: RunningCluster): Promise<boolean> {
  try {
    const connection = await Connection.connect({ address, connectTimeout: 5_000 });
    try {
      await connection.withDeadline(Date.now() + 5_000, () =>
        connection.workflowService.describeNamespace({ namespace }),
      );
      return true;
    } finally {
      await connection.close();
    }
  } catch {
    return false;
  }
}

/** @throws UsageError */
function numberIn(flag: string, value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  if (!/^\d{1,6}$/.test(value)) throw new UsageError(`${flag} ${value} is no number`);
  return Number(value);
}
