/** The admin side, under /admin/: books, and what happens at the platform without a request of ours. JSON both ways. */

import * as z from 'zod';
import { digitsOf } from '../twin/money.ts';
import { AdminRefusal, demand } from '../twin/admin.ts';
import { booksPage, orderPage } from './book-page.ts';
import type { Operation, Order } from './books.ts';
import { busy, captured, has, refunded } from './books.ts';
import { noticeBody } from './notifications.ts';
import { changeableOptions } from './options.ts';
import type { Platform } from './platform.ts';

const key = z.string().min(1).max(32);
const amount = z.int().min(1).max(1_000_000_000_000);
const currency = z
  .string()
  .regex(/^[A-Z]{3}$/)
  .refine((code) => digitsOf(code) <= 2, 'has more than two decimals');

const bodies = {
  order: z.strictObject({ orderId: key, amount, currency: currency.default('UAH') }),
  observe: z.strictObject({
    orderId: key,
    kind: z.enum(['capture', 'refund', 'void']),
    amount: amount.optional(),
  }),
  settle: z.strictObject({ orderId: key, outcome: z.enum(['success', 'failure']) }),
  expire: z.strictObject({ orderId: key }),
  notify: z.strictObject({
    orderId: key.optional(),
    fields: z.record(z.string(), z.unknown()).default({}),
    /** Signs in place of the point of sale's own. */
    secret: z.string().optional(),
    raw: z.string().max(65_536).optional(),
    url: z.url().optional(),
  }),
  release: z.strictObject({ orderId: key.optional() }),
} as const;

function find(platform: Platform, orderId: string): Order {
  const order = platform.books.orders.get(orderId);
  if (order === undefined) throw new AdminRefusal(404, `no order ${orderId}`);
  return order;
}

/** An authorisation that was made elsewhere, to be taken over. */
function open(platform: Platform, asked: z.output<typeof bodies.order>): unknown {
  demand(!platform.books.orders.has(asked.orderId), 'order exists');
  const order = platform.open(asked.orderId, asked.currency, asked.amount);
  platform.book(order, { method: 'auth', amount: asked.amount, status: 'success', origin: 'portal' });
  return orderPage(platform.books, order);
}

/** Made by a person in the merchant portal; it carries no comment of ours. */
function observe(platform: Platform, asked: z.output<typeof bodies.observe>): Operation {
  const order = find(platform, asked.orderId);
  demand(has(order, 'auth', 'success') && !busy(order), 'the order is not open');
  const left = asked.kind === 'refund' ? captured(order) - refunded(order) : order.amount;
  const wanted = asked.amount ?? left;
  demand(wanted > 0 && wanted <= left, 'too much');
  const over = has(order, 'capture', 'success') || has(order, 'void', 'success');
  demand(asked.kind === 'refund' || !over, 'nothing is held');
  return platform.book(order, {
    method: asked.kind,
    amount: wanted,
    status: 'success',
    origin: 'portal',
    comment: 'Portal',
  });
}

/** The agreed period is over and the platform gives the hold back (provider notes 3.3). */
function expire(platform: Platform, orderId: string): unknown {
  const order = find(platform, orderId);
  const over = has(order, 'capture', 'success') || has(order, 'void', 'success');
  demand(has(order, 'auth', 'success') && !over, 'nothing is held');
  platform.book(order, { method: 'void', amount: order.amount, status: 'success', origin: 'platform' });
  return orderPage(platform.books, order);
}

function settle(platform: Platform, orderId: string, outcome: 'success' | 'failure'): unknown {
  const order = find(platform, orderId);
  const waiting = order.operations.find(({ status }) => status === 'pending' || status === 'init');
  if (waiting === undefined) throw new AdminRefusal(409, 'not pending');
  platform.settle(waiting, outcome);
  return orderPage(platform.books, order);
}

/** Sends a notice that no operation stands behind. */
function notify(platform: Platform, asked: z.output<typeof bodies.notify>): Promise<unknown> {
  const fields = {
    ...(asked.orderId === undefined ? {} : { order_id: asked.orderId }),
    ...asked.fields,
  };
  const body = asked.raw ?? noticeBody(fields, asked.secret ?? platform.settings.apiSecret);
  return platform.notifications.sendRaw(fields, body, asked.url);
}

function post(platform: Platform, path: readonly string[], body: unknown): unknown {
  switch (path.join('/')) {
    case 'options': {
      const { notifyUrl, ...rest } = changeableOptions.parse(body);
      Object.assign(platform.settings, rest);
      if (notifyUrl !== undefined) platform.settings.notifyUrl = notifyUrl ?? undefined;
      platform.notifications.wake();
      return rest;
    }
    case 'orders':
      return open(platform, bodies.order.parse(body));
    case 'observe':
      return observe(platform, bodies.observe.parse(body));
    case 'settle': {
      const asked = bodies.settle.parse(body);
      return settle(platform, asked.orderId, asked.outcome);
    }
    case 'expire':
      return expire(platform, bodies.expire.parse(body).orderId);
    case 'notify':
      return notify(platform, bodies.notify.parse(body));
    case 'notifications/release':
      platform.notifications.release(bodies.release.parse(body ?? {}).orderId);
      return { released: true };
    default: {
      const [room, orderId, outcome, ...more] = path;
      if (room !== 'checkout' || orderId === undefined || more.length > 0)
        throw new AdminRefusal(404, 'no such call');
      if (outcome !== 'complete' && outcome !== 'abandon') throw new AdminRefusal(404, 'complete or abandon');
      return settle(platform, orderId, outcome === 'complete' ? 'success' : 'failure');
    }
  }
}

/** @param path the segments behind /admin/, decoded */
export function admin(platform: Platform, method: string, path: readonly string[], body: unknown): unknown {
  const [room, wanted] = path;
  if (method === 'POST') return post(platform, path, body);
  if (method !== 'GET') throw new AdminRefusal(405, 'method');
  if (room === 'health') return { ok: true, orders: platform.books.orders.size };
  if (room !== 'books') throw new AdminRefusal(404, 'no such page');
  return wanted === undefined ? booksPage(platform.books) : orderPage(platform.books, find(platform, wanted));
}
