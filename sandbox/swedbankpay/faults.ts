/**
 * Faults, set by the admin and used up by the requests that they match. Of each family (delay, answer, books, callbacks)
 * the first fault that matches a request works on it.
 */

import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import type { NoticeFault } from './callbacks.ts';

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
  'problem',
  'busy',
  'not-yet',
  'notify-duplicate',
  'notify-reorder',
  'notify-hold',
  'notify-drop',
] as const;

export const faultOrder = z.strictObject({
  /** Every field that is given has to be equal; amounts in minor units. Nothing given matches every request of the API. */
  match: z
    .strictObject({
      /** `payment`, `captures`, `capture` … of reads; `create-payment`, `create-capture`, `create-cancellation`, `create-reversal`. */
      request: z.string(),
      /** The payment's id or the last part of it. */
      payment: z.string(),
      payeeReference: z.string(),
      amount: z.int(),
    })
    .partial()
    .default({}),
  fault: z.enum(faultKinds),
  /** Requests that it works on before it is used up. */
  times: z.int().min(1).max(100_000).default(1),
  /** For `delay`. */
  delayMs: z.int().min(0).max(600_000).default(1_000),
  /** For `delay` (default after) and `http-500` (default before): before or after the booking. */
  at: z.enum(['before', 'after']).optional(),
  /** For `truncated`: bytes of the answer that arrive. Default: half of it. */
  keepBytes: z.int().min(0).optional(),
  /** For `problem`: the tail of its type. One with an instrument before it is an acquirer's refusal: it is booked as Failed. */
  tail: z.string().min(1).max(100).default('creditcard/acquirererror'),
});

export type FaultOrder = z.input<typeof faultOrder>;
export type Fault = z.output<typeof faultOrder>;

export interface FaultPlan {
  readonly delay: Fault | undefined;
  readonly answer: Fault | undefined;
  readonly notices: NoticeFault | undefined;
  /** The books that a read shows are those before the newest transaction. */
  readonly notYet: boolean;
}

/** What a fault may ask for of a request. */
export interface Subject {
  readonly request: string;
  readonly payment: string | undefined;
  readonly payeeReference: string | undefined;
  readonly amount: number | undefined;
}

const isNoticeFault = (kind: Fault['fault']): kind is NoticeFault => kind.startsWith('notify-');

function matches({ match }: Fault, subject: Subject): boolean {
  const { payment, ...rest } = match;
  if (payment !== undefined && payment !== subject.payment && !subject.payment?.endsWith(`/${payment}`))
    return false;
  return Object.entries(rest).every(([name, wanted]) => subject[name as keyof Subject] === wanted);
}

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
  take(subject: Subject): FaultPlan {
    const first = (wanted: (fault: Fault) => boolean): Fault | undefined => {
      const found = this.#waiting.find((fault) => wanted(fault) && matches(fault, subject));
      if (found === undefined) return undefined;
      found.times -= 1;
      if (found.times === 0) this.#waiting.splice(this.#waiting.indexOf(found), 1);
      return found;
    };
    const delay = first(({ fault }) => fault === 'delay');
    const answer = first(({ fault }) => fault !== 'delay' && fault !== 'not-yet' && !isNoticeFault(fault));
    // A read tells of nothing, so that it uses no fault of callbacks up; and nothing but a read shows the books.
    const asks = subject.request.startsWith('create-');
    const notYet = !asks && first(({ fault }) => fault === 'not-yet') !== undefined;
    const notices = asks ? first(({ fault }) => isNoticeFault(fault))?.fault : undefined;
    return {
      delay,
      answer,
      notYet,
      notices: notices !== undefined && isNoticeFault(notices) ? notices : undefined,
    };
  }
}

/** True for a fault that keeps the request from the platform. */
export function staysOutside(fault: Fault | undefined): boolean {
  return (
    fault?.fault === 'lost-before' ||
    fault?.fault === 'http-429' ||
    (fault?.fault === 'http-500' && fault.at !== 'after')
  );
}

const json = { 'content-type': 'application/json' };
const megabyte = 1_048_576;

/** Sends the answer in the way that the fault prescribes. @returns what the caller got, for the books */
export async function spoil(
  response: ServerResponse,
  status: number,
  text: string,
  fault: Fault,
): Promise<string> {
  const bytes = Buffer.from(text, 'utf8');
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
      response.writeHead(429, { 'content-type': 'text/html', 'retry-after': '1' }).end('<h1>Slow down</h1>');
      break;
    case 'garbage':
      response.writeHead(200, json).end('%PDF-1.7 \u2603 {"capture": Completed');
      break;
    case 'empty':
      response.writeHead(200, json).end();
      break;
    case 'html':
      response
        .writeHead(200, { 'content-type': 'text/html; charset=UTF-8' })
        .end('<html><body>{"state":"Completed"}</body></html>');
      break;
    case 'truncated':
      response
        .writeHead(status, json)
        .end(bytes.subarray(0, fault.keepBytes ?? Math.floor(bytes.length / 2)));
      break;
    case 'invalid-utf8':
      response
        .writeHead(status, json)
        .end(Buffer.concat([bytes.subarray(0, -1), Buffer.from(',"x":"\xff\xfe\xc3\x28"}', 'latin1')]));
      break;
    case 'huge': {
      response.writeHead(status, json);
      response.write(bytes.subarray(0, -1));
      response.write(',"padding":"');
      const block = Buffer.alloc(megabyte, 'x');
      for (let n = 0; n < 10 && !response.destroyed; n += 1) {
        if (!response.write(block)) await Promise.race([once(response, 'drain'), once(response, 'close')]);
      }
      response.end('"}');
      break;
    }
    default:
      response.writeHead(status, json).end(bytes);
      return String(status);
  }
  return `fault ${fault.fault}`;
}

function once(response: ServerResponse, event: 'drain' | 'close'): Promise<void> {
  return new Promise((resolve) => {
    response.once(event, () => resolve());
  });
}
