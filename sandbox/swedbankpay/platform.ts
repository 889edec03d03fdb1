/** What the platform does: it sets payments up, moves money on them, and tells of each transaction. */

import type { NoticeFault } from '../twin/faults.ts';
import { Timers } from '../twin/timers.ts';
import type { Payment, Transaction, TransactionState, TransactionType } from './books.ts';
import { Books, heldOf, keptOf, openOf, stateOf } from './books.ts';
import { Callbacks } from './callbacks.ts';
import { Identifiers } from './identifiers.ts';
import type { Settings } from './options.ts';
import type { Problem } from './problem.ts';
import { problemOf } from './problem.ts';
import { MAGIC } from './script.ts';

/** Kinds that the merchant asks for. */
export type Movement = Exclude<TransactionType, 'Authorization'>;

export interface PaymentOrder {
  readonly instrument: string;
  readonly amount: number;
  readonly vatAmount: number;
  readonly currency: string;
  readonly description: string;
  readonly payeeReference: string;
  readonly language: string;
  readonly userAgent: string;
  readonly urls: Readonly<Record<string, string>>;
  readonly origin: 'api' | 'portal';
}

export interface MovementOrder {
  readonly type: TransactionType;
  readonly amount: number;
  readonly vatAmount: number;
  readonly description: string;
  readonly payeeReference: string;
  readonly origin: Transaction['origin'];
}

export class Platform {
  readonly settings: Settings;
  readonly books: Books;
  readonly callbacks: Callbacks;
  readonly ids: Identifiers;
  /** Set once the server listens. */
  url = '';
  readonly #timers = new Timers();

  constructor(settings: Settings) {
    this.settings = settings;
    this.books = new Books(settings);
    this.callbacks = new Callbacks(settings, this.books);
    this.ids = new Identifiers(settings.seed);
  }

  open(order: PaymentOrder): Payment {
    const uuid = this.ids.uuid();
    const now = new Date().toISOString();
    const payment: Payment = {
      uuid,
      id: `/psp/${order.instrument}/payments/${uuid}`,
      number: this.ids.number(),
      ...order,
      created: now,
      updated: now,
      state: 'Ready',
      failures: { Capture: 0, Reversal: 0 },
      locked: false,
      expired: undefined,
      busyUntil: 0,
      ticket: undefined,
      transactions: [],
    };
    this.books.add(payment);
    return payment;
  }

  /** Writes a transaction down, counts it, and tells of it. Its end may be still to come. */
  book(
    payment: Payment,
    order: MovementOrder,
    state: TransactionState,
    problem?: Problem,
    fault?: NoticeFault,
  ): Transaction {
    const now = new Date().toISOString();
    const transaction: Transaction = {
      id: this.ids.uuid(),
      number: this.ids.number(),
      ...order,
      state,
      created: now,
      updated: now,
      problem,
      shownAs: undefined,
    };
    payment.transactions.push(transaction);
    this.books.references.set(order.payeeReference, { payment, transaction });
    this.#count(payment, transaction);
    this.#showPartial(payment, transaction);
    payment.updated = now;
    payment.busyUntil = Date.now() + this.settings.busyMs;
    this.callbacks.announce(payment, transaction, fault);
    return transaction;
  }

  /** Ends an open transaction. @returns false where it has ended before */
  settle(payment: Payment, transaction: Transaction, end: 'Completed' | 'Failed'): boolean {
    if (openOf(payment) !== transaction) return false;
    transaction.state = end;
    transaction.updated = new Date().toISOString();
    if (end === 'Failed') transaction.problem = problemOf('creditcard/acquirererror');
    this.#count(payment, transaction);
    this.#showPartial(payment, transaction);
    this.callbacks.announce(payment, transaction);
    return true;
  }

  settleLater(payment: Payment, transaction: Transaction, end: 'Completed' | 'Failed'): void {
    this.#timers.after(this.settings.settleMs, () => {
      this.settle(payment, transaction, end);
    });
  }

  /** The payer comes to an end on the page. @returns false where nobody waits for the payer */
  payer(payment: Payment, outcome: 'complete' | 'fail' | 'abandon'): boolean {
    if (!awaitsPayer(payment)) return false;
    if (outcome === 'abandon') {
      payment.state = 'Aborted';
      this.callbacks.announce(payment, undefined);
      return true;
    }
    const magic = this.settings.scripted ? MAGIC[payment.amount] : undefined;
    const tail = magic ?? (outcome === 'fail' ? 'creditcard/carddeclined' : undefined);
    const order: MovementOrder = {
      type: 'Authorization',
      amount: payment.amount,
      vatAmount: payment.vatAmount,
      description: payment.description,
      payeeReference: payment.payeeReference,
      origin: 'payer',
    };
    if (tail === undefined) this.book(payment, order, 'Completed');
    else this.book(payment, order, 'Failed', problemOf(tail));
    return true;
  }

  close(): void {
    this.#timers.clear();
    this.callbacks.close();
  }

  /** An approved one resets its own count; at the limit only the platform's people lift the lock (seed 004). */
  #count(payment: Payment, { type, state }: Transaction): void {
    if (type !== 'Capture' && type !== 'Reversal') return;
    if (state === 'Completed') payment.failures[type] = 0;
    if (state === 'Failed') this.fail(payment, type);
  }

  /** One more failed attempt of a kind. */
  fail(payment: Payment, type: 'Capture' | 'Reversal'): void {
    payment.failures[type] += 1;
    if (payment.failures[type] >= this.settings.lockAfter) payment.locked = true;
  }

  #showPartial(payment: Payment, transaction: Transaction): void {
    const partial =
      transaction.type === 'Capture' && transaction.state === 'Completed' && heldOf(payment) > 0;
    transaction.shownAs =
      partial && this.settings.partialState === 'AwaitingActivity' ? 'AwaitingActivity' : undefined;
  }
}

export const awaitsPayer = (payment: Payment): boolean =>
  payment.state === 'Ready' &&
  !payment.transactions.some(({ type, state }) => type === 'Authorization' && state !== 'Failed');

/** What an operation of a kind may still move. */
export function remainingOf(payment: Payment, type: Movement): number {
  return type === 'Reversal' ? keptOf(payment) : heldOf(payment);
}

/** A missing operation is how the platform says "not now": locked, busy, or nothing left (provider notes B2). */
export function offers(payment: Payment, type: Movement): boolean {
  return (
    stateOf(payment) === 'Ready' &&
    !payment.locked &&
    Date.now() >= payment.busyUntil &&
    remainingOf(payment, type) > 0
  );
}
