/** The finline twin as a server in this process. The same code runs in a process of its own (main.ts, spawn.ts). */

import type { FaultPlan } from '../twin/faults.ts';
import { plain, readObject } from '../twin/json.ts';
import { digitsOf, toMinor } from '../twin/money.ts';
import type { Described, PlatformRequest, RunningJsonTwin } from '../twin/json-server.ts';
import { serveJsonTwin } from '../twin/json-server.ts';
import { admin } from './admin.ts';
import { refused } from './answers.ts';
import type { BooksPage } from './book-page.ts';
import { booksPage } from './book-page.ts';
import { checkoutPage } from './checkout-page.ts';
import { judgeHeaders } from './checks.ts';
import type { Ran } from './operations.ts';
import { follow, list, pay } from './operations.ts';
import type { FinlineTwinOptions } from './options.ts';
import { finlineTwinOptions } from './options.ts';
import { Platform } from './platform.ts';

export interface FinlineTwin extends RunningJsonTwin {
  /** The base that paths are joined to. */
  readonly apiUrl: string;
  books(): BooksPage;
}

type Route =
  | { readonly kind: 'payment' | 'capture' | 'void' | 'refund' }
  | { readonly kind: 'list'; readonly posId: string; readonly orderId: string; readonly method?: string }
  | undefined;

function routeOf(base: string, path: string): Route {
  const { pathname } = new URL(path, 'http://twin');
  if (!pathname.startsWith(base)) return undefined;
  let parts: string[];
  try {
    parts = pathname.slice(base.length).split('/').map(decodeURIComponent);
  } catch {
    return undefined;
  }
  const [first = '', posId, orders, orderId, method, ...more] = parts;
  if (parts.length === 1 && ['payment', 'capture', 'void', 'refund'].includes(first))
    return { kind: first as 'payment' | 'capture' | 'void' | 'refund' };
  if (first !== 'pos' || orders !== 'orders' || more.length > 0) return undefined;
  if (posId === undefined || orderId === undefined || orderId === '') return undefined;
  return { kind: 'list', posId, orderId, ...(method === undefined ? {} : { method }) };
}

/** What faults are matched by: `request`, `order_id`, `amount` in minor units, `currency`, `comment`. */
function describe(base: string, request: PlatformRequest): Described {
  const route = routeOf(base, request.path);
  if (route?.kind === 'list') {
    const { orderId } = route;
    return { request: 'list', key: orderId, fields: { request: 'list', order_id: orderId } };
  }
  const fields = readObject(request.body) ?? {};
  const orderId = plain(fields['order_id']);
  const currency = plain(fields['order_currency'] ?? fields['currency']);
  const text = plain(fields['charge_amount'] ?? fields['refund_amount'] ?? fields['amount']);
  const minor = text === undefined ? undefined : toMinor(text, digitsOf(currency ?? ''));
  return {
    request: route?.kind ?? null,
    key: orderId ?? null,
    fields: {
      request: route?.kind,
      order_id: orderId,
      amount: minor === undefined ? undefined : String(minor),
      currency,
      comment: plain(fields['comment']),
    },
  };
}

function run(platform: Platform, request: PlatformRequest, plan: FaultPlan): Ran {
  const no = (status: number, message: string): Ran => ({ reply: refused(status, message), booked: false });
  const route = routeOf(platform.settings.path, request.path);
  if (route === undefined) return no(404, 'no such path');
  if (request.method !== (route.kind === 'list' ? 'GET' : 'POST')) return no(405, 'method is not allowed');
  const reply = judgeHeaders(request.headers, platform.settings);
  if (reply !== undefined) return { reply, booked: false };
  if (route.kind === 'list') return list(platform, route.posId, route.orderId, route.method, plan.notYet);
  if (!/^application\/json(?:\s*;|$)/i.test(String(request.headers['content-type'] ?? '')))
    return no(406, 'content type is not application/json');
  const fields = readObject(request.body);
  if (fields === undefined) return no(400, 'body is no JSON object');
  if (route.kind === 'payment') return pay(platform, fields, plan.notices);
  return follow(platform, route.kind, fields, plan.notices);
}

/**
 * Starts the twin on 127.0.0.1.
 *
 * @throws ZodError when an option is wrong or unknown; the error of `listen` when the port is taken
 */
export async function startFinlineTwin(options: FinlineTwinOptions = {}): Promise<FinlineTwin> {
  const platform = new Platform(finlineTwinOptions.parse(options));
  const { path } = platform.settings;
  const twin = await serveJsonTwin(
    {
      log: platform.books.log,
      describe: (request) => describe(path, request),
      run: (request, plan) => run(platform, request, plan),
      admin: (method, segments, body) => admin(platform, method, segments, body),
      page(address) {
        const [, orderId] = /^\/checkout\/([^/?]+)$/.exec(address) ?? [];
        return orderId === undefined ? undefined : checkoutPage(decodeURIComponent(orderId));
      },
      close: () => platform.close(),
    },
    platform.settings,
  );
  platform.url = twin.url;
  return { ...twin, apiUrl: twin.url + path, books: () => booksPage(platform.books) };
}
