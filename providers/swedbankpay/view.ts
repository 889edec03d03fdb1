/** What a payment's own page and its lists say: which operations it offers, whose turn it is, whether it is locked. Pure. */
import type { OperationKind } from '../../payment/operation.ts';
import { FAILURES } from './descriptor.ts';
import { type Listed, listed, type PaymentAnswer, type Transaction, transactionList } from './wire.ts';

/** The operation of each kind by its `rel`; prose of the documents writes `create-cancel` (provider notes B1). */
const RELS: Readonly<Record<FollowUpKind, readonly string[]>> = {
  capture: ['create-capture'],
  release: ['create-cancellation', 'create-cancel'],
  refund: ['create-reversal'],
};

const LISTS = {
  authorization: 'authorizations',
  capture: 'captures',
  release: 'cancellations',
  refund: 'reversals',
} as const;

/** The name under which one transaction of a kind stands alone, and in the answer that made it. */
const ALONE = {
  authorization: 'authorization',
  capture: 'capture',
  release: 'cancellation',
  refund: 'reversal',
} as const;

/** The kinds that have an operation of their own to send. */
export type FollowUpKind = Exclude<OperationKind, 'authorization'>;

/** The address behind an operation as it stands now, or null where it is not offered; it is never kept. */
export function offerOf(answer: PaymentAnswer, kind: FollowUpKind): string | null {
  const offer = answer.operations.find(
    ({ rel, method }) => RELS[kind].includes(rel) && (method ?? 'POST') === 'POST',
  );
  return offer?.href ?? null;
}

/** The id of the list of a kind; null where the payment names none. */
export const listOf = (answer: PaymentAnswer, kind: OperationKind): string | null =>
  answer.payment[LISTS[kind]]?.id ?? null;

/** What may still be moved by an operation of a kind, in minor units; null where the payment does not say. */
export function remainingFor(answer: PaymentAnswer, kind: OperationKind): number | null {
  const { payment } = answer;
  if (kind === 'refund') return payment.remainingReversalAmount ?? null;
  return (kind === 'release' ? payment.remainingCancellationAmount : payment.remainingCaptureAmount) ?? null;
}

/** What the hold still covers. A remaining amount of 0 is left out, as one is that is not told (provider notes B4). */
export function heldBy(answer: PaymentAnswer): number | null {
  const said = remainingFor(answer, 'capture');
  if (said !== null) return said;
  return stateOf(answer.payment) === 'pending' || offerOf(answer, 'capture') !== null ? null : 0;
}

export const stateOf = ({ state }: { readonly state: string }): string => state.toLowerCase();

/**
 * The transactions of a list's answer, or null where one of them cannot be read. The list stands under its kind, as
 * an array or in an object beside its id (seed 004, provider notes B4).
 */
export function transactionsIn(
  json: unknown,
  kind: OperationKind,
  payment: string,
): readonly Listed[] | null {
  const page = json as Readonly<Record<string, unknown>>;
  if (namesAnother(json, payment)) return null;
  const node = page[LISTS[kind]];
  const list =
    typeof node === 'object' && node !== null && !Array.isArray(node)
      ? Object.values(node).find(Array.isArray)
      : node;
  const read = transactionList.safeParse(list);
  return read.success ? read.data : null;
}

/** The transaction that an answer made or a page of its own shows, or null where it cannot be read. */
export function aloneIn(json: unknown, kind: OperationKind): Listed | null {
  const read = listed.safeParse((json as Readonly<Record<string, unknown>>)[ALONE[kind]]);
  return read.success ? read.data : null;
}

/** True where an answer names another payment than the one that it was asked of. */
export function namesAnother(json: unknown, payment: string): boolean {
  const owner = (json as Readonly<Record<string, unknown>>)['payment'];
  return typeof owner === 'string' && !sameId(owner, payment);
}

/** Ids are compared as paths: a host before them and a slash behind them say nothing. */
export const sameId = (a: string, b: string): boolean => pathOf(a) === pathOf(b);

const pathOf = (id: string): string => id.replace(/^https?:\/\/[^/]+/i, '').replace(/\/+$/, '');

/** How sure an entry is: one that is done outweighs one that is open, and that one a failed one. */
const WEIGHT: readonly string[] = ['failed', 'initialized', 'awaitingactivity', 'completed'];

/** The entry of a reference. */
export const findIn = (list: readonly Listed[], payeeReference: string): Listed | undefined =>
  list
    .filter(({ transaction }) => transaction.payeeReference === payeeReference)
    .toSorted((a, b) => WEIGHT.indexOf(stateOf(b.transaction)) - WEIGHT.indexOf(stateOf(a.transaction)))[0];

/** Whether the last attempts in a list, as many as lock a payment, all failed (seed 004). */
export function failedTooOften(list: readonly Listed[]): boolean {
  const last = list
    .map(({ transaction }) => transaction)
    .toSorted(byAge)
    .slice(-FAILURES.lock);
  return last.length === FAILURES.lock && last.every((one) => stateOf(one) === 'failed');
}

const byAge = (a: Transaction, b: Transaction): number =>
  (a.number ?? 0) - (b.number ?? 0) || (a.created ?? '').localeCompare(b.created ?? '');

/**
 * A capture that stands as AwaitingActivity while nothing runs any more, and that the books count as captured: the
 * partial capture that more may follow (seed 004). Anywhere else the state means that somebody still has to act.
 */
export function countsAsDone(answer: PaymentAnswer, list: readonly Listed[], sought: Transaction): boolean {
  const { payment } = answer;
  if (stateOf(payment) !== 'ready' || answer.operations.length === 0 || payment.amount === undefined)
    return false;
  const sum = (states: readonly string[]): number =>
    list.reduce(
      (all, { transaction }) => all + (states.includes(stateOf(transaction)) ? transaction.amount : 0),
      0,
    );
  const captured = sum(['completed', 'awaitingactivity']);
  return sought.amount > 0 && payment.amount - (heldBy(answer) ?? 0) === captured;
}
