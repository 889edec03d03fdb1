/** What was said on the wire, fit to be kept: no secret, no card or bank account (M8), at most 8 KiB as JSON. */
import type { Exchange } from '../../payment/outcome.ts';
import type { HttpResult } from '../http.ts';
import { withoutCardNumbers } from '../card-number.ts';
import { readLines, type PayoneRequest } from './wire.ts';

const MOST_BYTES = 8_192;
const LONGEST_VALUE = 300;
const MASK = '[masked]';
const ITEM = /^(?:it|id|pr|no|de|va|sd|ed)\[/;
// `clearing_bank…` names the account that a customer pays into; it is told to callers and kept.
const MASKED =
  /^(?:key|hash|pseudocardpan|card.*|iban|bic|bankaccount|bankcode|bankaccountholder|email|telephonenumber|birthday|personalid|street|addressaddition|(?:first|last)name|shipping_(?:firstname|lastname|street)|ip)$/;

/** Builds the record of one call from the parameters that left and what came of it. */
export function exchangeOf(url: string, request: PayoneRequest, result: HttpResult): Exchange {
  const answered = result.sent && !result.lost;
  const full: Exchange = {
    method: 'POST',
    url: withoutSecrets(url),
    request: masked(request),
    status: answered ? result.status : null,
    response: answered ? responseOf(result.body) : {},
    tookMs: result.tookMs,
  };
  if (sizeOf(full) <= MOST_BYTES) return full;
  const items = Object.keys(request).filter((name) => name.startsWith('it[')).length;
  const brief: Exchange = {
    ...full,
    request: {
      ...brieved(Object.fromEntries(Object.entries(full.request).filter(([name]) => !ITEM.test(name)))),
      items: String(items),
    },
    truncated: true,
  };
  if (sizeOf(brief) <= MOST_BYTES) return brief;
  const briefer: Exchange = { ...brief, response: brieved(brief.response, 40) };
  return sizeOf(briefer) <= MOST_BYTES
    ? briefer
    : { ...briefer, request: brieved(briefer.request, 20), response: {} };
}

const sizeOf = (exchange: Exchange): number => Buffer.byteLength(JSON.stringify(exchange));

/** The first names, each with the start of its value. */
const brieved = (record: Readonly<Record<string, string>>, most = 60): Record<string, string> =>
  Object.fromEntries(
    Object.entries(record)
      .slice(0, most)
      .map(([name, value]) => [name.slice(0, 60), value.slice(0, 80)]),
  );

const masked = (record: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(record).map(([name, value]) => [
      name,
      MASKED.test(name) ? MASK : withoutCardNumbers(value).slice(0, LONGEST_VALUE),
    ]),
  );

/** The answer's lines, or the start of what came instead of them. A redirect carries a session: only its host is kept. */
function responseOf(body: Buffer): Record<string, string> {
  const read = readLines(body);
  if (!read.ok) {
    const start = body
      .subarray(0, LONGEST_VALUE)
      .toString('latin1')
      .replace(/[^\x20-\x7e]/g, '.');
    return { fault: read.fault, bytes: String(body.length), start: withoutCardNumbers(start) };
  }
  const { redirecturl, ...lines } = read.lines;
  return masked(redirecturl === undefined ? lines : { ...lines, redirecturl: withoutSecrets(redirecturl) });
}

/** An address without what may be secret in it: user, query, fragment. */
function withoutSecrets(address: string): string {
  if (!URL.canParse(address)) return MASK;
  const { origin, pathname, search } = new URL(address);
  return `${origin}${pathname}${search === '' ? '' : `?${MASK}`}`;
}
