import type { Command } from 'commander';
import { EXIT } from './exit.ts';
import { act, type Ended } from './invocation.ts';
import type { ClusterFolder, UpOptions } from './run-cluster.ts';

/** `cluster`: a Temporal server on PostgreSQL, kept running on this machine. */
export function clusterCommands(program: Command, ended: Ended): void {
  const cluster = program
    .command('cluster')
    .description('a Temporal server on PostgreSQL, kept running here');
  const command = (name: string, description: string): Command =>
    cluster
      .command(name)
      .description(description)
      .option('--folder <folder>', 'where all of it is kept (default: .tranche/cluster)');

  act<UpOptions>(
    command('up', 'start it, restart what ends by itself, until Ctrl-C or `tranche cluster down`')
      .option(
        '--port <port>',
        'of the frontend, 0 for a free one (default: as before; at first 7233, or a free one)',
      )
      .option('--shards <number>', 'history shards at the first start, never to be changed (default: 8)')
      .option('--namespace <name>', 'made when it is not there (default: default)')
      .option('--retention-days <days>', 'how long closed payments stay readable, at least 30 (default: 30)')
      .addHelpText(
        'after',
        '\nTRANCHE_POSTGRES_URL=postgres://user:password@host:port uses a PostgreSQL that runs already.',
      ),
    ended,
    async ({ options, output }) => {
      const { clusterUp } = await import('./run-cluster.ts');
      await clusterUp(options, output);
      return EXIT.done;
    },
  );
  act<ClusterFolder>(
    command('down', 'end it in order: server, then database'),
    ended,
    async ({ options, output }) => {
      const { clusterDown } = await import('./run-cluster.ts');
      await clusterDown(options, output);
      return EXIT.done;
    },
  );
  act<ClusterFolder>(command('status', 'whether it runs and answers'), ended, async ({ options, output }) => {
    const { clusterStatus } = await import('./run-cluster.ts');
    return (await clusterStatus(options, output)) ? EXIT.done : EXIT.unreachable;
  });
}
