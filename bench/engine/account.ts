/** The one account of the bench: both sides reach the stub through the real adapter with these options. */
import type { ProviderAccount } from '../../providers/provider.ts';
import { configureAccounts } from '../../temporal/accounts.ts';

export const BENCH_ACCOUNT = 'payone-bench';
export const BENCH_CURRENCY = 'EUR';

export const benchAccounts = (url: string): Map<string, ProviderAccount> =>
  configureAccounts({
    [BENCH_ACCOUNT]: {
      provider: 'payone',
      url,
      mid: '14648',
      aid: '17321',
      portalId: '2040559',
      key: 'bench-portal-key',
      mode: 'test',
    },
  });
