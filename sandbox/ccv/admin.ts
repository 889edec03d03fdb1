/** The admin side, under /admin/: books, faults, and what happens without a request of ours. JSON both ways. */

import * as z from 'zod';
import type { Hold } from './books.ts';
import { booksPage, holdPage } from './books.ts';
import type { Faults } from './faults.ts';
import { faultOrder } from './faults.ts';
import { changeableOptions } from './options.ts';
import { reasonCodes } from './request.ts';
import type { Terminal } from './terminal.ts';

export interface AdminAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** A refusal of the admin side: the request makes no sense as the books stand. */
class AdminRefusal extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

const key = z.string().min(1).max(64);
const bodies = {
  hold: z.strictObject({
    amount: z.int().min(1).max(Number.MAX_SAFE_INTEGER),
    currency: z
      .string()
      .regex(/^[A-Z]{3}$/)
      .default('EUR'),
  }),
  observe: z.strictObject({
    hold: key,
    /** 0 cancels. */
    amount: z.int().min(0),
    reason: z.enum(reasonCodes as [string, ...string[]]).default('UNEXPECTED_OPERATION_RESULT'),
  }),
  expire: z.strictObject({ hold: key }),
} as const;

function demand(condition: boolean, message: string): void {
  if (!condition) throw new AdminRefusal(409, message);
}

function find(terminal: Terminal, wanted: string): Hold {
  const hold = terminal.books.find(wanted);
  if (hold === undefined) throw new AdminRefusal(404, `no hold ${wanted}`);
  return hold;
}

const pairOf = ({ authReference, authReferenceVersion }: Hold) => ({ authReference, authReferenceVersion });

function post(terminal: Terminal, faults: Faults, path: string, body: unknown): unknown {
  switch (path) {
    case 'faults': {
      const fault = faultOrder.parse(body);
      demand(faults.add(fault), 'too many faults');
      return fault;
    }
    case 'options': {
      const changes = changeableOptions.parse(body);
      Object.assign(terminal.settings, changes);
      return changes;
    }
    case 'holds': {
      const { amount, currency } = bodies.hold.parse(body);
      const hold = terminal.authorise({ requestId: null, amount, currency }, amount, 'elsewhere');
      return { ...holdPage(hold), ...pairOf(hold) };
    }
    case 'observe': {
      const order = bodies.observe.parse(body);
      const hold = find(terminal, order.hold);
      demand(hold.state === 'open' && order.amount <= hold.authorised, 'the hold does not allow it');
      const reason = order.amount === 0 ? order.reason : null;
      terminal.end(hold, { requestId: null, amount: order.amount, reason, origin: 'elsewhere' });
      return holdPage(hold);
    }
    case 'expire': {
      const hold = find(terminal, bodies.expire.parse(body).hold);
      demand(hold.state === 'open', 'the hold is not open');
      hold.state = 'expired';
      return holdPage(hold);
    }
    default:
      throw new AdminRefusal(404, 'no such call');
  }
}

function get(terminal: Terminal, faults: Faults, [room, wanted]: readonly string[]): unknown {
  if (room === 'health') return { ok: true, holds: terminal.books.holds.size };
  if (room === 'faults') return { faults: faults.list() };
  if (room === 'references' && wanted !== undefined) return pairOf(find(terminal, wanted));
  if (room !== 'books') throw new AdminRefusal(404, 'no such page');
  return wanted === undefined ? booksPage(terminal.books) : holdPage(find(terminal, wanted));
}

/** @param path the segments behind /admin/, decoded */
export function admin(
  terminal: Terminal,
  faults: Faults,
  method: string,
  path: readonly string[],
  body: unknown,
): AdminAnswer {
  try {
    if (method === 'GET') return { status: 200, body: get(terminal, faults, path) };
    if (method === 'POST') return { status: 200, body: post(terminal, faults, path.join('/'), body) };
    if (method === 'DELETE' && path.join('/') === 'faults') {
      faults.clear();
      return { status: 200, body: { cleared: true } };
    }
    return { status: 405, body: { error: 'method' } };
  } catch (error) {
    if (error instanceof AdminRefusal) return { status: error.status, body: { error: error.message } };
    if (error instanceof z.ZodError) return { status: 400, body: { error: z.prettifyError(error) } };
    throw error;
  }
}
