import { ConfigurationError, configurationError } from '../configuration-error.ts';
import type { AccountConfig, Provider, ProviderAccount } from '../provider.ts';
import { ccvAccount } from './account.ts';
import { CcvAdapter } from './adapter.ts';

/** CCV's terminal interface (seed 000). An account is one terminal. */
export const ccv: Provider = {
  name: 'ccv',
  configure(name: string, config: AccountConfig): ProviderAccount {
    const parsed = ccvAccount.safeParse(config);
    if (!parsed.success) throw configurationError(name, parsed.error);
    if (parsed.data.url === 'sandbox') {
      throw new ConfigurationError(name, [
        { path: 'url', message: 'sandbox stands for a local twin that is not running' },
      ]);
    }
    return new CcvAdapter(name, parsed.data);
  },
};
