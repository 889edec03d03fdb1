/** The admin side, under /admin/: books, faults, and what happens at the platform without a request of ours. JSON both ways. */

import * as z from 'zod';
import { AdminRefusal, demand } from '../twin/admin.ts';
import { booksPage, paymentBook } from './book-page.ts';
import type { Payment } from './books.ts';
import { openOf } from './books.ts';
import { changeableOptions } from './options.ts';
import type { Movement, Platform } from './platform.ts';
import { awaitsPayer, remainingOf } from './platform.ts';

const key = z.string().min(1).max(200);
const reference = z.string().regex(/^[A-Za-z0-9]{1,30}$/);
const minor = z.int().min(1);

const bodies = {
  payment: z.strictObject({
    payeeReference: reference,
    amount: minor,
    vatAmount: z.int().min(0).default(0),
    currency: z
      .string()
      .regex(/^[A-Z]{3}$/)
      .default('SEK'),
    instrument: z.enum(['creditcard', 'vipps', 'mobilepay']).default('creditcard'),
    description: z.string().min(1).max(40).default('Opened elsewhere'),
    /** Whether the payer has been there. */
    authorised: z.boolean().default(true),
    callbackUrl: z.url().optional(),
  }),
  observe: z.strictObject({
    payment: key,
    kind: z.enum(['capture', 'cancellation', 'reversal']),
    /** Minor units; a cancellation takes all that is left. */
    amount: minor.optional(),
    payeeReference: reference.optional(),
  }),
  settle: z.strictObject({ payment: key, outcome: z.enum(['Completed', 'Failed']) }),
  expire: z.strictObject({ payment: key, tail: z.string().default('creditcard/acquirererrordonotretry') }),
  named: z.strictObject({ payment: key }),
  notify: z.strictObject({
    payment: key.optional(),
    body: z.unknown().optional(),
    raw: z.string().max(65_536).optional(),
    url: z.url().optional(),
  }),
  release: z.strictObject({ payment: key.optional() }),
} as const;

function find(platform: Platform, wanted: string): Payment {
  const payment = platform.books.find(wanted);
  if (payment === undefined) throw new AdminRefusal(404, `no payment ${wanted}`);
  return payment;
}

const shown = (platform: Platform, payment: Payment): unknown => paymentBook(platform.books, payment.uuid);

/** A payment that was set up elsewhere, authorised unless it is told otherwise. */
function open(platform: Platform, order: z.output<typeof bodies.payment>): unknown {
  const { authorised, callbackUrl, ...rest } = order;
  demand(!platform.books.references.has(order.payeeReference), 'payeeReference exists');
  const payment = platform.open({
    ...rest,
    language: 'sv-SE',
    userAgent: 'Sandbox',
    urls: callbackUrl === undefined ? {} : { callbackUrl },
    origin: 'portal',
  });
  if (authorised) demand(platform.payer(payment, 'complete'), 'not authorised');
  return shown(platform, payment);
}

const KINDS: Readonly<Record<string, Movement>> = {
  capture: 'Capture',
  cancellation: 'Cancellation',
  reversal: 'Reversal',
};

/** A transaction that was made in the merchant portal. */
function observe(platform: Platform, order: z.output<typeof bodies.observe>): unknown {
  const payment = find(platform, order.payment);
  const type = KINDS[order.kind] ?? 'Capture';
  const remaining = remainingOf(payment, type);
  const amount = order.amount ?? remaining;
  demand(openOf(payment) === undefined && payment.state === 'Ready', 'a transaction is open');
  demand(amount > 0 && amount <= remaining, 'more than remains');
  demand(type !== 'Cancellation' || amount === remaining, 'a cancellation takes all that is left');
  const payeeReference = order.payeeReference ?? `PORTAL${platform.ids.number()}`;
  demand(!platform.books.references.has(payeeReference), 'payeeReference exists');
  platform.book(
    payment,
    { type, amount, vatAmount: 0, description: 'Made elsewhere', payeeReference, origin: 'portal' },
    'Completed',
  );
  return shown(platform, payment);
}

/** Sends a callback that no transaction stands behind. */
function notify(platform: Platform, order: z.output<typeof bodies.notify>): Promise<unknown> {
  const payment = order.payment === undefined ? undefined : platform.books.find(order.payment);
  const id = payment?.id ?? order.payment ?? '';
  const body = order.body ?? { payment: { id, number: payment?.number ?? 1 } };
  return platform.callbacks.sendRaw(id, order.raw ?? JSON.stringify(body), order.url);
}

async function post(platform: Platform, path: readonly string[], body: unknown): Promise<unknown> {
  switch (path.join('/')) {
    case 'options': {
      const { notifyUrl, ...rest } = changeableOptions.parse(body);
      Object.assign(platform.settings, rest);
      if (notifyUrl !== undefined) platform.settings.notifyUrl = notifyUrl ?? undefined;
      return rest;
    }
    case 'payments':
      return open(platform, bodies.payment.parse(body));
    case 'observe':
      return observe(platform, bodies.observe.parse(body));
    case 'settle': {
      const { payment: wanted, outcome } = bodies.settle.parse(body);
      const payment = find(platform, wanted);
      const transaction = openOf(payment);
      demand(transaction !== undefined && platform.settle(payment, transaction, outcome), 'nothing is open');
      return shown(platform, payment);
    }
    case 'expire': {
      const { payment: wanted, tail } = bodies.expire.parse(body);
      const payment = find(platform, wanted);
      payment.expired = tail;
      return shown(platform, payment);
    }
    case 'lock':
    case 'unlock': {
      const payment = find(platform, bodies.named.parse(body).payment);
      payment.locked = path[0] === 'lock';
      payment.failures.Capture = 0;
      payment.failures.Reversal = 0;
      return shown(platform, payment);
    }
    case 'notify':
      return notify(platform, bodies.notify.parse(body));
    case 'notifications/release': {
      const { payment } = bodies.release.parse(body ?? {});
      platform.callbacks.release(payment === undefined ? undefined : find(platform, payment).id);
      return { released: true };
    }
    default:
      return redirect(platform, path);
  }
}

function redirect(platform: Platform, [room, wanted, outcome, ...more]: readonly string[]): unknown {
  if (room !== 'redirect' || wanted === undefined || more.length > 0)
    throw new AdminRefusal(404, 'no such call');
  if (outcome !== 'complete' && outcome !== 'fail' && outcome !== 'abandon')
    throw new AdminRefusal(404, 'complete, fail or abandon');
  const payment = find(platform, wanted);
  demand(awaitsPayer(payment) && platform.payer(payment, outcome), 'nobody waits for the payer');
  return shown(platform, payment);
}

function get(platform: Platform, [room, ...wanted]: readonly string[]): unknown {
  if (room === 'health') return { ok: true, payments: platform.books.payments.size };
  if (room !== 'books') throw new AdminRefusal(404, 'no such page');
  if (wanted.length === 0) return booksPage(platform.books);
  return shown(platform, find(platform, wanted.join('/')));
}

/** @param path the segments behind /admin/, decoded */
export function admin(platform: Platform, method: string, path: readonly string[], body: unknown): unknown {
  if (method === 'GET') return get(platform, path);
  if (method === 'POST') return post(platform, path, body);
  throw new AdminRefusal(405, 'method');
}
