import type { Command } from 'commander';
import { act, type Ended } from './invocation.ts';
import { EXIT } from './exit.ts';

interface DevOptions {
  ephemeral?: boolean;
  port?: string;
}

/** `dev`: everything on this machine, for trying and for building against. */
export function devCommand(program: Command, ended: Ended): void {
  act<DevOptions>(
    program
      .command('dev')
      .description(
        'Temporal dev server, local twins of the five providers, worker and HTTP edge, until Ctrl-C',
      )
      .option('--ephemeral', 'keep nothing on disk (default: state under .tranche/ survives a restart)')
      .option('--port <port>', 'of the HTTP edge (default: the configuration, or 8080 or a free one)'),
    ended,
    async ({ options, config, output }) => {
      const { runDev } = await import('./run-dev.ts');
      await runDev({ config, output, ephemeral: options.ephemeral === true, port: options.port });
      return EXIT.done;
    },
  );
}
