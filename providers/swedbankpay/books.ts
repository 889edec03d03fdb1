/** Reads Swedbank Pay's books: the payment, and the list of one kind of transaction. Changes nothing there. */
import type { OperationKind } from '../../payment/operation.ts';
import type { Exchange } from '../../payment/outcome.ts';
import type { ReadCall, ReadResult } from '../../payment/read.ts';
import type { HttpContext } from '../http.ts';
import type { Line } from './line.ts';
import { declineOf } from './mapping.ts';
import {
  aloneIn,
  countsAsDone,
  failedTooOften,
  findIn,
  heldBy,
  type FollowUpKind,
  listOf,
  offerOf,
  remainingFor,
  sameId,
  stateOf,
  transactionsIn,
} from './view.ts';
import { type Listed, type PaymentAnswer, paymentAnswer, readJson } from './wire.ts';

/** A page that was read, or why it could not be. */
export type Page<T> =
  | { readonly ok: true; readonly value: T; readonly exchange: Exchange }
  | { readonly ok: false; readonly reason: string; readonly message?: string; readonly exchange?: Exchange };

export async function readPayment(
  line: Line,
  id: string,
  context: HttpContext,
): Promise<Page<PaymentAnswer>> {
  const page = await readPage(line, id, context);
  if (!page.ok) return page;
  const parsed = paymentAnswer.safeParse(page.value);
  if (!parsed.success) return { ok: false, reason: 'read-incomplete', exchange: page.exchange };
  if (!sameId(parsed.data.payment.id, id))
    return { ok: false, reason: 'payment-differs', exchange: page.exchange };
  return { ok: true, value: parsed.data, exchange: page.exchange };
}

/** The list of a kind, by the link that the payment gives; an entry that cannot be read makes the whole unread. */
export async function readList(
  line: Line,
  answer: PaymentAnswer,
  kind: OperationKind,
  context: HttpContext,
): Promise<Page<readonly Listed[]>> {
  const id = listOf(answer, kind);
  if (id === null) return { ok: false, reason: 'no-link' };
  const page = await readPage(line, id, context);
  if (!page.ok) return page;
  const list = transactionsIn(page.value, kind, answer.payment.id);
  return list === null
    ? { ok: false, reason: 'read-incomplete', exchange: page.exchange }
    : { ok: true, value: list, exchange: page.exchange };
}

async function readPage(line: Line, id: string, context: HttpContext): Promise<Page<unknown>> {
  const url = line.addressOf(id);
  if (url === null) return { ok: false, reason: 'foreign-address' };
  const { result, exchange } = await line.get(url, context);
  if (!result.sent || result.lost)
    return {
      ok: false,
      reason: result.sent ? `read-${result.reason}` : result.reason,
      message: result.message,
      exchange,
    };
  if (result.status !== 200) return { ok: false, reason: `read-http-${result.status}`, exchange };
  const read = readJson(result.body);
  return read.ok
    ? { ok: true, value: read.value, exchange }
    : { ok: false, reason: `read-${read.fault}`, exchange };
}

/**
 * Whether an operation is missing because the payment is locked: money is left, nothing runs, and the last captures or
 * the last reversals all failed (seed 004, provider notes B6).
 *
 * @returns null where a list could not be read.
 */
export async function isLocked(
  line: Line,
  answer: PaymentAnswer,
  kind: FollowUpKind,
  context: HttpContext,
): Promise<boolean | null> {
  const missing = offerOf(answer, kind) === null && (remainingFor(answer, kind) ?? 0) > 0;
  if (!missing || stateOf(answer.payment) !== 'ready') return false;
  for (const counted of ['capture', 'refund'] as const) {
    const list = await readList(line, answer, counted, context);
    if (!list.ok) return null;
    if (failedTooOften(list.value)) return true;
  }
  return false;
}

/** How a page that is not there is told. */
const UNKNOWN_PAYMENT = 'read-http-404';

/** Looks for one operation, or at the hold as a whole. @param payeeReference - its key in the books. */
export async function look(
  line: Line,
  call: ReadCall,
  payeeReference: string,
  context: HttpContext,
): Promise<ReadResult> {
  const payment = await readPayment(line, String(call.hold?.['payment'] ?? ''), context);
  if (!payment.ok)
    return payment.reason === UNKNOWN_PAYMENT && call.kind === 'authorization'
      ? { read: 'absent', offered: false }
      : failed(payment);
  const list = await readList(line, payment.value, call.kind, context);
  if (!list.ok) return failed(list);
  const remaining = heldBy(payment.value);
  const offerable = call.kind === 'authorization' ? 'capture' : call.kind;
  const locked = (await isLocked(line, payment.value, offerable, context)) === true;
  const facts = {
    exchange: list.exchange,
    ...(remaining === null ? { unsettled: true as const } : { remaining }),
    ...(locked ? { locked } : {}),
  };
  if (call.kind === 'authorization') return { ...facts, ...holdIn(payment.value, list.value) };
  const found = findIn(list.value, payeeReference);
  if (found === undefined) {
    const offered = stateOf(payment.value.payment) === 'ready' && offerOf(payment.value, call.kind) !== null;
    return { ...facts, read: 'absent', offered };
  }
  return { ...facts, ...(await settledBy(line, call, payment.value, list.value, found, context)) };
}

type Verdict =
  | { read: 'approved'; booked?: number; providerReference: string }
  | { read: 'pending' }
  | { read: 'declined'; decline: ReturnType<typeof declineOf> }
  | { read: 'failed'; reason: string };

/** The newest word on a transaction that was found: its own page where the list leaves it open. */
async function settledBy(
  line: Line,
  call: ReadCall,
  payment: PaymentAnswer,
  list: readonly Listed[],
  found: Listed,
  context: HttpContext,
): Promise<Verdict> {
  const first = verdictOf(call.kind, found);
  if (first.read !== 'pending') return first;
  if (
    call.kind === 'capture' &&
    stateOf(found.transaction) === 'awaitingactivity' &&
    countsAsDone(payment, list, found.transaction)
  ) {
    return { read: 'approved', booked: found.transaction.amount, providerReference: found.id };
  }
  const own = await readPage(line, found.id, context);
  if (!own.ok) return first;
  const alone = aloneIn(own.value, call.kind);
  const same = alone?.transaction.payeeReference === found.transaction.payeeReference ? alone : null;
  return same === null ? first : verdictOf(call.kind, same);
}

function verdictOf(kind: OperationKind, { id, transaction }: Listed): Verdict {
  switch (stateOf(transaction)) {
    case 'completed': {
      const named = kind !== 'release' || transaction.amount > 0;
      return { read: 'approved', providerReference: id, ...(named ? { booked: transaction.amount } : {}) };
    }
    case 'failed':
      return { read: 'declined', decline: declineOf(transaction) };
    case 'initialized':
    case 'awaitingactivity':
      return { read: 'pending' };
    default:
      return { read: 'failed', reason: 'state-not-listed' };
  }
}

/** What an authorisation came to: its own transactions, or the end of the payment before there was one. */
function holdIn(answer: PaymentAnswer, list: readonly Listed[]): Verdict & { hold?: { payment: string } } {
  const done = list.find(({ transaction }) => stateOf(transaction) === 'completed');
  const { payment } = answer;
  if (done !== undefined) {
    const hold = { payment: payment.id };
    return { read: 'approved', booked: done.transaction.amount, providerReference: payment.id, hold };
  }
  const state = stateOf(payment);
  if (state === 'aborted' || state === 'failed') {
    const message = `the payment is ${payment.state}`;
    return { read: 'declined', decline: { code: state, message, hold: 'gone', again: 'customer' } };
  }
  // A refused card leaves the page open for another one until the payment is ended.
  return { read: 'pending' };
}

const failed = (page: { readonly reason: string; readonly exchange?: Exchange }): ReadResult => ({
  read: 'failed',
  reason: page.reason,
  ...(page.exchange === undefined ? {} : { exchange: page.exchange }),
});
