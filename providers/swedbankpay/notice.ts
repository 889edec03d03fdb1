/** Callbacks: a pointer to a payment and a transaction, without state or amount (provider notes B10). */
import { createHash, timingSafeEqual } from 'node:crypto';
import * as z from 'zod';
import type { IncomingNotice, NoticeVerdict } from '../provider.ts';
import type { SwedbankPayAccount } from './account.ts';
import { PAYMENT_ID } from './descriptor.ts';
import { comesFrom } from '../networks.ts';
import { readJson } from './wire.ts';

const resource = z.looseObject({ id: z.string().min(1).max(256), number: z.int().optional() });
const callback = z.looseObject({ payment: resource, transaction: resource.optional() });

/**
 * Nothing in a callback is signed, so that all that it can do is to make us read; the account's `networks` and its
 * unguessable `pathToken` keep strangers from making us read at will.
 *
 * @param now - milliseconds since the epoch. A callback names no event and no time: that a transaction was created
 *   and that it changed are the same bytes. So each that arrives is an event of its own.
 */
export function readCallback(
  account: SwedbankPayAccount,
  incoming: IncomingNotice,
  now: number,
): NoticeVerdict {
  if (!comesFrom(account.networks, incoming.remoteAddress)) {
    return { verdict: 'forged', why: 'sender is in none of the networks' };
  }
  if (account.pathToken !== undefined && !same(incoming.path ?? '', account.pathToken)) {
    return { verdict: 'forged', why: 'pathToken is not ours' };
  }
  const read = readJson(incoming.body);
  if (!read.ok) return { verdict: 'malformed', why: read.fault };
  const parsed = callback.safeParse(read.value);
  if (!parsed.success) return { verdict: 'malformed', why: 'payment' };
  const { payment, transaction } = parsed.data;
  const id = payment.id.replace(/^https?:\/\/[^/]+/i, '').replace(/\/+$/, '');
  if (!PAYMENT_ID.test(id)) return { verdict: 'ignored', why: 'not a payment of an instrument' };
  const about = transaction?.number ?? '-';
  return {
    verdict: 'notice',
    notice: {
      identity: ['swedbankpay', id, about, now].join('/'),
      providerReference: id,
      hold: { payment: id },
      about: 'hint',
      state: 'pending',
      sequenceNumber: null,
      receivable: null,
      price: null,
      balance: null,
      currency: '',
      at: new Date(now).toISOString(),
      facts: transaction?.number === undefined ? {} : { number: String(transaction.number) },
    },
  };
}

/** In constant time. */
function same(given: string, expected: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}
