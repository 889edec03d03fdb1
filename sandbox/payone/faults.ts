/**
 * Faults, set by the admin and used up by the requests that they match. Of each family (delay, answer, notices) the
 * first fault that matches a request works on it.
 */

import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import type { Form } from './form.ts';
import type { NoticeFault } from './notifications.ts';

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
  'busy-907',
  'notify-duplicate',
  'notify-reorder',
  'notify-hold',
  'notify-drop',
] as const;

export const faultOrder = z.strictObject({
  /** Every field that is given has to be equal; amounts in minor units. Nothing given matches everything. */
  match: z
    .strictObject({
      request: z.string(),
      txid: z.string(),
      sequencenumber: z.int(),
      amount: z.int(),
      reference: z.string(),
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
});

export type FaultOrder = z.input<typeof faultOrder>;
export type Fault = z.output<typeof faultOrder>;

export interface FaultPlan {
  readonly delay: Fault | undefined;
  readonly answer: Fault | undefined;
  readonly notices: NoticeFault | undefined;
}

const isNoticeFault = (kind: Fault['fault']): kind is NoticeFault => kind.startsWith('notify-');

function matches({ match }: Fault, form: Form): boolean {
  return Object.entries(match).every(([name, wanted]) => form.get(name) === String(wanted));
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
  take(form: Form): FaultPlan {
    const first = (wanted: (fault: Fault) => boolean): Fault | undefined => {
      const found = this.#waiting.find((fault) => wanted(fault) && matches(fault, form));
      if (found === undefined) return undefined;
      found.times -= 1;
      if (found.times === 0) this.#waiting.splice(this.#waiting.indexOf(found), 1);
      return found;
    };
    const delay = first(({ fault }) => fault === 'delay');
    const answer = first(({ fault }) => fault !== 'delay' && !isNoticeFault(fault));
    const notices = first(({ fault }) => isNoticeFault(fault))?.fault;
    return { delay, answer, notices: notices !== undefined && isNoticeFault(notices) ? notices : undefined };
  }
}

/** True for a fault that keeps the request from the platform. */
export function staysOutside(fault: Fault | undefined): boolean {
  return fault?.fault === 'lost-before' || (fault?.fault === 'http-500' && fault.at !== 'after');
}

export const plainText = { 'content-type': 'text/plain; charset=UTF-8' };

const megabyte = 1_048_576;

/** Sends the answer in the way that the fault prescribes. @returns what the caller got, for the books */
export async function spoil(response: ServerResponse, text: string, fault: Fault): Promise<string> {
  const bytes = Buffer.from(text, 'utf8');
  switch (fault.fault) {
    case 'lost-before':
    case 'lost-after':
      response.socket?.resetAndDestroy();
      break;
    case 'reset-mid-body':
      response.writeHead(200, { ...plainText, 'content-length': bytes.length + 512 });
      response.write(bytes.subarray(0, Math.ceil(bytes.length / 2)));
      await sleep(20);
      response.socket?.resetAndDestroy();
      break;
    case 'http-500':
      response.writeHead(500, { 'content-type': 'text/html' }).end('<h1>Internal Server Error</h1>');
      break;
    case 'garbage':
      response.writeHead(200, plainText).end('%PDF-1.7 \u2603 status\n= =\nAPPROVED');
      break;
    case 'empty':
      response.writeHead(200, plainText).end();
      break;
    case 'html':
      response
        .writeHead(200, { 'content-type': 'text/html; charset=UTF-8' })
        .end('<html><body>status=APPROVED</body></html>');
      break;
    case 'truncated':
      response
        .writeHead(200, plainText)
        .end(bytes.subarray(0, fault.keepBytes ?? Math.floor(bytes.length / 2)));
      break;
    case 'invalid-utf8':
      response
        .writeHead(200, plainText)
        .end(Buffer.concat([bytes, Buffer.from('errormessage=\xff\xfe\xc3\x28\n', 'latin1')]));
      break;
    case 'huge': {
      response.writeHead(200, plainText);
      response.write(bytes);
      const block = Buffer.alloc(megabyte, 'x');
      for (let n = 0; n < 10 && !response.destroyed; n += 1) {
        if (!response.write(block)) await Promise.race([once(response, 'drain'), once(response, 'close')]);
      }
      response.end();
      break;
    }
    default:
      response.writeHead(200, plainText).end(bytes);
      return text;
  }
  return `fault ${fault.fault}`;
}

function once(response: ServerResponse, event: 'drain' | 'close'): Promise<void> {
  return new Promise((resolve) => {
    response.once(event, () => resolve());
  });
}
