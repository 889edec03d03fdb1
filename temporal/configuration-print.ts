import type { Configuration } from './configuration.ts';

/** What a secret is printed as. */
export const MASKED = '********';

/** Secrets by the name of their field, anywhere in the file. `keyHash` names a method and is the one exception. */
const SECRET_NAME = /key|secret|token|authorization|password/i;
const PUBLIC_NAMES: ReadonlySet<string> = new Set(['keyHash', 'authorizationValidity']);

/**
 * The configuration as JSON for people and logs: secrets masked, in addresses too (user, password and query).
 */
export function printConfiguration(configuration: Configuration): string {
  const seen: string[] = [];
  return JSON.stringify(mask(configuration, '', seen), null, 2);
}

/** Every secret value of the configuration, for whatever must keep them out of what it writes. */
export function secretsOf(configuration: Configuration): string[] {
  const found: string[] = [];
  mask(configuration, '', found);
  return [...new Set(found)];
}

/** A copy with secrets masked; the secrets themselves are added to `found`. */
function mask(value: unknown, name: string, found: string[]): unknown {
  if (typeof value === 'string') return maskText(value, name, found);
  if (Array.isArray(value)) return value.map((item) => mask(item, name, found));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, mask(item, key, found)]));
}

function maskText(text: string, name: string, found: string[]): string {
  if (SECRET_NAME.test(name) && !PUBLIC_NAMES.has(name)) {
    found.push(text);
    return MASKED;
  }
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(text) && URL.canParse(text)
    ? maskAddress(new URL(text), text, found)
    : text;
}

function maskAddress(url: URL, text: string, found: string[]): string {
  if (url.password === '' && url.username === '' && url.search === '') return text;
  if (url.password !== '') found.push(url.password, decoded(url.password));
  const user = url.username === '' && url.password === '' ? '' : `${MASKED}@`;
  const query = url.search === '' ? '' : `?${MASKED}`;
  return `${url.protocol}//${user}${url.host}${url.pathname}${query}`;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
