import { ConfigurationError, configurationError } from '../configuration-error.ts';
import type { AccountConfig, Provider, ProviderAccount } from '../provider.ts';
import { payoneAccount } from './account.ts';
import { PayoneAdapter } from './adapter.ts';

const LOOPBACK: readonly string[] = ['127.0.0.1', 'localhost', '[::1]'];

/** PAYONE's Server API, channel `post-gateway` (seed 002). */
export const payone: Provider = {
  name: 'payone',
  configure(name: string, config: AccountConfig): ProviderAccount {
    const parsed = payoneAccount.safeParse(config);
    if (!parsed.success) throw configurationError(name, parsed.error);
    const { url, mode } = parsed.data;
    if (url === 'sandbox') {
      throw new ConfigurationError(name, [
        { path: 'url', message: 'sandbox stands for a local twin that is not running' },
      ]);
    }
    const { protocol, hostname } = new URL(url);
    if (mode === 'live' && protocol !== 'https:' && !LOOPBACK.includes(hostname)) {
      throw new ConfigurationError(name, [{ path: 'url', message: 'is https where mode is live' }]);
    }
    return new PayoneAdapter(name, parsed.data);
  },
};
