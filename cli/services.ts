import type { Command } from 'commander';
import type { Configuration } from '../temporal/configuration.ts';
import { BUILD_ID } from '../temporal/configuration-schema.ts';
import type { Engine } from './connect.ts';
import { EXIT, type ExitCode, UsageError } from './exit.ts';
import { act, type Ended } from './invocation.ts';
import { findConfiguration } from './source.ts';
import { Closers, untilSignal } from './until-signal.ts';

/** `worker`, `api`, `sandbox` and `demo`: the parts by themselves. Each runs until SIGINT or SIGTERM. */
export function serviceCommands(program: Command, ended: Ended): void {
  act<{ versioned?: boolean | string; buildId?: string }>(
    program
      .command('worker')
      .description('run workflows and provider calls')
      .option(
        '--versioned [behaviour]',
        'poll as a version, auto-upgrade or pinned (default: temporal.versioning, or auto-upgrade); see tranche deployment',
      )
      .option(
        '--build-id <id>',
        'name of the version (default: package version and digest of the workflows)',
      ),
    ended,
    ({ config, options, output }) =>
      serve(async (started) => {
        const [{ connectEngine, keepSignals }, { runWorker }] = await Promise.all([
          import('./connect.ts'),
          import('./run-worker.ts'),
        ]);
        keepSignals();
        const { configuration } = findConfiguration(config);
        const temporal = versionedAs(configuration.temporal, options);
        const engine = await connectEngine({ ...configuration, temporal });
        await started.add(() => engine.close());
        const worker = await runWorker(engine);
        await started.add(() => worker.stop());
        if (worker.version !== null) output.note(await versionNote(engine, worker.version));
        output.announce(
          `ready ${engine.target.address}/${engine.target.namespace}/${engine.configuration.temporal.taskQueue}`,
        );
        await worker.ended;
      }),
  );

  act<{ port?: string; host?: string }>(
    program
      .command('api')
      .description('serve the HTTP contract and take notices')
      .option('--host <host>', 'where to listen (default: the configuration)')
      .option('--port <port>', 'where to listen, 0 for a free one (default: the configuration)'),
    ended,
    ({ config, options, output }) =>
      serve(async (started) => {
        const [{ connectEngine }, { runApi }] = await Promise.all([
          import('./connect.ts'),
          import('./run-api.ts'),
        ]);
        const { configuration } = findConfiguration(config);
        if (configuration.api.tokens.length === 0) {
          throw new UsageError(
            'api.tokens is empty, so nobody could call: name a token in the configuration',
          );
        }
        const port = options.port === undefined ? configuration.api.port : portIn(options.port);
        const engine = await connectEngine(configuration);
        await started.add(() => engine.close());
        const api = await runApi(engine, { host: options.host ?? configuration.api.host, port });
        await started.add(() => api.close());
        output.announce(`ready ${api.url}`);
      }),
  );

  act<{ port?: string; account: string; notifyUrl?: string }>(
    program
      .command('sandbox')
      .description('the local twin of a provider by itself')
      .option(
        '--account <name>',
        'an account of the configuration, or of tranche dev without one',
        'payone-de',
      )
      .option('--port <port>', 'where to listen', '0')
      .option('--notify-url <url>', 'where notices go'),
    ended,
    ({ config, options, output }) =>
      serve(async (started) => {
        const [{ startTwin }, { devConfiguration }] = await Promise.all([
          import('./twins.ts'),
          import('./dev-configuration.ts'),
        ]);
        const account = devConfiguration(config).configuration.accounts[options.account];
        if (account === undefined)
          throw new UsageError(`--account ${options.account} is not in the configuration`);
        const twin = await startTwin(
          options.account,
          account,
          options.notifyUrl ?? null,
          portIn(options.port ?? '0'),
        );
        await started.add(() => twin.stop());
        output.note(`requests to ${twin.gatewayUrl}, books at ${twin.url}/admin/books`);
        output.announce(`ready ${twin.url}`);
      }),
  );

  act<object>(
    program.command('demo').description('run the main job side by side and compare ledger and books'),
    ended,
    async ({ output }) => {
      const { runDemo } = await import('./demo/demo.ts');
      return (await runDemo({ json: output.json })) as ExitCode;
    },
  );
}

/** @param version - `<deployment>:<build id>` of the workers that have just begun. */
async function versionNote({ client, configuration }: Engine, version: string): Promise<string> {
  const { readDeployment } = await import('../temporal/deployment-client.ts');
  const [name = '', build = ''] = version.split(':');
  const promote = `tranche deployment promote ${build}`;
  try {
    const current = (await readDeployment(client, name, configuration.temporal.taskQueue))?.current ?? null;
    if (current === build) return `version ${version}, which is current`;
    return current === null
      ? `version ${version}; no version is current yet, so it is given nothing: ${promote}`
      : `version ${version}; ${current} is current, so it is given nothing new: ${promote}`;
  } catch {
    return `version ${version}; it is given work once it is current: ${promote}`;
  }
}

/**
 * What the flags say over what the configuration says.
 *
 * @throws UsageError
 */
function versionedAs(
  temporal: Configuration['temporal'],
  { versioned, buildId }: { readonly versioned?: boolean | string; readonly buildId?: string },
): Configuration['temporal'] {
  const usual = temporal.versioning === 'off' ? 'auto-upgrade' : temporal.versioning;
  const versioning = versioned === undefined ? temporal.versioning : versioned === true ? usual : versioned;
  if (versioning !== 'off' && versioning !== 'auto-upgrade' && versioning !== 'pinned')
    throw new UsageError(`--versioned ${versioning} is none of auto-upgrade, pinned`);
  if (buildId !== undefined && !BUILD_ID.test(buildId))
    throw new UsageError(`--build-id ${buildId}: expected 1 to 100 letters, digits, "_" or "-"`);
  return { ...temporal, versioning, ...(buildId === undefined ? {} : { buildId }) };
}

/** @throws UsageError */
function portIn(flag: string): number {
  const port = Number(flag);
  if (!/^\d{1,5}$/.test(flag) || port > 65_535) throw new UsageError(`--port ${flag} is no port`);
  return port;
}

/** Starts, waits for a signal or for a failure of what was started, and ends all. */
async function serve(start: (started: Closers) => Promise<void>): Promise<ExitCode> {
  const signal = untilSignal();
  const started = new Closers();
  try {
    await Promise.race([signal, start(started).then(() => signal)]);
    return EXIT.done;
  } finally {
    await started.close();
  }
}
