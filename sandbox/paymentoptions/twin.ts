/** The PaymentOptions twin as a server in this process. The same code runs in a process of its own (main.ts, spawn.ts). */

import type { FaultPlan } from '../twin/faults.ts';
import { plain, readObject } from '../twin/json.ts';
import { toMinor } from '../twin/money.ts';
import type { Described, PlatformRequest, RunningJsonTwin } from '../twin/json-server.ts';
import { serveJsonTwin } from '../twin/json-server.ts';
import { admin } from './admin.ts';
import { refused, wireDigits } from './answers.ts';
import type { BooksPage } from './book-page.ts';
import { booksPage } from './book-page.ts';
import { Books } from './books.ts';
import type { PaymentOptionsTwinOptions } from './options.ts';
import { paymentOptionsTwinOptions } from './options.ts';
import { act, judgeHeaders, type Kind, type Platform, type Ran, record } from './transactions.ts';

export interface PaymentOptionsTwin extends RunningJsonTwin {
  /** The base that paths are joined to. */
  readonly apiUrl: string;
  books(): BooksPage;
}

type Route = { readonly kind: Kind } | { readonly kind: 'status'; readonly id: string } | undefined;

const kinds: readonly string[] = ['capture', 'void', 'refund'];

function routeOf(base: string, path: string): Route {
  const { pathname } = new URL(path, 'http://twin');
  const room = `${base}server-to-server-interface/`;
  if (!pathname.startsWith(room)) return undefined;
  const rest = pathname.slice(room.length);
  if (kinds.includes(rest)) return { kind: rest as Kind };
  const [, id] = /^transaction\/status\/([^/]+)$/.exec(rest) ?? [];
  return id === undefined ? undefined : { kind: 'status', id };
}

/** What faults are matched by: `request`, `transactionId`, `amount` in minor units. */
function describe({ settings, books }: Platform, request: PlatformRequest): Described {
  const route = routeOf(settings.path, request.path);
  if (route?.kind === 'status') {
    const { id } = route;
    return { request: 'status', key: id, fields: { request: 'status', transactionId: id } };
  }
  const fields = readObject(request.body) ?? {};
  const id = plain(fields['transactionId']);
  const written = plain(fields['amount']);
  const currency = books.find(id ?? '')?.currency ?? '';
  const minor = written === undefined ? undefined : toMinor(written, wireDigits(settings, currency));
  return {
    request: route?.kind ?? null,
    key: id ?? null,
    fields: {
      request: route?.kind,
      transactionId: id,
      amount: minor === undefined ? undefined : String(minor),
      notes: plain(fields['notes']),
    },
  };
}

function run(platform: Platform, request: PlatformRequest, plan: FaultPlan): Ran {
  const no = (status: number, message: string): Ran => ({ reply: refused(status, message), booked: false });
  const route = routeOf(platform.settings.path, request.path);
  if (route === undefined) return no(404, 'no such path');
  if (request.method !== (route.kind === 'status' ? 'GET' : 'POST')) return no(405, 'method is not allowed');
  const judged = judgeHeaders(request.headers, platform.settings);
  if (judged !== undefined) return judged;
  if (route.kind === 'status') return record(platform, route.id, plan.notYet);
  if (!/^application\/json(?:\s*;|$)/i.test(String(request.headers['content-type'] ?? '')))
    return no(415, 'content type is not application/json');
  const fields = readObject(request.body);
  return fields === undefined ? no(400, 'body is no JSON object') : act(platform, route.kind, fields);
}

/**
 * Starts the twin on 127.0.0.1.
 *
 * @throws ZodError when an option is wrong or unknown; the error of `listen` when the port is taken
 */
export async function startPaymentOptionsTwin(
  options: PaymentOptionsTwinOptions = {},
): Promise<PaymentOptionsTwin> {
  const settings = paymentOptionsTwinOptions.parse(options);
  const platform: Platform = { settings, books: new Books(settings) };
  const twin = await serveJsonTwin(
    {
      log: platform.books.log,
      describe: (request) => describe(platform, request),
      run: (request, plan) => run(platform, request, plan),
      admin: (method, segments, body) => admin(platform, method, segments, body),
      close: () => undefined,
    },
    settings,
  );
  return { ...twin, apiUrl: twin.url + settings.path, books: () => booksPage(platform.books) };
}
