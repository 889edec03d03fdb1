/** The admin side, under /admin/: books, faults, and what happens without a request of ours. JSON both ways. */

import * as z from 'zod';
import { AdminRefusal, demand } from '../twin/admin.ts';
import type { Hold } from './books.ts';
import { booksPage, holdPage } from './books.ts';
import { changeableOptions } from './options.ts';
import { reasonCodes } from './request.ts';
import type { Terminal } from './terminal.ts';

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

function find(terminal: Terminal, wanted: string): Hold {
  const hold = terminal.books.find(wanted);
  if (hold === undefined) throw new AdminRefusal(404, `no hold ${wanted}`);
  return hold;
}

const pairOf = ({ authReference, authReferenceVersion }: Hold) => ({ authReference, authReferenceVersion });

function post(terminal: Terminal, path: string, body: unknown): unknown {
  switch (path) {
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

function get(terminal: Terminal, [room, wanted]: readonly string[]): unknown {
  if (room === 'health') return { ok: true, holds: terminal.books.holds.size };
  if (room === 'references' && wanted !== undefined) return pairOf(find(terminal, wanted));
  if (room !== 'books') throw new AdminRefusal(404, 'no such page');
  return wanted === undefined ? booksPage(terminal.books) : holdPage(find(terminal, wanted));
}

/** @param path the segments behind /admin/, decoded */
export function admin(terminal: Terminal, method: string, path: readonly string[], body: unknown): unknown {
  if (method === 'GET') return get(terminal, path);
  if (method === 'POST') return post(terminal, path.join('/'), body);
  throw new AdminRefusal(405, 'method');
}
