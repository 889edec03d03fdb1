import type { z } from 'zod';
import { ccvAccount } from './ccv/account.ts';
import { finlineAccount } from './finline/account.ts';
import { paymentOptionsAccount } from './paymentoptions/account.ts';
import { payoneAccount } from './payone/account.ts';
import { swedbankPayAccount } from './swedbankpay/account.ts';

/** Every provider that an account may name. */
export const PROVIDER_NAMES = ['payone', 'swedbankpay', 'ccv', 'paymentoptions', 'finline'] as const;
export type ProviderName = (typeof PROVIDER_NAMES)[number];

/** How an account of each provider is written in the configuration, by the provider's name. */
export const accountSchemas: Readonly<Record<ProviderName, z.ZodType>> = {
  payone: payoneAccount,
  swedbankpay: swedbankPayAccount,
  ccv: ccvAccount,
  paymentoptions: paymentOptionsAccount,
  finline: finlineAccount,
};

export const isProviderName = (name: string): name is ProviderName => Object.hasOwn(accountSchemas, name);
