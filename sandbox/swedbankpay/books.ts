/**
 * The platform's books: payments with their transactions, every request received, every callback. All amounts are
 * integers of minor units. The oldest records fall out when a cap is reached; of payments the oldest with all it has.
 */

import type { Settings } from './options.ts';
import type { Problem } from './problem.ts';

export type TransactionType = 'Authorization' | 'Capture' | 'Cancellation' | 'Reversal';
export type TransactionState = 'Initialized' | 'AwaitingActivity' | 'Completed' | 'Failed';

export interface Transaction {
  readonly id: string;
  readonly number: number;
  readonly type: TransactionType;
  state: TransactionState;
  readonly amount: number;
  readonly vatAmount: number;
  readonly description: string;
  readonly payeeReference: string;
  readonly created: string;
  updated: string;
  readonly origin: 'api' | 'portal' | 'payer';
  problem: Problem | undefined;
  /** What is shown in its place where it took effect and the seed's prose is followed. */
  shownAs: TransactionState | undefined;
}

export interface Payment {
  /** The last part of its address. */
  readonly uuid: string;
  /** `/psp/<instrument>/payments/<uuid>`. */
  readonly id: string;
  readonly number: number;
  readonly instrument: string;
  readonly amount: number;
  readonly vatAmount: number;
  readonly currency: string;
  readonly description: string;
  readonly payeeReference: string;
  readonly language: string;
  readonly userAgent: string;
  readonly origin: 'api' | 'portal';
  readonly created: string;
  updated: string;
  readonly urls: Readonly<Record<string, string>>;
  state: 'Ready' | 'Failed' | 'Aborted';
  /** Consecutive failures: captures and reversals are counted apart, an approved one resets its own. */
  readonly failures: { Capture: number; Reversal: number };
  locked: boolean;
  /** The problem that captures get since the hold ended. */
  expired: string | undefined;
  /** Operations stay away until then, milliseconds since the epoch. */
  busyUntil: number;
  /** What the addresses of operations carry now. */
  ticket: string | undefined;
  readonly transactions: Transaction[];
}

export interface RequestRecord {
  readonly n: number;
  readonly at: string;
  /** `payment`, `captures`, `capture`, … for reads; `create-capture`, … for what is asked. */
  readonly request: string;
  payment: string | undefined;
  readonly method: string;
  readonly path: string;
  readonly body: string;
  /** Whether something was booked: a transaction that was not refused. */
  tookEffect: boolean;
  /** What the platform answered or would have, at most 2 KiB; null when the request never got to it. */
  answer: string | null;
  /** What the caller got: the status, or the fault that came between. */
  delivered: string;
}

export type NoticeState = 'queued' | 'held' | 'delivered' | 'dropped' | 'stopped';

export interface NoticeRecord {
  readonly n: number;
  readonly payment: string;
  readonly number: number;
  /** The state of the transaction when the callback was made; the callback does not tell it. */
  readonly about: string;
  readonly body: string;
  readonly forged: boolean;
  state: NoticeState;
  readonly attempts: { readonly at: string; readonly status: number | null; readonly answer: string }[];
  acknowledgedAt: string | null;
}

const isOpen = ({ state }: Transaction): boolean => state === 'Initialized' || state === 'AwaitingActivity';

export const sumOf = (payment: Payment, type: TransactionType): number =>
  payment.transactions.reduce(
    (sum, one) => sum + (one.type === type && one.state === 'Completed' ? one.amount : 0),
    0,
  );

/** The transaction whose end is not known yet; there is one at a time. */
export const openOf = (payment: Payment): Transaction | undefined => payment.transactions.find(isOpen);

/** What the hold still covers. */
export const heldOf = (payment: Payment): number =>
  sumOf(payment, 'Authorization') - sumOf(payment, 'Capture') - sumOf(payment, 'Cancellation');

/** What captures took and no reversal gave back. */
export const keptOf = (payment: Payment): number => sumOf(payment, 'Capture') - sumOf(payment, 'Reversal');

/** `Pending` while a transaction is open (provider notes B8). */
export const stateOf = (payment: Payment): string =>
  openOf(payment) === undefined ? payment.state : 'Pending';

export class Books {
  readonly payments = new Map<string, Payment>();
  readonly requests: RequestRecord[] = [];
  readonly notices: NoticeRecord[] = [];
  /** Every reference that was used, with what it was used for. */
  readonly references = new Map<string, { readonly payment: Payment; readonly transaction?: Transaction }>();
  readonly #settings: Settings;
  #request = 0;
  #notice = 0;

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  add(payment: Payment): void {
    if (this.payments.size >= this.#settings.maxPayments) {
      const [oldest] = this.payments.values();
      if (oldest !== undefined) this.#forget(oldest);
    }
    this.payments.set(payment.uuid, payment);
    this.references.set(payment.payeeReference, { payment });
  }

  /** By uuid, by id, or by the reference of the payment. */
  find(key: string): Payment | undefined {
    const uuid = key.slice(key.lastIndexOf('/') + 1);
    const found = this.payments.get(uuid) ?? this.references.get(key)?.payment;
    return found;
  }

  logRequest(record: Omit<RequestRecord, 'n' | 'at'>): RequestRecord {
    this.#request += 1;
    const full: RequestRecord = { n: this.#request, at: new Date().toISOString(), ...record };
    this.requests.push(full);
    if (this.requests.length > this.#settings.maxRequests) this.requests.shift();
    return full;
  }

  logNotice(record: Omit<NoticeRecord, 'n' | 'attempts' | 'acknowledgedAt'>): NoticeRecord {
    this.#notice += 1;
    const full: NoticeRecord = { n: this.#notice, attempts: [], acknowledgedAt: null, ...record };
    this.notices.push(full);
    if (this.notices.length > this.#settings.maxNotices) this.notices.shift();
    return full;
  }

  #forget(payment: Payment): void {
    this.payments.delete(payment.uuid);
    for (const [reference, used] of this.references) {
      if (used.payment === payment) this.references.delete(reference);
    }
  }
}
