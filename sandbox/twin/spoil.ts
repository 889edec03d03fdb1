/** Answers that a fault spoils on the way. */

import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AnyFault } from './faults.ts';

type Headers = Readonly<Record<string, string>>;

interface Instead {
  /** Default: that of the answer. */
  readonly status?: number;
  /** Default: those of the answer. */
  readonly headers?: Headers;
  readonly text: string;
}

/** How the answers of a platform are written, and what stands for one that is none. */
export interface Wording {
  readonly headers: Headers;
  /** By kind of fault. */
  readonly instead: Readonly<Record<'garbage' | 'empty' | 'html', Instead>> &
    Readonly<Partial<Record<string, Instead>>>;
  /** Bytes that are cut from the end before `invalid` or padding goes on. */
  readonly cut: number;
  /** Latin-1: bytes that are no UTF-8. */
  readonly invalid: string;
  /** Ten MiB of `fill` go between `open` and `close`. */
  readonly padding: { readonly open: string; readonly fill: string; readonly close: string };
}

export const jsonWording: Wording = {
  headers: { 'content-type': 'application/json; charset=utf-8' },
  instead: {
    'http-429': { status: 429, text: '{"message":"Too many requests"}' },
    garbage: { text: '%PDF-1.7 \u2603 {"status": success}' },
    empty: { text: '' },
    html: { headers: { 'content-type': 'text/html' }, text: '<html><body>success</body></html>' },
  },
  cut: 1,
  invalid: ',"note":"\xff\xfe\xc3\x28"}',
  padding: { open: '', fill: ' ', close: '}' },
};

const broken: Instead = {
  status: 500,
  headers: { 'content-type': 'text/html' },
  text: '<h1>Internal Server Error</h1>',
};
const megabyte = 1_048_576;

/**
 * Sends the answer in the way that the fault prescribes.
 *
 * @returns what the caller got, for the books; undefined, and nothing is sent, for a fault that spoils no answer
 */
export async function spoil(
  response: ServerResponse,
  { status, text }: { readonly status: number; readonly text: string },
  fault: AnyFault,
  { headers, instead, cut, invalid, padding }: Wording,
): Promise<string | undefined> {
  const bytes = Buffer.from(text, 'utf8');
  const head = bytes.subarray(0, Math.max(0, bytes.length - cut));
  const other = fault.fault === 'http-500' ? broken : instead[fault.fault];
  if (other !== undefined) {
    response.writeHead(other.status ?? status, other.headers ?? headers).end(other.text);
    return `fault ${fault.fault}`;
  }
  switch (fault.fault) {
    case 'lost-before':
    case 'lost-after':
      response.socket?.resetAndDestroy();
      break;
    case 'reset-mid-body':
      response.writeHead(status, { ...headers, 'content-length': bytes.length + 512 });
      response.write(bytes.subarray(0, Math.ceil(bytes.length / 2)));
      await sleep(20);
      response.socket?.resetAndDestroy();
      break;
    case 'truncated':
      response
        .writeHead(status, headers)
        .end(bytes.subarray(0, fault.keepBytes ?? Math.floor(bytes.length / 2)));
      break;
    case 'invalid-utf8':
      response.writeHead(status, headers).end(Buffer.concat([head, Buffer.from(invalid, 'latin1')]));
      break;
    case 'huge': {
      response.writeHead(status, headers);
      response.write(head);
      if (padding.open !== '') response.write(padding.open);
      const block = Buffer.alloc(megabyte, padding.fill);
      for (let n = 0; n < 10 && !response.destroyed; n += 1) {
        if (!response.write(block)) await Promise.race([once(response, 'drain'), once(response, 'close')]);
      }
      response.end(padding.close);
      break;
    }
    default:
      return undefined;
  }
  return `fault ${fault.fault}`;
}

/** A caller who leaves has nothing to wait for; what was booked stands. */
export async function sleepUnlessGone(response: ServerResponse, milliseconds: number): Promise<void> {
  const gone = new AbortController();
  const leave = (): void => gone.abort();
  response.once('close', leave);
  await sleep(milliseconds, undefined, { ref: false, signal: gone.signal }).catch(() => undefined);
  response.off('close', leave);
}

function once(response: ServerResponse, event: 'drain' | 'close'): Promise<void> {
  return new Promise((resolve) => {
    response.once(event, () => resolve());
  });
}
