/** What the accounts of JSON providers check alike. */
import * as z from 'zod';
import { exponentOf, type Exponents } from '../../payment/currency.ts';
import { commonOptions } from '../account-options.ts';
import { ConfigurationError } from '../configuration-error.ts';
import type { Refusal } from '../provider.ts';

/** A value of a header: visible ASCII, so that no line can be slipped in. */
export const headerValue = z
  .string()
  .min(1)
  .max(1_024)
  .regex(/^[\x21-\x7e]+(?: [\x21-\x7e]+)*$/, 'expected visible ASCII characters');

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

const LOOPBACK: readonly string[] = ['127.0.0.1', 'localhost', '[::1]'];

/**
 * The base that paths are joined to, without a slash at its end.
 *
 * @throws ConfigurationError for the local twin's placeholder, and for plain http to another machine: every request
 *   carries the account's secrets.
 */
export function baseOf(name: string, url: string): string {
  const refuse = (message: string): never => {
    throw new ConfigurationError(name, [{ path: 'url', message }]);
  };
  if (url === 'sandbox') return refuse('sandbox stands for a local twin that is not running');
  const { protocol, hostname, search, hash } = new URL(url);
  if (protocol !== 'https:' && !LOOPBACK.includes(hostname)) {
    return refuse('is https, since every request carries secrets');
  }
  if (search !== '' || hash !== '') return refuse('is a base for paths and has no query or fragment');
  return url.replace(/\/+$/, '');
}
