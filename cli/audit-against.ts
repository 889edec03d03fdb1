import type { Judged } from '../audit/pool-words.ts';
import type { Check } from '../audit/check.ts';
import { UnreachableError } from './exit.ts';
import { findConfiguration } from './source.ts';

/** The providers of a configuration, asked after a bundle was found to hold. */
export interface Against {
  /** The verdict with the check `provider` at its end; a bundle that does not hold is not asked for. */
  judged(one: Judged): Promise<Judged>;
  /** @throws UnreachableError where a provider did not answer. */
  close(): Promise<void>;
}

/** @param config - what `--config` names. @throws ConfigurationError, UsageError */
export async function againstProviders(config: string | undefined): Promise<Against> {
  const [{ configureAccounts }, { compareWithProvider }, { bundleOfFile }] = await Promise.all([
    import('../temporal/accounts.ts'),
    import('../audit/provider-compare.ts'),
    import('../audit/bundle-files.ts'),
  ]);
  const accounts = configureAccounts(findConfiguration(config).configuration.accounts);
  const away = new Set<string>();
  return {
    judged: async (one) => {
      if (!('checks' in one)) return one;
      if (!one.holds) return withCheck(one, notAsked('not asked: the bundle does not hold'));
      const bundle = await bundleOfFile(one.file, Number.MAX_SAFE_INTEGER).catch(() => null);
      if (bundle === null) return withCheck(one, notAsked('not asked: only files of one bundle are'));
      const { check, unreachable } = await compareWithProvider(bundle, accounts.get(bundle.payment.account));
      if (unreachable) away.add(bundle.payment.account);
      return withCheck(one, check);
    },
    close: async () => {
      for (const account of accounts.values()) await account.close();
      if (away.size > 0)
        throw new UnreachableError(`the provider of ${[...away].join(', ')} does not answer`);
    },
  };
}

const notAsked = (text: string): Check => ({ name: 'provider', pass: null, text });

const withCheck = (one: Extract<Judged, { checks: unknown }>, check: Check): Judged => ({
  ...one,
  holds: one.holds && check.pass === true,
  checks: [...one.checks, check],
});
