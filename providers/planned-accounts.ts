import { z } from 'zod';
import { accountUrl, commonOptions, duration } from './account-options.ts';

/**
 * The accounts of providers whose shape is documented and that this version does not run: their configuration is
 * checked like any other, and starting with one is refused by the registry.
 */
const text = z.string().min(1);

export const swedbankPayAccount = z.strictObject({
  provider: z.literal('swedbankpay'),
  url: accountUrl,
  accessToken: text,
  payeeReferenceDigits: z.int().min(1).max(30).optional(),
  ...commonOptions,
});

export const ccvAccount = z.strictObject({
  provider: z.literal('ccv'),
  url: accountUrl,
  operatingEnvironment: text,
  accessProtocol: text,
  language: text,
  environment: text,
  terminalBlockFor: duration.optional(),
  ...commonOptions,
});

export const paymentOptionsAccount = z.strictObject({
  provider: z.literal('paymentoptions'),
  url: accountUrl,
  /** The whole value of the header. */
  authorization: text,
  apiKey: text,
  merchantId: text,
  amountUnit: z.enum(['major', 'minor']),
  ...commonOptions,
});

export const finlineAccount = z.strictObject({
  provider: z.literal('finline'),
  url: accountUrl,
  posId: text,
  apiKey: text,
  apiSecret: text,
  endpointKey: text,
  ...commonOptions,
});
