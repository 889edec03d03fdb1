import { join } from 'node:path';
import { mkdirSync } from 'node:fs';
import { startDevServer } from '../temporal/dev-server.ts';
import { findTemporal } from '../temporal/find-temporal.ts';
import { freePort, isFree } from '../temporal/free-port.ts';
import { ephemeralKey, loadOrCreateDevKey } from '../temporal/key-ring.ts';
import type { Configuration } from '../temporal/configuration.ts';
import { connectClient, resolveTarget } from '../temporal/connection.ts';
import { registerSearchAttributes } from '../temporal/search-attributes.ts';
import { connectEngine, keepSignals } from './connect.ts';
import { devConfiguration, placed } from './dev-configuration.ts';
import { devToken, newToken, removeDevFile, runningDev, stateFolder, writeDevFile } from './dev-file.ts';
import { UnreachableError, UsageError } from './exit.ts';
import type { Output } from './output.ts';
import { runApi } from './run-api.ts';
import { runWorker } from './run-worker.ts';
import { notifyUrlOf, startTwin, type Twin } from './twins.ts';
import { Closers, untilSignal } from './until-signal.ts';

export interface DevOptions {
  readonly config: string | undefined;
  readonly output: Output;
  readonly ephemeral: boolean;
  readonly port: string | undefined;
}

/**
 * Starts everything, says so, waits for SIGINT or SIGTERM and ends everything that it started.
 *
 * @throws UsageError, ConfigurationError, UnreachableError; what was started until then is ended first.
 */
export async function runDev(options: DevOptions): Promise<void> {
  const folder = stateFolder();
  const running = options.ephemeral ? null : runningDev(folder);
  if (running !== null) {
    throw new UsageError(
      `tranche dev runs here already, process ${running.pid} at ${running.url}; end it first or use --ephemeral`,
    );
  }
  const signal = untilSignal();
  const started = new Closers();
  try {
    const why = await Promise.race([signal, run(options, folder, started)]);
    options.output.note(`${why}: ending, provider calls in flight come to their end first`);
  } finally {
    await started.close();
  }
}

/** Starts all, then stays. @throws where a part does not start, or fails for good later. */
async function run(options: DevOptions, folder: string, started: Closers): Promise<never> {
  const { output, ephemeral } = options;
  keepSignals('warn');
  const { configuration, file } = devConfiguration(options.config);
  if (!ephemeral) mkdirSync(folder, { recursive: true, mode: 0o700 });
  const key = ephemeral ? ephemeralKey() : loadOrCreateDevKey(folder);
  const { host } = configuration.api;
  const port = await portOf(options.port, configuration.api.port, host, file === null);
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${port}`;

  const server = await temporal(configuration, ephemeral ? null : folder, output, started);
  const twins = await startTwins(configuration, url, started);

  const complete = placed(configuration, {
    ...server,
    host,
    port,
    key,
    twins: Object.fromEntries(twins.map((twin) => [twin.account, twin])),
    archive: ephemeral ? 'sqlite::memory:' : `sqlite:${encodeURI(join(folder, 'archive.sqlite'))}`,
    token: ephemeral ? newToken() : devToken(folder),
  });
  const engine = await connectEngine(complete);
  await started.add(() => engine.close());
  const worker = await runWorker(engine);
  await started.add(() => worker.stop());
  const api = await runApi(engine, { host, port });
  await started.add(() => api.close());

  const token =
    complete.api.tokens.find((each) => each.role === 'operator' && each.token !== undefined)?.token ?? '';
  const sandboxes = Object.fromEntries(twins.map((twin) => [twin.account, twin.url]));
  const told = { url, token, address: server.address, namespace: server.namespace, sandboxes };
  if (!ephemeral) {
    const { taskQueue } = complete.temporal;
    const { accounts, ...others } = complete;
    writeDevFile(folder, {
      ...told,
      taskQueue,
      keyId: complete.encryption.keys[0]?.id ?? '',
      configFile: file,
      configuration: { ...others, accounts },
    });
    await started.add(async () => removeDevFile(folder));
  }
  if (output.json) output.announce(JSON.stringify(told));
  output.note(`temporal   ${server.address}, namespace ${server.namespace}`);
  for (const twin of twins)
    output.note(
      `twin       ${twin.account} (${twin.provider}) at ${twin.url}, books at ${twin.url}/admin/books`,
    );
  if (!output.json && configuration.api.tokens.length === 0) output.announce(`token ${token}`);
  if (!ephemeral)
    output.note(`state      ${folder}; other tranche commands in this folder find it by themselves`);
  output.announce(`ready ${url}`);
  await worker.ended;
  throw new Error('the worker ended by itself');
}

interface PlacedTwin extends Twin {
  readonly notifyUrl: string;
}

/** A twin for each account whose address is `sandbox`, all at once. @throws the first failure, when all have started or failed. */
async function startTwins(
  { accounts }: Configuration,
  edge: string,
  started: Closers,
): Promise<readonly PlacedTwin[]> {
  const starts = Object.entries(accounts)
    .filter(([, account]) => account['url'] === 'sandbox')
    .map(async ([name, account]) => {
      const notifyUrl = notifyUrlOf(edge, name, account);
      const twin = await startTwin(name, account, notifyUrl);
      await started.add(() => twin.stop());
      return { ...twin, notifyUrl };
    });
  const ended = await Promise.allSettled(starts);
  return ended.map((each) => {
    if (each.status === 'rejected') throw each.reason;
    return each.value;
  });
}

/** A server of its own, unless the configuration or TEMPORAL_ADDRESS names one. */
async function temporal(
  configuration: Configuration,
  folder: string | null,
  output: Output,
  started: Closers,
): Promise<{ readonly address: string; readonly namespace: string }> {
  const target = resolveTarget(configuration.temporal);
  const found =
    configuration.temporal.address === undefined
      ? await findTemporal({ log: output.note })
      : ({ kind: 'address', address: target.address } as const);
  if (found.kind === 'address') {
    const { namespace } = target;
    const connection = await connectClient({ ...target, address: found.address }).catch((cause: unknown) => {
      throw new UnreachableError(`no Temporal server answers at ${found.address}`, { cause });
    });
    try {
      const added = await registerSearchAttributes(connection, namespace);
      if (added.length > 0)
        output.note(`temporal: search attributes added to namespace ${namespace}: ${added.join(', ')}`);
    } finally {
      await connection.close();
    }
    return { address: found.address, namespace };
  }
  const server = await startDevServer({
    binary: found.path,
    namespace: target.namespace,
    ...(folder === null ? {} : { dbFilename: join(folder, 'temporal.db') }),
  });
  await started.add(() => server.stop());
  return { address: server.address, namespace: server.namespace };
}

/**
 * @param free - whether another port may be taken where the configured one is in use.
 * @throws UsageError for a port that is none, or in use.
 */
async function portOf(
  flag: string | undefined,
  configured: number,
  host: string,
  free: boolean,
): Promise<number> {
  const wanted = flag === undefined ? configured : Number(flag);
  if (!Number.isInteger(wanted) || wanted < 0 || wanted > 65_535)
    throw new UsageError(`--port ${flag} is no port`);
  if (wanted === 0) return freePort();
  if (await isFree(wanted, host)) return wanted;
  if (flag === undefined && free) return freePort();
  throw new UsageError(
    `port ${wanted} is in use; use ${flag === undefined ? 'another api.port, or --port with a free one' : 'another --port'}, or --port 0 for any that is free`,
  );
}
