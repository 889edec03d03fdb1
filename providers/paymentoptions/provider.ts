import { configurationError } from '../configuration-error.ts';
import type { AccountConfig, Provider, ProviderAccount } from '../provider.ts';
import { baseOf } from '../rest/account.ts';
import { paymentOptionsAccount } from './account.ts';
import { PaymentOptionsAdapter } from './adapter.ts';

/** PaymentOptions, server-to-server interface (seed 001). */
export const paymentOptions: Provider = {
  name: 'paymentoptions',
  configure(name: string, config: AccountConfig): ProviderAccount {
    const parsed = paymentOptionsAccount.safeParse(config);
    if (!parsed.success) throw configurationError(name, parsed.error);
    return new PaymentOptionsAdapter(name, parsed.data, baseOf(name, parsed.data.url));
  },
};
