/**
 * Faults, set by the admin and used up by the requests that they match. Of each family (delay, answer) the first fault
 * that matches a request works on it.
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
  'garbage',
  'empty',
  'html',
  'truncated',
  'invalid-utf8',
  'huge',
  'busy',
  'status',
] as const;

export const faultOrder = z.strictObject({
  /** Every field that is given has to be equal; the amount in minor units. Nothing given matches everything. */
  match: z
    .strictObject({
      paymentType: z.string(),
      requestId: z.string(),
      amount: z.int(),
      currency: z.string(),
      authReference: z.string(),
    })
    .partial()
    .default({}),
  fault: z.enum(faultKinds),
  /** Requests that it works on before it is used up. */
  times: z.int().min(1).max(100_000).default(1),
  /** For `delay`. */
  delayMs: z.int().min(0).max(600_000).default(1_000),
  /** For `delay` and `status` (default after), and `http-500` (default before): before or after the booking. */
  at: z.enum(['before', 'after']).optional(),
  /** For `status`: what is answered. */
  status: z.string().max(64).default('TIMED_OUT'),
  /** For `truncated`: bytes of the answer that arrive. Default: half of it. */
  keepBytes: z.int().min(0).optional(),
});

export type FaultOrder = z.input<typeof faultOrder>;
export type Fault = z.output<typeof faultOrder>;

/** What of a request faults are matched with. */
export type Matched = Readonly<Partial<Record<keyof Fault['match'], string | number | undefined>>>;

export interface FaultPlan {
  readonly delay: Fault | undefined;
  readonly answer: Fault | undefined;
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
  take(request: Matched): FaultPlan {
    const first = (wanted: (fault: Fault) => boolean): Fault | undefined => {
      const found = this.#waiting.find((fault) => wanted(fault) && matches(fault, request));
      if (found === undefined) return undefined;
      found.times -= 1;
      if (found.times === 0) this.#waiting.splice(this.#waiting.indexOf(found), 1);
      return found;
    };
    return {
      delay: first(({ fault }) => fault === 'delay'),
      answer: first(({ fault }) => fault !== 'delay'),
    };
  }
}

const matches = ({ match }: Fault, request: Matched): boolean =>
  Object.entries(match).every(([name, wanted]) => request[name as keyof Matched] === wanted);

/** True for a fault that keeps the request from the terminal. */
export const staysOutside = (fault: Fault | undefined): boolean =>
  fault?.fault === 'lost-before' || (fault?.fault === 'http-500' && fault.at !== 'after');

const json = { 'content-type': 'application/json' };
const megabyte = 1_048_576;

export function send(
  response: ServerResponse,
  body: string | Buffer,
  status = 200,
  headers: object = json,
): void {
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) }).end(body);
}

/** Sends the answer in the way that the fault prescribes. @returns what the caller got, for the books */
export async function spoil(response: ServerResponse, text: string, fault: Fault): Promise<string> {
  const bytes = Buffer.from(text, 'utf8');
  switch (fault.fault) {
    case 'lost-before':
    case 'lost-after':
      response.socket?.resetAndDestroy();
      break;
    case 'reset-mid-body':
      response.writeHead(200, { ...json, 'content-length': bytes.length + 512 });
      response.write(bytes.subarray(0, Math.ceil(bytes.length / 2)));
      await sleep(20);
      response.socket?.resetAndDestroy();
      break;
    case 'http-500':
      send(response, '<h1>Internal Server Error</h1>', 500, { 'content-type': 'text/html' });
      break;
    case 'garbage':
      send(response, '%PDF-1.7 \u2603 "status": "SUCCESS"');
      break;
    case 'empty':
      send(response, '');
      break;
    case 'html':
      send(response, '<html><body>"status": "SUCCESS"</body></html>', 200, { 'content-type': 'text/html' });
      break;
    case 'truncated':
      send(response, bytes.subarray(0, fault.keepBytes ?? Math.floor(bytes.length / 2)));
      break;
    case 'invalid-utf8':
      send(
        response,
        Buffer.concat([bytes.subarray(0, -1), Buffer.from(',"card":"\xff\xfe\xc3\x28"}', 'latin1')]),
      );
      break;
    case 'huge':
      response.writeHead(200, json);
      response.write(bytes.subarray(0, -1));
      for (let n = 0; n < 10 && !response.destroyed; n += 1) {
        const more = response.write(Buffer.alloc(megabyte, ' '));
        if (!more) await Promise.race([once(response, 'drain'), once(response, 'close')]);
      }
      response.end('}');
      break;
    default:
      send(response, bytes);
      return 'answer';
  }
  return `fault ${fault.fault}`;
}

function once(response: ServerResponse, event: 'drain' | 'close'): Promise<void> {
  return new Promise((resolve) => {
    response.once(event, () => resolve());
  });
}
