/** What the accounts of JSON providers check alike. */
import * as z from 'zod';
import { ConfigurationError } from '../configuration-error.ts';

/** A value of a header: visible ASCII, so that no line can be slipped in. */
export const headerValue = z
  .string()
  .min(1)
  .max(1_024)
  .regex(/^[\x21-\x7e]+(?: [\x21-\x7e]+)*$/, 'expected visible ASCII characters');

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
