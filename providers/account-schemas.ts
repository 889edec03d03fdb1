import type { z } from 'zod';
import { payoneAccount } from './payone/account.ts';
import { ccvAccount, finlineAccount, paymentOptionsAccount, swedbankPayAccount } from './planned-accounts.ts';

/** Every provider that an account may name, whether or not this version runs it. */
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
