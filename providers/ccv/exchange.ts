/** What was said on the wire, fit to be kept: no reference, receipt, credential or card number (M8), at most 8 KiB as JSON. */
import type { Exchange } from '../../payment/outcome.ts';
import type { HttpResult } from '../http.ts';
import { withoutCardNumbers } from '../card-number.ts';
import { readAnswer, type CcvRequest } from './wire.ts';

const LONGEST_VALUE = 200;
const MOST_MEMBERS = 30;

/** Members of an answer whose values are shown; of the others, only that they came. */
const SHOWN: readonly string[] = [
  'status',
  'requestId',
  'amount',
  'currency',
  'authReferenceVersion',
  'card',
  'stan',
  'timestamp',
  'terminalId',
  'approvalCode',
  'receiptNumber',
  'message',
];

/** Builds the record of one call. Header values are credentials and never stand in it. */
export function exchangeOf(url: string, request: CcvRequest, result: HttpResult): Exchange {
  const answered = result.sent && !result.lost;
  const { origin, pathname } = new URL(url);
  return {
    method: 'POST',
    url: `${origin}${pathname}`,
    request: Object.fromEntries(
      Object.entries(request)
        .filter(([, value]) => value !== undefined)
        .map(([name, value]) => [name, name === 'authReference' ? sealed(value) : shown(value)]),
    ),
    status: answered ? result.status : null,
    response: answered ? responseOf(result.body, result.framed) : {},
    tookMs: result.tookMs,
  };
}

const sealed = (value: unknown): string => `[sealed, ${String(value).length} characters]`;

const shown = (value: unknown): string =>
  withoutCardNumbers(typeof value === 'string' ? value : (JSON.stringify(value) ?? '')).slice(
    0,
    LONGEST_VALUE,
  );

function responseOf(body: Buffer, framed: boolean): Record<string, string> {
  const read = readAnswer(body, framed);
  const bytes = String(body.length);
  if (!read.ok) return { fault: read.fault, bytes, ...startOf(body) };
  const { status, members, sources, broken } = read.answer;
  if (broken !== undefined) return { status, fault: 'receipts-not-escaped', bytes };
  const names = Object.keys(members).slice(0, MOST_MEMBERS);
  return {
    status,
    ...Object.fromEntries(
      names.map((name) => {
        const value = members[name];
        const written = typeof value === 'string' ? value : (sources.get(name) ?? '');
        return [shown(name).slice(0, 60), SHOWN.includes(name) ? shown(written) : sealed(written)];
      }),
    ),
  };
}

/** What came instead of an object, such as a proxy's page. The front of a cut object could hold what is secret. */
function startOf(body: Buffer): Record<string, string> {
  const start = body.subarray(0, LONGEST_VALUE).toString('latin1').trimStart();
  if (start === '' || !start.startsWith('<')) return {};
  return { start: withoutCardNumbers(start.replace(/[^\x20-\x7e]/g, '.')) };
}
