/** The CCV twin as a server in this process. The same code runs in a process of its own (main.ts, spawn.ts). */

import type { IncomingMessage, ServerResponse } from 'node:http';
import { readBody } from '../twin/body.ts';
import { Faults } from '../twin/faults.ts';
import type { RunningTwin } from '../twin/server.ts';
import { serveTwin } from '../twin/server.ts';
import { admin } from './admin.ts';
import type { BooksPage } from './books.ts';
import { booksPage } from './books.ts';
import type { Fault, FaultOrder } from './faults.ts';
import { faultOrder } from './faults.ts';
import type { CcvTwinOptions } from './options.ts';
import { ccvTwinOptions } from './options.ts';
import { payment, send, status } from './payment.ts';
import { Terminal } from './terminal.ts';

/** Its `url` is the base that `/terminal/payment` is joined to. */
export interface CcvTwin extends RunningTwin<FaultOrder> {
  books(): BooksPage;
}

async function route(
  terminal: Terminal,
  faults: Faults<Fault>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { pathname } = new URL(request.url ?? '/', 'http://twin');
  const known = pathname === '/terminal/payment' || pathname === '/terminal/status';
  if (!known) return send(response, '{"error":"no such address"}', 404);
  if (request.method !== 'POST') return send(response, '{"error":"POST only"}', 405);
  if (pathname === '/terminal/payment') return payment(terminal, faults, request, response);
  await readBody(request, 65_536);
  status(terminal, response);
}

/**
 * Starts the twin on 127.0.0.1.
 *
 * @throws ZodError when an option is wrong or unknown; the error of `listen` when the port is taken
 */
export async function startCcvTwin(options: CcvTwinOptions = {}): Promise<CcvTwin> {
  const terminal = new Terminal(ccvTwinOptions.parse(options));
  const faults = new Faults<Fault>(terminal.settings.maxFaults);
  const twin = await serveTwin(
    {
      faults,
      faultOrder,
      admin: (method, path, body) => admin(terminal, method, path, body),
      answer: (request, response) => route(terminal, faults, request, response),
      close: () => undefined,
    },
    terminal.settings.port,
  );
  return { ...twin, books: () => booksPage(terminal.books) };
}
