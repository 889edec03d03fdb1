import type { Configuration } from './configuration.ts';

/** What a secret is printed as. */
export const MASKED = '********';

/** Secrets by the name of their field, anywhere in the file. `keyHash` names a method and is the one exception. */
const SECRET_NAME = /key|secret|token|authorization|password/i;
const PUBLIC_NAMES: ReadonlySet<string> = new Set(['keyHash', 'authorizationValidity']);
/** Addresses of our own edge as providers are told them: their path ends in the account's secret token. */
const NOTICE_ADDRESSES: ReadonlySet<string> = new Set(['serverUrl', 'callbackUrl']);

/** Whether what stands in a field of this name is a secret. */
export const isSecretName = (name: string): boolean => SECRET_NAME.test(name) && !PUBLIC_NAMES.has(name);

const SHORTEST = 16;
/** A part of a path that could be such a token. */
const TOKEN = /^[A-Za-z0-9_-]{16,}$/;

/**
 * The configuration as JSON for people and logs: secrets masked, in addresses too (user, password and query, and what
 * may be a token in the path of an address that notices are sent to).
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
  if (isSecretName(name)) {
    // `Basic <credentials>`: whoever has the second word has the secret.
    found.push(text, ...(/^\S+ (\S+)$/.exec(text)?.slice(1) ?? []));
    return MASKED;
  }
  return maskAddress(text, NOTICE_ADDRESSES.has(name), found);
}

/** The parts of an address as it is written: scheme, user with its password, host, path, query, fragment. */
const ADDRESS = /^([a-z][a-z0-9+.-]*):\/\/([^/?#]*@)?([^/?#]*)([^?#]*)(\?[^#]*)?(#.*)?$/is;

function maskAddress(text: string, takesNotices: boolean, found: string[]): string {
  const [, scheme, user, host, path = '', query, fragment = ''] = ADDRESS.exec(text) ?? [];
  if (scheme === undefined || !URL.canParse(text)) return text;
  const url = new URL(text);
  if (url.password !== '') found.push(url.password, decoded(url.password));
  if (takesNotices) found.push(...[...url.searchParams.values()].filter((value) => value.length >= SHORTEST));
  const masked = takesNotices ? maskPath(path, found) : path;
  const shown = query === undefined || query === '?' ? '' : `?${MASKED}`;
  return `${scheme}://${user === undefined ? '' : `${MASKED}@`}${host}${masked}${shown}${fragment}`;
}

/** Masks what could be a token; the name of the account behind `notifications` is none. */
function maskPath(path: string, found: string[]): string {
  const parts = path.split('/');
  return parts
    .map((part, index) => {
      if (!TOKEN.test(part) || parts[index - 1] === 'notifications') return part;
      found.push(part);
      return MASKED;
    })
    .join('/');
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
