/** What was said on the wire, fit to be kept: no token, no card number (M8), at most 8 KiB as JSON. */
import type { Exchange } from '../../payment/outcome.ts';
import type { HttpRequest, HttpResult } from '../http.ts';
import { withoutCardNumbers } from '../card-number.ts';
import { readJson } from './wire.ts';

const MOST_BYTES = 8_192;
const LONGEST_VALUE = 300;
const MOST_VALUES = 80;
const MASK = '[masked]';
// A callback's address ends in the account's path token.
const MASKED = /(?:token|email|msisdn|phone|address|callbackUrl$|name$)/i;
/** Addresses of operations are not kept: they are good for the moment in which they were read (provider notes B2). */
const LEFT_OUT = /(?:^|\.)href$/;

/** Builds the record of one exchange from the request that left, or should have, and what came of it. */
export function exchangeOf(request: HttpRequest, result: HttpResult): Exchange {
  const answered = result.sent && !result.lost;
  const session = request.headers?.['session-id'];
  const full: Exchange = {
    method: request.method,
    url: withoutQuery(request.url),
    request: {
      ...(session === undefined ? {} : { 'session-id': session }),
      ...(request.body === undefined ? {} : flat(JSON.parse(String(request.body)))),
    },
    status: answered ? result.status : null,
    response: answered ? responseOf(result.body) : {},
    tookMs: result.tookMs,
  };
  if (sizeOf(full) <= MOST_BYTES) return full;
  const brief: Exchange = { ...full, response: firstOf(full.response, 30), truncated: true };
  return sizeOf(brief) <= MOST_BYTES
    ? brief
    : { ...brief, request: firstOf(brief.request, 10), response: {} };
}

const sizeOf = (exchange: Exchange): number => Buffer.byteLength(JSON.stringify(exchange));

const firstOf = (record: Readonly<Record<string, string>>, most: number): Record<string, string> =>
  Object.fromEntries(
    Object.entries(record)
      .slice(0, most)
      .map(([name, value]) => [name.slice(0, 60), value.slice(0, 80)]),
  );

/** The leaves of a JSON value by their paths, as in `transaction.amount`. */
function flat(value: unknown): Record<string, string> {
  const leaves: [string, string][] = [];
  const walk = (node: unknown, path: string, depth: number): void => {
    if (leaves.length >= MOST_VALUES || depth > 8 || LEFT_OUT.test(path)) return;
    if (typeof node === 'object' && node !== null) {
      for (const [name, inner] of Object.entries(node))
        walk(inner, path === '' ? name : `${path}.${name}`, depth + 1);
      return;
    }
    const masked = MASKED.test(path) && !/(?:^|\.)problems\.\d+\.name$/.test(path);
    leaves.push([path, masked ? MASK : withoutCardNumbers(String(node)).slice(0, LONGEST_VALUE)]);
  };
  walk(value, '', 0);
  return Object.fromEntries(leaves);
}

/** The answer's leaves, or the start of what came instead of JSON. */
function responseOf(body: Buffer): Record<string, string> {
  const read = readJson(body);
  if (read.ok) return flat(read.value);
  const start = body
    .subarray(0, LONGEST_VALUE)
    .toString('latin1')
    .replace(/[^\x20-\x7e]/g, '.');
  return { fault: read.fault, bytes: String(body.length), start: withoutCardNumbers(start) };
}

function withoutQuery(address: string): string {
  const { origin, pathname, search } = new URL(address);
  return `${origin}${pathname}${search === '' ? '' : `?${MASK}`}`;
}
