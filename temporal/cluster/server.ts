import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Log } from '../progress.ts';
import { type Daemon, startDaemon } from './daemon.ts';
import { prepareNamespace } from './namespace.ts';
import { type Database, dynamicConfig, serverConfig } from './server-config.ts';
import type { ClusterSettings } from './settings.ts';

export interface ServerOptions {
  /** Path of the server. */
  readonly program: string;
  /** Holds its configuration, which names the password of the database. */
  readonly folder: string;
  readonly settings: ClusterSettings;
  /** Given for this start: set on a namespace that is there already, whose own retention stays otherwise. */
  readonly retentionDays?: number | undefined;
  readonly database: Database;
  /** Takes each line of its log. */
  readonly log: Log;
  /** Takes what a person should know. */
  readonly note: Log;
}

const STOP_MS = 30_000;
/** Members of a run that was killed are waited for up to 30 seconds. */
const READY_MS = 120_000;

/**
 * Starts the Temporal server on a prepared database and waits until its frontend answers, the namespace is there with
 * a retention, and our search attributes are registered.
 *
 * @throws Error with the server's last lines when it ends early or is not ready in time
 */
export async function startServer(options: ServerOptions): Promise<Daemon> {
  const { folder, settings, database, log } = options;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const dynamic = join(folder, 'dynamic.yaml');
  writePrivate(dynamic, dynamicConfig());
  writePrivate(join(folder, 'cluster.yaml'), serverConfig(settings, database, dynamic));
  const daemon = await startDaemon({
    program: options.program,
    args: ['--root', folder, '--config', '.', '--env', 'cluster', '--allow-no-auth', 'start'],
    signal: 'SIGTERM',
    stopMs: STOP_MS,
    log,
  });
  const address = `127.0.0.1:${settings.ports.frontend.grpc}`;
  const end = performance.now() + READY_MS;
  let reason: unknown;
  while (!daemon.gone() && performance.now() < end) {
    try {
      await prepareNamespace(address, { ...settings, given: options.retentionDays }, options.note);
      if (!daemon.gone()) return daemon;
    } catch (error) {
      reason = error;
    }
    await delay(200);
  }
  const ended = daemon.gone();
  await daemon.stop();
  throw new Error(
    `the Temporal server at ${address} ${ended ? 'ended while starting' : 'was not ready in time'}: ${troubles(daemon.said()) || String(reason)}`,
    { cause: reason },
  );
}

/** What an error of the server's log says, without its stack; undefined for other lines. */
function troubleIn(line: string): string | undefined {
  try {
    const { level, msg, error } = JSON.parse(line) as Record<string, unknown>;
    if (!['error', 'fatal', 'panic'].includes(String(level))) return undefined;
    return [msg, error].filter((part) => typeof part === 'string').join(': ');
  } catch {
    return /^20\d\d\//.test(line) ? undefined : line;
  }
}

const troubles = (said: string): string =>
  said
    .split('\n')
    .flatMap((line) => troubleIn(line) ?? [])
    .join('\n');

function writePrivate(file: string, content: unknown): void {
  writeFileSync(file, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
}
