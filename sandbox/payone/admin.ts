/** The admin side, under /admin/: books, faults, and what happens at the platform without a request of ours. JSON both ways. */

import * as z from 'zod';
import { AdminRefusal, demand } from '../twin/admin.ts';
import type { Booking, Process } from './books.ts';
import { balanceOf, capturable } from './books.ts';
import { booksPage, processPage } from './book-page.ts';
import { bookCapture, failCapture, settleCapture } from './capture.ts';
import { checkRequest, requestKey } from './checks.ts';
import { collects } from './clearing.ts';
import { bookBack } from './debit.ts';
import { writeLatin1Form } from './form.ts';
import { noticeFields } from './notice.ts';
import { changeableOptions } from './options.ts';
import { book } from './platform.ts';
import type { Platform } from './platform.ts';
import { lastNumber } from './sequence.ts';
import { accept, finishRedirect, openProcess, settleProcess } from './set-up.ts';

const key = z.string().min(1).max(40);
const text = z.string().max(1_024);
const fields = z.record(z.string(), text);
const number = z.int().min(0).max(lastNumber);

const bodies = {
  observe: z.strictObject({
    txid: key,
    kind: z.enum(['capture', 'refund']),
    amount: z.int().min(0).max(1_999_999_999),
    completed: z.boolean().default(false),
  }),
  chargeback: z.strictObject({
    txid: key,
    amount: z.int().min(1).optional(),
    sequencenumber: number.optional(),
    failedcause: text.default('cb'),
  }),
  booking: z.strictObject({ txid: key, sequencenumber: number }),
  settle: z.strictObject({
    txid: key,
    sequencenumber: number.default(0),
    outcome: z.enum(['completed', 'failed']),
  }),
  pay: z.strictObject({ txid: key, amount: z.int().min(1).max(1_999_999_999) }),
  expire: z.strictObject({
    txid: key,
    code: z.union([z.literal(21), z.literal(80), z.literal(101), z.literal(106), z.literal(972)]).default(80),
  }),
  notify: z.strictObject({
    txid: key.optional(),
    fields: fields.default({}),
    raw: z.string().max(65_536).optional(),
    url: z.url().optional(),
  }),
  event: z.strictObject({
    txid: key,
    txaction: z.string().regex(/^[a-z]{1,20}$/),
    fields: fields.default({}),
    sequencenumber: number.optional(),
  }),
  release: z.strictObject({ txid: key.optional() }),
  process: z.strictObject({
    reference: key,
    amount: z.int().min(1).max(1_999_999_999),
    currency: key.default('EUR'),
    clearingtype: key.default('cc'),
    fields: fields.default({}),
  }),
} as const;

function find(platform: Platform, wanted: string): Process {
  const process = platform.books.find(wanted);
  if (process === undefined) throw new AdminRefusal(404, `no process ${wanted}`);
  return process;
}

function bookingOf(process: Process, sequencenumber: number): Booking {
  const booking = process.bookings.find(
    (one) => one.sequencenumber === sequencenumber && one.kind === 'capture',
  );
  if (booking === undefined) throw new AdminRefusal(404, `no capture ${sequencenumber}`);
  return booking;
}

/** A capture or refund made in the merchant portal: it takes the next number. */
function observe(platform: Platform, order: z.output<typeof bodies.observe>): Booking {
  const { amount, completed, kind } = order;
  const process = find(platform, order.txid);
  demand(process.state === 'open', 'the process is not open');
  demand(process.sequence < lastNumber, 'no number left');
  const sequencenumber = process.sequence + 1;
  if (kind === 'refund') {
    demand(amount > 0 && amount <= process.captured + process.claimed - process.refunded, 'refund too high');
    return bookBack(platform, process, {
      sequencenumber,
      amount: -amount,
      origin: 'portal',
      txaction: 'debit',
      settled: true,
    });
  }
  demand(!process.closed && amount <= capturable(process), 'capture too high');
  demand(amount > 0 || (completed && process.captured === 0), 'amount 0 only as a void');
  return bookCapture(platform, process, {
    sequencenumber,
    amount,
    closes: completed,
    settled: collects(process),
    origin: 'portal',
  });
}

/** The customer's bank takes money back: the claim is open again. */
function chargeback(platform: Platform, order: z.output<typeof bodies.chargeback>): Booking {
  const process = find(platform, order.txid);
  const amount = order.amount ?? process.captured - process.chargedBack;
  demand(amount > 0 && amount <= process.captured - process.chargedBack, 'more than was captured');
  const sequencenumber = order.sequencenumber ?? process.sequence;
  process.chargedBack += amount;
  process.received -= amount;
  const booking = book(process, {
    sequencenumber,
    kind: 'chargeback',
    amount: -amount,
    state: 'booked',
    origin: 'platform',
  });
  platform.announce(process, [
    { txaction: 'cancelation', sequencenumber, amount, extra: { failedcause: order.failedcause } },
  ]);
  return booking;
}

/** The customer pays an invoice or prepayment. */
function pay(platform: Platform, order: z.output<typeof bodies.pay>): Booking {
  const process = find(platform, order.txid);
  const { amount } = order;
  const sequencenumber = process.sequence;
  process.received += amount;
  const booking = book(process, {
    sequencenumber,
    kind: 'payment',
    amount,
    state: 'booked',
    origin: 'platform',
  });
  const txaction = balanceOf(process) <= 0 ? 'paid' : 'underpaid';
  platform.announce(process, [{ txaction, sequencenumber, amount }]);
  return booking;
}

/** A preauthorization that was made elsewhere, to be taken over. */
function open(platform: Platform, order: z.output<typeof bodies.process>): unknown {
  const { settings } = platform;
  const form = new Map<string, string>([
    ['request', 'preauthorization'],
    ['mid', settings.mid],
    ['aid', settings.aid],
    ['portalid', settings.portalId],
    ['key', requestKey(settings)],
    ['mode', settings.mode === 'any' ? 'test' : settings.mode],
    ['reference', order.reference],
    ['amount', String(order.amount)],
    ['currency', order.currency],
    ['clearingtype', order.clearingtype],
    ...(order.clearingtype === 'cc' ? ([['pseudocardpan', '9410010000000001']] as const) : []),
    ...Object.entries(order.fields),
  ]);
  const checked = checkRequest(form, settings);
  if ('code' in checked) throw new AdminRefusal(400, `${checked.code} ${checked.message}`);
  demand(platform.books.byReference(order.reference) === undefined, 'reference exists');
  const process = openProcess(platform, form, 'preauthorization', 'portal');
  accept(platform, process);
  return processPage(platform.books, process.txid);
}

/** Sends a notice that no booking stands behind: the process's own fields, if one is named, under those given. */
async function notify(platform: Platform, order: z.output<typeof bodies.notify>): Promise<unknown> {
  const process = order.txid === undefined ? undefined : platform.books.find(order.txid);
  const base =
    process === undefined
      ? []
      : noticeFields(
          process,
          { txaction: 'appointed', sequencenumber: process.sequence },
          platform.settings,
          Date.now(),
        );
  const merged = [...new Map([...base, ...Object.entries(order.fields)])];
  const txid = order.fields['txid'] ?? process?.txid ?? order.txid ?? '';
  return platform.notifications.sendRaw(txid, merged, order.raw ?? writeLatin1Form(merged), order.url);
}

function settle(platform: Platform, order: z.output<typeof bodies.settle>): unknown {
  const process = find(platform, order.txid);
  const done =
    order.sequencenumber === 0
      ? settleProcess(platform, process, order.outcome)
      : settleCapture(platform, process, bookingOf(process, order.sequencenumber), order.outcome);
  demand(done, 'not pending');
  return processPage(platform.books, process.txid);
}

async function post(platform: Platform, path: readonly string[], body: unknown): Promise<unknown> {
  switch (path.join('/')) {
    case 'options': {
      const { notifyUrl, ...rest } = changeableOptions.parse(body);
      Object.assign(platform.settings, rest);
      if (notifyUrl !== undefined) platform.settings.notifyUrl = notifyUrl ?? undefined;
      platform.notifications.wake();
      return rest;
    }
    case 'processes':
      return open(platform, bodies.process.parse(body));
    case 'observe':
      return observe(platform, bodies.observe.parse(body));
    case 'chargeback':
      return chargeback(platform, bodies.chargeback.parse(body));
    case 'fail-capture': {
      const { txid, sequencenumber } = bodies.booking.parse(body);
      const process = find(platform, txid);
      demand(failCapture(platform, process, bookingOf(process, sequencenumber)), 'not a booked capture');
      return processPage(platform.books, process.txid);
    }
    case 'settle':
      return settle(platform, bodies.settle.parse(body));
    case 'pay':
      return pay(platform, bodies.pay.parse(body));
    case 'expire': {
      const { txid, code } = bodies.expire.parse(body);
      const process = find(platform, txid);
      process.expired = code;
      return processPage(platform.books, process.txid);
    }
    case 'notify':
      return notify(platform, bodies.notify.parse(body));
    case 'event': {
      const { txid, txaction, fields: extra, sequencenumber } = bodies.event.parse(body);
      const process = find(platform, txid);
      platform.announce(process, [{ txaction, sequencenumber: sequencenumber ?? process.sequence, extra }]);
      return { announced: txaction };
    }
    case 'notifications/release':
      platform.notifications.release(bodies.release.parse(body ?? {}).txid);
      return { released: true };
    default:
      return redirect(platform, path);
  }
}

function redirect(platform: Platform, [room, txid, outcome, ...more]: readonly string[]): unknown {
  if (room !== 'redirect' || txid === undefined || more.length > 0)
    throw new AdminRefusal(404, 'no such call');
  if (outcome !== 'complete' && outcome !== 'abandon') throw new AdminRefusal(404, 'complete or abandon');
  const process = find(platform, txid);
  demand(finishRedirect(platform, process, outcome), 'nobody waits for the customer');
  return processPage(platform.books, process.txid);
}

function get(platform: Platform, [room, wanted]: readonly string[]): unknown {
  if (room === 'health') return { ok: true, processes: platform.books.processes.size };
  if (room !== 'books') throw new AdminRefusal(404, 'no such page');
  if (wanted === undefined) return booksPage(platform.books);
  return processPage(platform.books, find(platform, wanted).txid);
}

/** @param path the segments behind /admin/, decoded */
export function admin(platform: Platform, method: string, path: readonly string[], body: unknown): unknown {
  if (method === 'GET') return get(platform, path);
  if (method === 'POST') return post(platform, path, body);
  throw new AdminRefusal(405, 'method');
}
