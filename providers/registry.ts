import { ccv } from './ccv/provider.ts';
import { finline } from './finline/provider.ts';
import { paymentOptions } from './paymentoptions/provider.ts';
import { payone } from './payone/provider.ts';
import type { Provider } from './provider.ts';
import { swedbankpay } from './swedbankpay/provider.ts';

export type ProviderRegistry = ReadonlyMap<string, Provider>;

/** The providers that this version runs, by name. */
export const providers: ProviderRegistry = new Map(
  [payone, swedbankpay, ccv, paymentOptions, finline].map((provider) => [provider.name, provider]),
);
