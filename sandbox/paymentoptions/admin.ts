/** The admin side, under /admin/: books, and what happens at the platform without a request of ours. JSON both ways. */

import * as z from 'zod';
import { AdminRefusal, demand } from '../twin/admin.ts';
import { booksPage, holdPage } from './book-page.ts';
import type { Hold, Transaction, Type } from './books.ts';
import { captured, ofType, refunded, voided } from './books.ts';
import { changeableOptions } from './options.ts';
import type { Platform } from './transactions.ts';

const key = z.string().regex(/^[A-Za-z0-9._-]{1,64}$/);
const amount = z.int().min(1).max(1_000_000_000_000);

const bodies = {
  hold: z.strictObject({
    transactionId: key.optional(),
    amount,
    currency: z
      .string()
      .regex(/^[A-Z]{3}$/)
      .default('JPY'),
    merchantTxnRef: z.string().max(128).default('qwe'),
  }),
  observe: z.strictObject({
    transactionId: key,
    kind: z.enum(['capture', 'void', 'refund']),
    amount: amount.optional(),
  }),
  expire: z.strictObject({ transactionId: key }),
} as const;

function find(platform: Platform, id: string): Hold {
  const hold = platform.books.find(id);
  if (hold === undefined) throw new AdminRefusal(404, `no transaction ${id}`);
  return hold;
}

/** An authorisation that was made elsewhere, to be taken over. */
function open(platform: Platform, asked: z.output<typeof bodies.hold>): unknown {
  const { transactionId: id } = asked;
  demand(id === undefined || platform.books.find(id) === undefined, 'transaction exists');
  const { amount: value, currency, merchantTxnRef: ref } = asked;
  return holdPage(platform.books, platform.books.open({ id, amount: value, currency, ref }));
}

/** Made by a person in the merchant portal. */
function observe(platform: Platform, asked: z.output<typeof bodies.observe>): Transaction {
  const hold = find(platform, asked.transactionId);
  const left = asked.kind === 'refund' ? captured(hold) - refunded(hold) : hold.amount;
  const wanted = asked.amount ?? left;
  demand(wanted > 0 && wanted <= left, 'too much');
  const over = voided(hold) || ofType(hold, 'CAPTURE').length > 0;
  demand(asked.kind === 'refund' || !over, 'nothing is held');
  const type = asked.kind.toUpperCase() as Type;
  return platform.books.book(hold, { type, amount: wanted, origin: 'portal', notes: 'Portal' });
}

function post(platform: Platform, path: string, body: unknown): unknown {
  switch (path) {
    case 'options': {
      const changed = changeableOptions.parse(body);
      Object.assign(platform.settings, changed);
      return changed;
    }
    case 'holds':
      return open(platform, bodies.hold.parse(body));
    case 'observe':
      return observe(platform, bodies.observe.parse(body));
    case 'expire': {
      const hold = find(platform, bodies.expire.parse(body).transactionId);
      hold.expired = true;
      return holdPage(platform.books, hold);
    }
    default:
      throw new AdminRefusal(404, 'no such call');
  }
}

/** @param path the segments behind /admin/, decoded */
export function admin(platform: Platform, method: string, path: readonly string[], body: unknown): unknown {
  const [room, wanted] = path;
  if (method === 'POST') return post(platform, path.join('/'), body);
  if (method !== 'GET') throw new AdminRefusal(405, 'method');
  if (room === 'health') return { ok: true, holds: platform.books.holds.size };
  if (room !== 'books') throw new AdminRefusal(404, 'no such page');
  return wanted === undefined ? booksPage(platform.books) : holdPage(platform.books, find(platform, wanted));
}
