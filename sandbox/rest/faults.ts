/**
 * Faults, set by the admin and used up by the requests that they match. Of each family (delay, answer, notices, books)
 * the first fault that matches a request works on it.
 */

import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';

export const faultKinds = [
  'lost-before',
  'lost-after',
  'delay',
  'reset-mid-body',
  'http-500',
  'http-429',
  'garbage',
  'empty',
  'html',
  'truncated',
  'invalid-utf8',
  'huge',
  'not-yet',
  'notify-duplicate',
  'notify-reorder',
  'notify-hold',
  'notify-drop',
] as const;

/** What a request is matched by, as texts. */
export type Fields = Readonly<Record<string, string | undefined>>;

export const faultOrder = z.strictObject({
  /** Every field that is given has to be equal, by the names that the twin's page lists. Nothing given matches everything. */
  match: z.record(z.string(), z.union([z.string(), z.int()])).default({}),
  fault: z.enum(faultKinds),
  /** Requests that it works on before it is used up. */
  times: z.int().min(1).max(100_000).default(1),
  /** For `delay`. */
  delayMs: z.int().min(0).max(600_000).default(1_000),
  /** For `delay` (default after) and `http-500` (default before): before or after the booking. */
  at: z.enum(['before', 'after']).optional(),
  /** For `truncated`: bytes of the answer that arrive. Default: half of it. */
  keepBytes: z.int().min(0).optional(),
});

export type FaultOrder = z.input<typeof faultOrder>;
export type Fault = z.output<typeof faultOrder>;

export type NoticeFault = Extract<Fault['fault'], `notify-${string}`>;

export interface FaultPlan {
  readonly delay: Fault | undefined;
  readonly answer: Fault | undefined;
  readonly notices: NoticeFault | undefined;
  /** The books that a read sees are those before the newest entry. */
  readonly notYet: boolean;
}

const isNoticeFault = (kind: Fault['fault']): kind is NoticeFault => kind.startsWith('notify-');

const matches = ({ match }: Fault, fields: Fields): boolean =>
  Object.entries(match).every(([name, wanted]) => fields[name] === String(wanted));

export class Faults {
  readonly #waiting: Fault[] = [];
  readonly #max: number;

  constructor(max: number) {
    this.#max = max;
  }

  /** @returns false when the cap is reached */
  add(fault: Fault): boolean {
    if (this.#waiting.length >= this.#max) return false;
    this.#waiting.push(structuredClone(fault));
    return true;
  }

  list(): Fault[] {
    return structuredClone(this.#waiting);
  }

  clear(): void {
    this.#waiting.length = 0;
  }

  /** Takes what works on this request; each fault taken is used up by one. */
  take(fields: Fields): FaultPlan {
    const first = (wanted: (fault: Fault) => boolean): Fault | undefined => {
      const found = this.#waiting.find((fault) => wanted(fault) && matches(fault, fields));
      if (found === undefined) return undefined;
      found.times -= 1;
      if (found.times === 0) this.#waiting.splice(this.#waiting.indexOf(found), 1);
      return found;
    };
    const delay = first(({ fault }) => fault === 'delay');
    const notYet = first(({ fault }) => fault === 'not-yet') !== undefined;
    const answer = first(({ fault }) => fault !== 'delay' && fault !== 'not-yet' && !isNoticeFault(fault));
    const notices = first(({ fault }) => isNoticeFault(fault))?.fault;
    return {
      delay,
      answer,
      notices: notices !== undefined && isNoticeFault(notices) ? notices : undefined,
      notYet,
    };
  }
}

/** True for a fault that keeps the request from the platform. */
export const staysOutside = (fault: Fault | undefined): boolean =>
  fault?.fault === 'lost-before' ||
  fault?.fault === 'http-429' ||
  (fault?.fault === 'http-500' && fault.at !== 'after');

export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** JSON, or empty. */
  readonly text: string;
}

const json = { 'content-type': 'application/json; charset=utf-8' };
const megabyte = 1_048_576;

/** Sends the answer as it is. */
export function deliver(response: ServerResponse, reply: Reply): void {
  response.writeHead(reply.status, { ...json, ...reply.headers }).end(reply.text);
}

/** Sends the answer in the way that the fault prescribes. @returns what the caller got, for the books */
export async function spoil(response: ServerResponse, reply: Reply, fault: Fault): Promise<string> {
  const bytes = Buffer.from(reply.text, 'utf8');
  const { status } = reply;
  switch (fault.fault) {
    case 'lost-before':
    case 'lost-after':
      response.socket?.resetAndDestroy();
      break;
    case 'reset-mid-body':
      response.writeHead(status, { ...json, 'content-length': bytes.length + 512 });
      response.write(bytes.subarray(0, Math.ceil(bytes.length / 2)));
      await sleep(20);
      response.socket?.resetAndDestroy();
      break;
    case 'http-500':
      response.writeHead(500, { 'content-type': 'text/html' }).end('<h1>Internal Server Error</h1>');
      break;
    case 'http-429':
      response.writeHead(429, json).end('{"message":"Too many requests"}');
      break;
    case 'garbage':
      response.writeHead(status, json).end('%PDF-1.7 \u2603 {"status": success}');
      break;
    case 'empty':
      response.writeHead(status, json).end();
      break;
    case 'html':
      response.writeHead(status, { 'content-type': 'text/html' }).end('<html><body>success</body></html>');
      break;
    case 'truncated':
      response
        .writeHead(status, json)
        .end(bytes.subarray(0, fault.keepBytes ?? Math.floor(bytes.length / 2)));
      break;
    case 'invalid-utf8':
      response
        .writeHead(status, json)
        .end(Buffer.concat([bytes.subarray(0, -1), Buffer.from(',"note":"\xff\xfe\xc3\x28"}', 'latin1')]));
      break;
    case 'huge': {
      response.writeHead(status, json);
      response.write(bytes.subarray(0, -1));
      const block = Buffer.alloc(megabyte, ' ');
      for (let n = 0; n < 10 && !response.destroyed; n += 1) {
        if (!response.write(block)) await Promise.race([once(response, 'drain'), once(response, 'close')]);
      }
      response.end('}');
      break;
    }
    default:
      deliver(response, reply);
      return 'answer';
  }
  return `fault ${fault.fault}`;
}

function once(response: ServerResponse, event: 'drain' | 'close'): Promise<void> {
  return new Promise((resolve) => {
    response.once(event, () => resolve());
  });
}
