import { configurationError } from '../configuration-error.ts';
import type { AccountConfig, Provider, ProviderAccount } from '../provider.ts';
import { baseOf } from '../rest/account.ts';
import { finlineAccount } from './account.ts';
import { FinlineAdapter } from './adapter.ts';

/** Financial Line, the CPAY family (seed 003). */
export const finline: Provider = {
  name: 'finline',
  configure(name: string, config: AccountConfig): ProviderAccount {
    const parsed = finlineAccount.safeParse(config);
    if (!parsed.success) throw configurationError(name, parsed.error);
    return new FinlineAdapter(name, parsed.data, baseOf(name, parsed.data.url));
  },
};
