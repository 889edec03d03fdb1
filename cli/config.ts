import type { Command } from 'commander';
import { configureAccounts } from '../temporal/accounts.ts';
import { type Configuration, loadConfiguration } from '../temporal/configuration.ts';
import { printConfiguration } from '../temporal/configuration-print.ts';
import { configurationSchema } from '../temporal/configuration-schema.ts';
import { noticeAdvice } from '../temporal/notice-advice.ts';
import { secretAdvice } from '../temporal/secret-places.ts';
import { configureWebhooks } from '../temporal/webhook-endpoint.ts';
import { EXIT, UsageError } from './exit.ts';
import { act, type Ended } from './invocation.ts';

/** `config check|schema`. */
export function configCommands(program: Command, ended: Ended): void {
  const config = program.command('config').description('the configuration file');
  act<object>(
    config
      .command('check')
      .description('check the file and print it with secrets masked')
      .argument('[file]', 'default: --config, TRANCHE_CONFIG or tranche.config.json'),
    ended,
    async ({ args, config: flag, output }) => {
      const configuration = loadConfiguration({ path: args[0] ?? flag });
      const open = await configureOnce(configuration);
      output.announce(printConfiguration(configuration));
      for (const { found, mend } of [...secretAdvice({ path: args[0] ?? flag }), ...open])
        output.note(`warning: ${found}\n    ${mend}`);
      output.note(`well formed, ${Object.keys(configuration.accounts).length} account(s)`);
      return EXIT.done;
    },
  );
  act<object>(
    config.command('schema').description('the JSON Schema of the file'),
    ended,
    async ({ args, output }) => {
      if (args.length > 0) throw new UsageError('config schema takes no argument');
      output.announce(JSON.stringify(configurationSchema(), null, 2));
      return EXIT.done;
    },
  );
}

/** What a provider refuses beyond the shape of its account; the address of a local twin is known to `dev` alone. */
async function configureOnce(configuration: Configuration): Promise<ReturnType<typeof noticeAdvice>> {
  const { accounts } = configuration;
  await configureWebhooks(configuration).close();
  const placed = Object.entries(accounts).filter(([, account]) => account['url'] !== 'sandbox');
  const configured = configureAccounts(Object.fromEntries(placed));
  for (const account of configured.values()) await account.close();
  return noticeAdvice(configured, accounts);
}
