/** What the list of an order says of one operation (provider notes 3.5, 3.8). Pure and total. */
import type { ReadCall, ReadResult } from '../../payment/read.ts';
import { readJson } from '../rest/json.ts';
import type { FinlineAccount } from './account.ts';
import { declineOf, minorOf, type RawAnswer } from './mapping.ts';
import { referenceIn, referenceOf } from './reference.ts';
import { finlineList, type FinlineOperation, stateOf } from './wire.ts';

type Found = Exclude<ReadResult, { read: 'failed' }>;

const failed = (reason: string): ReadResult => ({ read: 'failed', reason });
const METHODS = { authorization: 'auth', capture: 'capture', release: 'void', refund: 'refund' } as const;

/** The order that a read asks for: ours to derive as long as nobody told us another. */
export const orderIdOf = (call: ReadCall): string =>
  String(
    call.hold?.['orderId'] ??
      call.keys['order_id'] ??
      referenceOf(call.account, call.payment, 'authorization'),
  );

/** @returns without `exchange`, which the adapter adds. */
export function readingOf(account: FinlineAccount, call: ReadCall, raw: RawAnswer): ReadResult {
  const orderId = orderIdOf(call);
  // An order that finline never heard of: the answer's form is not documented, and without an order nothing was booked.
  if (raw.status === 404 && call.kind === 'authorization') return { read: 'absent', offered: true };
  if (raw.status !== 200) return failed(`HTTP ${raw.status}`);
  const read = readJson(raw.body);
  if (!read.ok) return failed(read.fault);
  const parsed = finlineList.safeParse(read.value);
  if (!parsed.success) return failed('not-a-list');
  const operations = parsed.data;
  const strange = operations.some(
    ({ order_id, pos_id }) =>
      order_id !== orderId || (typeof pos_id === 'string' && pos_id !== account.posId),
  );
  if (strange) return failed('order-differs');
  const remaining = remainingOf(account, call.currency, operations);
  const found =
    call.kind === 'authorization' ? holdIn(account, call, operations) : attemptIn(account, call, operations);
  if (found.read === 'failed') return found;
  if (remaining !== null) return { ...found, remaining };
  return isUnderWay(operations) ? { ...found, unsettled: true } : found;
}

const of = (operations: readonly FinlineOperation[], method: string): FinlineOperation[] =>
  operations.filter((operation) => operation.method === method);

const isUnderWay = (operations: readonly FinlineOperation[]): boolean =>
  operations.some(({ status }) => !['approved', 'failed'].includes(stateOf(status) ?? ''));

const anyIn = (operations: readonly FinlineOperation[], method: string, state: string): boolean =>
  of(operations, method).some(({ status }) => stateOf(status) === state);

/** The authorisation, less what a void or a capture took; null where something is under way or cannot be read. */
function remainingOf(
  account: FinlineAccount,
  currency: string,
  operations: readonly FinlineOperation[],
): number | null {
  const held = of(operations, 'auth').find(({ status }) => stateOf(status) === 'approved');
  if (held === undefined) return null;
  if (anyIn(operations, 'void', 'approved') || anyIn(operations, 'capture', 'approved')) return 0;
  return isUnderWay(operations) ? null : minorOf(account, held.amount, currency);
}

function holdIn(
  account: FinlineAccount,
  call: ReadCall,
  operations: readonly FinlineOperation[],
): ReadResult {
  const attempts = of(operations, 'auth');
  if (attempts.length === 0) {
    return operations.length === 0 ? { read: 'absent', offered: true } : failed('hold-not-listed');
  }
  const hold = { orderId: orderIdOf(call) };
  const result = fold(account, call, attempts, 'authorise');
  return result.read === 'approved' ? { ...result, providerReference: hold.orderId, hold } : result;
}

/** Ours is what carries our reference in its comment; a failed one may have been followed by another attempt. */
function attemptIn(
  account: FinlineAccount,
  call: ReadCall,
  operations: readonly FinlineOperation[],
): ReadResult {
  if (!anyIn(operations, 'auth', 'approved')) return failed('hold-not-listed');
  const reference = call.keys['reference'] ?? referenceOf(call.account, call.payment, call.operation);
  const sameMethod = of(operations, METHODS[call.kind]);
  const ours = sameMethod.filter(({ comment }) => referenceIn(comment) === reference);
  if (ours.length > 0) return fold(account, call, ours, 'other');
  // Without a comment it could be ours, and without a word on whose it is nothing is guessed.
  const unsigned = sameMethod.some(
    ({ comment }) => comment === null || comment === undefined || comment === '',
  );
  return unsigned ? failed('comment-missing') : { read: 'absent', offered: offered(call, operations) };
}

/** Whether the operation could be sent now: a whole hold for capture and void, a capture for a refund. */
function offered(call: ReadCall, operations: readonly FinlineOperation[]): boolean {
  const captured = anyIn(operations, 'capture', 'approved');
  if (call.kind === 'refund') return captured;
  return !captured && !isUnderWay(operations) && !anyIn(operations, 'void', 'approved');
}

/** Any success is a booking, and two are the sum of both: what finline booked is never made smaller. */
function fold(
  account: FinlineAccount,
  call: ReadCall,
  attempts: readonly FinlineOperation[],
  kind: 'authorise' | 'other',
): Found | ReadResult {
  const states = attempts.map(({ status }) => stateOf(status));
  if (states.includes(null)) return failed('status-not-listed');
  if (attempts.some(({ currency }) => typeof currency === 'string' && currency !== call.currency))
    return failed('currency-differs');
  const successes = attempts.filter((_, index) => states[index] === 'approved');
  const [first] = successes;
  if (first !== undefined) {
    const id = first.operation_id ?? first.transaction_id ?? '';
    const named = id === '' ? {} : { providerReference: id };
    if (call.kind === 'release') return { read: 'approved', ...named };
    let booked = 0;
    for (const { amount } of successes) {
      const minor = minorOf(account, amount, call.currency);
      if (minor === null) return failed('amount-unreadable');
      booked += minor;
    }
    return { read: 'approved', booked, ...named };
  }
  if (states.includes('pending')) return { read: 'pending' };
  // A repeat that is not listed yet may still book.
  if (attempts.length < call.attempts) return failed('fewer-entries-than-attempts');
  const last = attempts.at(-1);
  return last === undefined ? failed('no-attempt') : { read: 'declined', decline: declineOf(kind, last) };
}
