/** What was said in JSON, fit to be kept: no secret and no card number (M8), at most 8 KiB as JSON. */
import type { Exchange } from '../../payment/outcome.ts';
import type { HttpResult } from '../http.ts';
import { withoutCardNumbers } from '../card-number.ts';
import { type Json, readJson } from './json.ts';

const MOST_BYTES = 8_192;
const MASK = '[masked]';
/** Tried in order until the record fits: so many entries, so many characters of each value. */
const SIZES: readonly (readonly [number, number])[] = [
  [100, 300],
  [60, 80],
  [30, 40],
  [10, 20],
];

/** What is masked whatever the provider: by name, and wherever the text itself turns up. */
export interface Secrets {
  /** Fits the last part of a name whose value is never kept. */
  readonly names: RegExp;
  /** Texts that are never kept, in no part of any value. */
  readonly texts: readonly string[];
}

export interface Said {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  /** The body as it was sent; null for a request without one. */
  readonly body: string | null;
  readonly result: HttpResult;
}

/** Builds the record of one call; names of nested fields are joined by points. */
export function exchangeOf(said: Said, secrets: Secrets): Exchange {
  const { result } = said;
  const answered = result.sent && !result.lost;
  const request = said.body === null ? {} : recordOf(Buffer.from(said.body), secrets);
  const response = answered ? recordOf(result.body, secrets) : {};
  let kept: Exchange | undefined;
  for (const [entries, characters] of SIZES) {
    const brief = {
      request: brieved(request, entries, characters),
      response: brieved(response, entries, characters),
    };
    const cut = !sameRecord(brief.request, request) || !sameRecord(brief.response, response);
    kept = {
      method: said.method,
      url: mask(said.url, secrets).slice(0, 512),
      ...brief,
      status: answered ? result.status : null,
      tookMs: result.tookMs,
      ...(cut ? { truncated: true as const } : {}),
    };
    if (Buffer.byteLength(JSON.stringify(kept)) <= MOST_BYTES) return kept;
  }
  return { ...(kept as Exchange), request: {}, response: {} };
}

type Flat = Readonly<Record<string, string>>;

const sameRecord = (a: Flat, b: Flat): boolean =>
  Object.keys(a).length === Object.keys(b).length &&
  Object.entries(a).every(([name, value]) => b[name] === value);

const brieved = (record: Flat, entries: number, characters: number): Flat =>
  Object.fromEntries(
    Object.entries(record)
      .slice(0, entries)
      .map(([name, value]) => [name.slice(0, 80), value.slice(0, characters)]),
  );

/** The fields of a body, or the start of what came instead of JSON. */
function recordOf(body: Uint8Array, secrets: Secrets): Flat {
  const read = readJson(body);
  if (!read.ok) {
    const start = Buffer.from(body.subarray(0, 300))
      .toString('latin1')
      .replace(/[^\x20-\x7e]/g, '.');
    return { fault: read.fault, bytes: String(body.length), start: mask(start, secrets) };
  }
  const flat: Record<string, string> = {};
  flatten(read.value, '', secrets, flat, 0);
  return flat;
}

function flatten(
  value: Json,
  name: string,
  secrets: Secrets,
  into: Record<string, string>,
  depth: number,
): void {
  if (Object.keys(into).length >= 200 || depth > 8) return;
  const own = name.slice(name.lastIndexOf('.') + 1);
  if (name !== '' && secrets.names.test(own)) {
    into[name] = MASK;
    return;
  }
  if (typeof value === 'object' && value !== null) {
    for (const [part, inner] of Object.entries(value)) {
      flatten(inner, name === '' ? part : `${name}.${part}`, secrets, into, depth + 1);
    }
    return;
  }
  into[mask(name, secrets)] = mask(String(value), secrets);
}

/** Masked first and cut afterwards: half a card number would pass as none. */
export const mask = (text: string, { texts }: Secrets): string =>
  withoutCardNumbers(texts.reduce((rest, secret) => rest.replaceAll(secret, MASK), text));
