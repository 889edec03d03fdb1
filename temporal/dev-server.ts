import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time.js';
import { freePort, isFree } from './free-port.ts';
import type { Log } from './progress.ts';
import { SEARCH_ATTRIBUTE_TYPES, missingSearchAttributes } from './search-attributes.ts';
import { watchParent } from './watch-parent.ts';

export interface DevServerOptions {
  /** Path of the Temporal CLI, as `findTemporal` gives it. */
  readonly binary: string;
  /** @default a free one */
  readonly port?: number;
  /** A SQLite file that survives a restart; without it everything is kept in memory. */
  readonly dbFilename?: string;
  /** @default 'default' */
  readonly namespace?: string;
  /** Name → type. @default those of Tranche */
  readonly searchAttributes?: Readonly<Record<string, string>>;
  /** How long closed workflows are kept, in days (design section 5: at least 30). @default 30 */
  readonly retentionDays?: number;
  /** Takes what the server prints (errors only). @default dropped */
  readonly log?: Log;
  /** Bound for the start in milliseconds. @default 60000 */
  readonly readyTimeoutMs?: number;
}

export interface DevServer {
  readonly address: string;
  readonly namespace: string;
  readonly pid: number;
  /** Resolves when the process has ended, for whatever reason. */
  readonly exited: Promise<void>;
  /** SIGTERM, and SIGKILL after 10 seconds; resolves when it has ended. May be called again. */
  stop(): Promise<void>;
}

/** Without these one update and one activity take 100 ms instead of 23 (measured on CLI 1.5.1). */
const DYNAMIC_CONFIG = [
  'system.enableActivityEagerExecution=true',
  'history.transferProcessorMaxPollRPS=2000',
];

const STOP_MS = 10_000;

/**
 * Starts a Temporal dev server on 127.0.0.1 and waits until its frontend answers, the namespace is there
 * with its retention, and the search attributes are listed.
 *
 * The server is in a process group of its own, so that Ctrl-C reaches only the caller, who drains its worker
 * first. If the caller dies without {@link DevServer.stop}, even by SIGKILL, a watcher that waits at the
 * other end of a pipe ends the server. Best effort: the watcher needs a POSIX `sh`, and one that is killed
 * together with the caller ends nothing.
 *
 * @throws Error with the server's last lines when it ends early or is not ready in time
 */
export async function startDevServer(options: DevServerOptions): Promise<DevServer> {
  if (options.port !== undefined && !(await isFree(options.port))) {
    throw new Error(`port ${options.port} of 127.0.0.1 is in use`);
  }
  // A free port may be taken by someone else before the server binds it.
  for (let attempt = 1; ; attempt += 1) {
    const port = options.port ?? (await freePort());
    try {
      return await startOn(port, options);
    } catch (error) {
      const taken = error instanceof Error && error.message.includes('address already in use');
      if (options.port !== undefined || !taken || attempt === 3) throw error;
    }
  }
}

async function startOn(port: number, options: DevServerOptions): Promise<DevServer> {
  const { namespace = 'default', searchAttributes = SEARCH_ATTRIBUTE_TYPES, log } = options;
  const address = `127.0.0.1:${port}`;
  const flags = [
    ...DYNAMIC_CONFIG.flatMap((value) => ['--dynamic-config-value', value]),
    ...Object.entries(searchAttributes).flatMap(([name, type]) => ['--search-attribute', `${name}=${type}`]),
    ...(options.dbFilename === undefined ? [] : ['--db-filename', options.dbFilename]),
  ];
  const child = spawn(
    options.binary,
    ['server', 'start-dev', '--headless', '--ip', '127.0.0.1', '--port', String(port)].concat(
      ['--namespace', namespace, '--log-level', 'error', '--log-format', 'json'],
      flags,
    ),
    { stdio: ['ignore', 'pipe', 'pipe'], detached: true },
  );
  const last: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      last.push(line);
      if (last.length > 20) last.shift();
      log?.(line);
    });
  }
  const exited = new Promise<void>((resolve) => {
    child.once('close', () => resolve());
    child.once('error', (error) => {
      last.push(error.message);
      resolve();
    });
  });
  const pid = child.pid;
  if (pid === undefined) {
    await exited;
    throw new Error(`${options.binary} could not be started: ${last.join('; ')}`);
  }
  const watcher = watchParent(pid);
  void exited.then(() => watcher.end());
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGTERM');
      await Promise.race([exited, delay(STOP_MS, undefined, { ref: false })]);
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
    }
    await exited;
  };
  const early = exited.then(() => {
    throw new Error(`the Temporal server ended while starting: ${last.join('\n') || 'it printed nothing'}`);
  });
  early.catch(() => undefined);
  try {
    await Promise.race([ready(address, namespace, options), early]);
    // Whoever answered, it was not this process when it has ended by now.
    if (child.exitCode !== null || child.signalCode !== null) await early;
  } catch (error) {
    await stop();
    throw error;
  }
  return { address, namespace, pid, exited, stop };
}

/** Waits for answers of the real services; what has not come after the bound is named. */
async function ready(address: string, namespace: string, options: DevServerOptions): Promise<void> {
  const { readyTimeoutMs = 60_000, retentionDays = 30, searchAttributes = SEARCH_ATTRIBUTE_TYPES } = options;
  const end = performance.now() + readyTimeoutMs;
  let reason: unknown;
  while (performance.now() < end) {
    let connection: Connection | undefined;
    try {
      connection = await Connection.connect({ address, connectTimeout: 2_000 });
      await connection.workflowService.getSystemInfo({});
      const workflowExecutionRetentionTtl = msToTs(retentionDays * 86_400_000);
      await connection.workflowService.updateNamespace({
        namespace,
        config: { workflowExecutionRetentionTtl },
      });
      if (searchAttributes !== SEARCH_ATTRIBUTE_TYPES) return;
      const missing = await missingSearchAttributes(connection, namespace);
      if (missing.length === 0) return;
      reason = `search attributes missing: ${missing.join(', ')}`;
    } catch (error) {
      reason = error;
    } finally {
      await connection?.close();
    }
    await delay(100);
  }
  throw new Error(`the Temporal server at ${address} was not ready within ${readyTimeoutMs} ms`, {
    cause: reason,
  });
}
