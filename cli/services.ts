import type { Command } from 'commander';
import { EXIT, type ExitCode, UsageError } from './exit.ts';
import { act, type Ended } from './invocation.ts';
import { findConfiguration } from './source.ts';
import { Closers, untilSignal } from './until-signal.ts';

/** `worker`, `api`, `sandbox` and `demo`: the parts by themselves. Each runs until SIGINT or SIGTERM. */
export function serviceCommands(program: Command, ended: Ended): void {
  act<object>(
    program.command('worker').description('run workflows and provider calls'),
    ended,
    ({ config, output }) =>
      serve(async (started) => {
        const [{ connectEngine, keepSignals }, { runWorker }] = await Promise.all([
          import('./connect.ts'),
          import('./run-worker.ts'),
        ]);
        keepSignals();
        const engine = await connectEngine(findConfiguration(config).configuration);
        await started.add(() => engine.close());
        const worker = await runWorker(engine);
        await started.add(() => worker.stop());
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
