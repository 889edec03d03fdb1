import { configurationError } from '../configuration-error.ts';
import type { AccountConfig, Provider, ProviderAccount } from '../provider.ts';
import { baseOf } from '../rest/account.ts';
import { swedbankPayAccount } from './account.ts';
import { SwedbankPayAdapter } from './adapter.ts';

/** Swedbank Pay's payment instruments, version 1 (seed 004). */
export const swedbankpay: Provider = {
  name: 'swedbankpay',
  configure(name: string, config: AccountConfig): ProviderAccount {
    const parsed = swedbankPayAccount.safeParse(config);
    if (!parsed.success) throw configurationError(name, parsed.error);
    return new SwedbankPayAdapter(name, { ...parsed.data, url: baseOf(name, parsed.data.url) });
  },
};
