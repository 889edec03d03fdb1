import { type Command, InvalidArgumentError } from 'commander';
import { EXIT, UsageError } from './exit.ts';
import { act, type Ended } from './invocation.ts';
import { findConfiguration } from './source.ts';
import { Closers, untilSignal } from './until-signal.ts';

interface CodecOptions {
  readonly host: string;
  readonly port: number;
  readonly origin: readonly string[];
  readonly encode?: boolean;
}

/** `codec`: what lets Temporal's UI and command line show what is encrypted. Runs until SIGINT or SIGTERM. */
export function codecCommand(program: Command, ended: Ended): void {
  act<CodecOptions>(
    program
      .command('codec')
      .description('serve decoding to Temporal’s UI and command line')
      .option('--host <host>', 'where to listen', '127.0.0.1')
      .option('--port <port>', 'where to listen, 0 for a free one', portOf, 8081)
      .option(
        '--origin <origin>',
        'a Temporal UI that may ask, like https://temporal.example.com; may be repeated',
        (given: string, all: readonly string[]) => [...all, originOf(given)],
        [],
      )
      .option('--encode', 'serve encoding too, for operators'),
    ended,
    async ({ config, options: { host, port, origin, encode }, output }) => {
      const [{ startCodecServer }, { encryptionCodec }, { keyRingOf }, { resolveTarget }, { tokensOf }] =
        await Promise.all([
          import('../api/codec-server.ts'),
          import('../temporal/codec.ts'),
          import('../temporal/key-ring.ts'),
          import('../temporal/connection.ts'),
          import('./api-tokens.ts'),
        ]);
      const [{ observability }, { secretsOf }] = await Promise.all([
        import('./observability.ts'),
        import('../temporal/configuration-print.ts'),
      ]);
      const { configuration } = findConfiguration(config);
      if (configuration.api.tokens.every(({ role }) => role === 'viewer'))
        throw new UsageError('api.tokens has no auditor and no operator, so nobody could ask');
      const signal = untilSignal();
      const started = new Closers();
      try {
        const { log } = observability();
        log.hide(secretsOf(configuration));
        const server = await startCodecServer(
          {
            codec: encryptionCodec(keyRingOf(configuration)),
            tokens: tokensOf(configuration),
            namespace: resolveTarget(configuration.temporal).namespace,
            origins: origin,
            encodes: encode === true,
            trustProxy: configuration.api.trustProxy,
            logger: log.settings,
          },
          { host, port },
        );
        await started.add(() => server.close());
        output.announce(`ready ${server.url}`);
        await signal;
        return EXIT.done;
      } finally {
        await started.close();
      }
    },
  );
}

function portOf(given: string): number {
  if (!/^\d{1,5}$/.test(given) || Number(given) > 65_535) throw new InvalidArgumentError('it is no port.');
  return Number(given);
}

function originOf(given: string): string {
  const url = URL.canParse(given) ? new URL(given) : null;
  if (url === null || !/^https?:$/.test(url.protocol) || url.origin !== given)
    throw new InvalidArgumentError(
      'an origin is a scheme, a host and a port if need be: https://temporal.example.com',
    );
  return given;
}
