import { z } from 'zod';
import { exponentOf, type Exponents } from '../payment/currency.ts';
import { isDuration } from '../payment/duration.ts';
import type { Refusal } from './provider.ts';

/** The parts that the accounts of all providers share in the configuration. */

/** An ISO 8601 duration of weeks, days, hours, minutes and seconds, kept as text. */
export const duration = z
  .string()
  .refine(isDuration, 'expected an ISO 8601 duration of W, D, H, M, S, for example "PT30M"')
  .meta({ format: 'duration' });

/** The base that paths are joined to, or `sandbox` for the local twin. */
export const accountUrl = z.union([z.literal('sandbox'), z.url({ protocol: /^https?$/ })], {
  error: 'expected an http or https URL, or "sandbox"',
});

/** Options that every account takes; what is left out comes from the provider's descriptor. */
export const commonOptions = {
  /** Milliseconds until a call that was sent counts as lost. */
  timeoutMs: z.int().min(1).max(600_000).optional(),
  /** Calls at a time, per worker process. */
  maxConcurrent: z.int().min(1).max(10_000).optional(),
  /** Calls per second over all workers. */
  rate: z.number().positive().max(100_000).optional(),
  /** When calls are held back because the provider does not answer, per worker process. */
  breaker: z
    .strictObject({
      /** Results in a row which say that it is not there. @default 5 */
      failures: z.int().min(1).max(10_000).optional(),
      /** After that long one call tries. @default PT30S */
      openFor: duration.optional(),
    })
    .optional(),
  authorizationValidity: duration.optional(),
  margin: duration.optional(),
  warnBefore: duration.optional(),
  lapseAfter: duration.optional(),
  awaitUntil: duration.optional(),
  absenceAfter: duration.optional(),
  closeAfter: duration.optional(),
  unknownAfter: duration.optional(),
  exponents: z
    .record(z.string().regex(/^[A-Z]{3}$/, 'expected an ISO 4217 code'), z.int().min(0).max(4))
    .optional(),
  /** Addresses or CIDR blocks that notices may come from. */
  networks: z
    .array(z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()], 'expected an address or a CIDR block'))
    .optional(),
  /** A secret last part of the path that notices come to. */
  pathToken: z
    .string()
    .regex(/^[A-Za-z0-9_-]{16,128}$/, 'expected 16 to 128 letters, digits, "-" or "_"')
    .optional(),
};

/** `exponents` that agree with ISO 4217 and stay within `most` decimals. */
export const exponentsUpTo = (most: number) =>
  commonOptions.exponents.superRefine((given = {}, context) => {
    for (const [code, exponent] of Object.entries(given)) {
      const fault = faultInCurrency(code, given)?.message;
      const message = fault ?? (exponent > most ? `expected at most ${most} decimals` : undefined);
      if (message !== undefined) context.addIssue({ code: 'custom', path: [code], message });
    }
  });

/** Null where amounts in the currency can be placed to the minor unit. */
export function faultInCurrency(currency: string, exponents: Exponents | undefined): Refusal | null {
  try {
    exponentOf(currency, exponents ?? {});
    return null;
  } catch (error) {
    return { path: 'amount.currency', message: error instanceof Error ? error.message : 'is not a currency' };
  }
}
