import { createHash } from 'node:crypto';
import type { HoldReference } from '../payment/hold.ts';
import type { CallResult, Exchange } from '../payment/outcome.ts';
import { maskCardNumbers } from './luhn.ts';

/** The most that an exchange may take as UTF-8 JSON, in bytes. */
export const EXCHANGE_BYTES = 8 * 1024;

const LONGEST_MESSAGE = 1000;
const LONGEST_URL = 512;
const LONGEST_VALUE = 512;
/** Room for the other half, the numbers and the brackets; each half of the exchange gets half of the rest. */
const HALF_BYTES = 3500;
/** A shorter secret stands in too many innocent texts, so it is masked only where it is the whole text. */
const SHORTEST_SECRET = 6;

/** Masks texts; `cards` says whether card numbers are looked for, which references must not be. */
type Mask = (text: string, cards?: boolean) => string;

/** `more` are secrets of this one call, such as what was sealed in it. */
export type Redact = (result: CallResult, more?: readonly string[]) => CallResult;

/**
 * The last pass over what an activity returns. Adapters redact what they know; this knows nothing of them and masks
 * card numbers and the configured secrets in whatever form a request carries them: plain, percent-encoded, base64,
 * or as lower-case hex MD5, SHA-256 or SHA-384.
 *
 * @param secrets - the secret values of the configuration.
 */
export function redactor(secrets: readonly string[]): Redact {
  const always = maskOf(secrets);
  return (result, more = []) => redact(result, more.length === 0 ? always : maskOf([...secrets, ...more]));
}

function maskOf(secrets: readonly string[]): Mask {
  const forms = [...new Set(secrets.filter((secret) => secret !== '').flatMap(formsOf))];
  const inside = forms.filter((form) => form.length >= SHORTEST_SECRET).sort((a, b) => b.length - a.length);
  const whole = new Set(forms);
  return (text, cards = true) => {
    if (whole.has(text)) return '[secret]';
    const masked = inside.reduce((rest, form) => rest.replaceAll(form, '[secret]'), text);
    return cards ? maskCardNumbers(masked) : masked;
  };
}

function formsOf(secret: string): string[] {
  const hex = (algorithm: string): string => createHash(algorithm).update(secret, 'utf8').digest('hex');
  return [
    secret,
    encodeURIComponent(secret),
    new URLSearchParams({ s: secret }).toString().slice(2),
    Buffer.from(secret, 'utf8').toString('base64'),
    Buffer.from(secret, 'utf8').toString('base64url'),
    hex('md5'),
    hex('sha256'),
    hex('sha384'),
  ];
}

function redact(result: CallResult, mask: Mask): CallResult {
  const { providerReference, hold, keys, facts, exchange } = result;
  const common = {
    // References and addresses are used as they are: a digit run in them is an id, whatever its Luhn sum.
    ...(providerReference === undefined ? {} : { providerReference: mask(providerReference, false) }),
    ...(hold === undefined ? {} : { hold: maskHold(hold, mask) }),
    ...(keys === undefined ? {} : { keys: entries(keys, (text) => mask(text, false)) }),
    ...(facts === undefined ? {} : { facts: entries(facts, (text) => mask(text)) }),
    ...(exchange === undefined ? {} : { exchange: redactExchange(exchange, mask) }),
  };
  const prose = (text: string): string => cut(mask(text), LONGEST_MESSAGE);
  switch (result.outcome) {
    case 'approved':
      return { ...result, ...common };
    case 'pending':
      return {
        ...result,
        ...common,
        ...(result.redirectUrl === undefined ? {} : { redirectUrl: mask(result.redirectUrl, false) }),
      };
    case 'declined': {
      const decline = {
        ...result.decline,
        code: mask(result.decline.code, false),
        message: prose(result.decline.message),
      };
      return { ...result, ...common, decline };
    }
    case 'not_performed':
    case 'unknown':
      return {
        ...result,
        ...common,
        reason: prose(result.reason),
        ...(result.message === undefined ? {} : { message: prose(result.message) }),
      };
  }
}

const maskHold = (hold: HoldReference, mask: Mask): HoldReference =>
  Object.fromEntries(
    Object.entries(hold).map(([name, value]) => [
      name,
      typeof value === 'string' ? mask(value, false) : value,
    ]),
  );

/** Masked first and cut afterwards: half a card number would pass as none. */
function redactExchange(exchange: Exchange, mask: Mask): Exchange {
  const masked: Exchange = {
    ...exchange,
    method: mask(exchange.method),
    url: mask(exchange.url),
    request: entries(exchange.request, (text) => mask(text)),
    response: entries(exchange.response, (text) => mask(text)),
  };
  if (bytesOf(masked) <= EXCHANGE_BYTES) return masked;
  return {
    method: cut(masked.method, 16),
    url: cut(masked.url, LONGEST_URL),
    request: firstEntries(masked.request, HALF_BYTES),
    status: masked.status,
    response: firstEntries(masked.response, HALF_BYTES),
    tookMs: masked.tookMs,
    truncated: true,
  };
}

/** The entries from the first on that fit into so many bytes, long values cut. */
function firstEntries(record: Readonly<Record<string, string>>, bytes: number): Record<string, string> {
  const kept: [string, string][] = [];
  let left = bytes;
  for (const [name, value] of Object.entries(record)) {
    const entry: [string, string] = [cut(name, LONGEST_VALUE), cut(value, LONGEST_VALUE)];
    left -= bytesOf(entry) + 2;
    if (left < 0) break;
    kept.push(entry);
  }
  return Object.fromEntries(kept);
}

const entries = (
  record: Readonly<Record<string, string>>,
  change: (text: string) => string,
): Record<string, string> =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [change(name), change(String(value))]));

const bytesOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value), 'utf8');

/** Cuts between code points, so that no half of a pair is left. */
const cut = (text: string, length: number): string => {
  if (text.length <= length) return text;
  const end = /[\uD800-\uDBFF]/.test(text.charAt(length - 1)) ? length - 1 : length;
  return `${text.slice(0, end)}…`;
};
