/** The PAYONE twin as a server in this process. The same code runs in a process of its own (main.ts, spawn.ts). */

import type { IncomingMessage, ServerResponse } from 'node:http';
import { segmentsOf } from '../twin/admin.ts';
import { Faults } from '../twin/faults.ts';
import type { RunningTwin } from '../twin/server.ts';
import { serveTwin } from '../twin/server.ts';
import { admin } from './admin.ts';
import type { BooksPage } from './book-page.ts';
import { booksPage } from './book-page.ts';
import type { Fault, FaultOrder } from './faults.ts';
import { faultOrder } from './faults.ts';
import { gateway, notAllowed } from './gateway.ts';
import type { PayoneTwinOptions } from './options.ts';
import { payoneTwinOptions } from './options.ts';
import { Platform } from './platform.ts';
import { redirectPage } from './redirect-page.ts';

export interface PayoneTwin extends RunningTwin<FaultOrder> {
  /** The address that requests are posted to. */
  readonly gatewayUrl: string;
  books(): BooksPage;
}

function route(
  platform: Platform,
  faults: Faults<Fault>,
  request: IncomingMessage,
  response: ServerResponse,
): void | Promise<void> {
  const { pathname } = new URL(request.url ?? '/', 'http://twin');
  if (pathname.endsWith(platform.settings.path)) {
    if (request.method === 'POST') return gateway(platform, faults, request, response);
    return notAllowed(response);
  }
  if (pathname.startsWith('/redirect/'))
    return redirectPage(platform, request.method ?? '', segmentsOf(pathname.slice(10)), response);
  response.writeHead(404).end();
}

/**
 * Starts the twin on 127.0.0.1.
 *
 * @throws ZodError when an option is wrong or unknown; the error of `listen` when the port is taken
 */
export async function startPayoneTwin(options: PayoneTwinOptions = {}): Promise<PayoneTwin> {
  const platform = new Platform(payoneTwinOptions.parse(options));
  const faults = new Faults<Fault>(platform.settings.maxFaults);
  const twin = await serveTwin(
    {
      faults,
      faultOrder,
      admin: (method, path, body) => admin(platform, method, path, body),
      answer: (request, response) => route(platform, faults, request, response),
      close: () => platform.close(),
    },
    platform.settings.port,
  );
  platform.url = twin.url;
  return { ...twin, gatewayUrl: twin.url + platform.settings.path, books: () => booksPage(platform.books) };
}
