/** The Swedbank Pay twin as a server in this process. The same code runs in a process of its own (main.ts, spawn.ts). */

import type { IncomingMessage, ServerResponse } from 'node:http';
import { Faults } from '../twin/faults.ts';
import type { RunningTwin } from '../twin/server.ts';
import { serveTwin } from '../twin/server.ts';
import { admin } from './admin.ts';
import type { BooksPage } from './book-page.ts';
import { booksPage } from './book-page.ts';
import type { Fault, FaultOrder } from './faults.ts';
import { faultOrder, same } from './faults.ts';
import { gateway } from './gateway.ts';
import type { SwedbankPayTwinOptions } from './options.ts';
import { swedbankPayTwinOptions } from './options.ts';
import { payerPage } from './payer-page.ts';
import { Platform } from './platform.ts';

/** Its `url` is the account's `url`. */
export interface SwedbankPayTwin extends RunningTwin<FaultOrder> {
  books(): BooksPage;
}

function route(
  platform: Platform,
  faults: Faults<Fault>,
  request: IncomingMessage,
  response: ServerResponse,
): void | Promise<void> {
  const { pathname } = new URL(request.url ?? '/', 'http://twin');
  if (pathname.startsWith('/psp/')) return gateway(platform, faults, request, response);
  if (pathname.includes('/payments/authorize/'))
    return payerPage(platform, request.method ?? '', pathname, response);
  response.writeHead(404).end();
}

/**
 * Starts the twin on 127.0.0.1.
 *
 * @throws ZodError when an option is wrong or unknown; the error of `listen` when the port is taken
 */
export async function startSwedbankPayTwin(options: SwedbankPayTwinOptions = {}): Promise<SwedbankPayTwin> {
  const platform = new Platform(swedbankPayTwinOptions.parse(options));
  const faults = new Faults<Fault>(platform.settings.maxFaults, same);
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
  return { ...twin, books: () => booksPage(platform.books) };
}
