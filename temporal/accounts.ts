import { ConfigurationError, type ConfigurationFault } from '../providers/configuration-error.ts';
import type { AccountConfig, ProviderAccount } from '../providers/provider.ts';
import { providers, type ProviderRegistry } from '../providers/registry.ts';
import { pathText, refuse } from './configuration-fault.ts';
import { noticeAddressFaults } from './outgoing-address.ts';

/**
 * Makes the accounts of a configuration ready to use.
 *
 * @returns by the account's name, in the order of the configuration; each is closed by whoever holds the map.
 * @throws ConfigurationError with the path of every field that a provider refuses; an account of a provider that is
 *   not in the registry is refused at its `provider`, one whose `sandbox` has no address yet at its `url`.
 */
export function configureAccounts(
  accounts: Readonly<Record<string, AccountConfig>>,
  registry: ProviderRegistry = providers,
): Map<string, ProviderAccount> {
  const faults: ConfigurationFault[] = [];
  const configured = new Map<string, ProviderAccount>();
  for (const [name, config] of Object.entries(accounts)) {
    const provider = registry.get(config.provider);
    if (provider === undefined) {
      const message = `provider ${JSON.stringify(config.provider)} is not available in this version`;
      faults.push({ path: pathText(['accounts', name, 'provider']), message });
    } else if (config['url'] === 'sandbox') {
      const message = 'the local twin runs under `tranche dev` only';
      faults.push({ path: pathText(['accounts', name, 'url']), message });
    } else {
      const misplaced = noticeAddressFaults(config);
      faults.push(...misplaced.map(({ option, message }) => below(name, { path: option, message })));
      try {
        configured.set(name, provider.configure(name, config));
      } catch (error) {
        if (!(error instanceof ConfigurationError)) throw error;
        faults.push(...error.faults.map((fault) => below(name, fault)));
      }
    }
  }
  refuse(faults);
  return configured;
}

function below(name: string, { path, message }: ConfigurationFault): ConfigurationFault {
  const account = pathText(['accounts', name]);
  return { path: path === '' ? account : `${account}.${path}`, message };
}
