import { payone } from './payone/provider.ts';
import type { Provider } from './provider.ts';

export type ProviderRegistry = ReadonlyMap<string, Provider>;

/** The providers that this version runs, by name. */
export const providers: ProviderRegistry = new Map([[payone.name, payone]]);
