/** The platform's books: holds with their transactions. Amounts are integers of minor units. */

import { createHash } from 'node:crypto';
import { RequestLog } from '../twin/request-log.ts';
import type { Settings } from './options.ts';

export type Type = 'PRE_AUTH' | 'CAPTURE' | 'VOID' | 'REFUND';

export interface Transaction {
  readonly id: string;
  readonly ref: number;
  readonly type: Type;
  readonly amount: number;
  readonly origin: 'api' | 'portal';
  readonly at: string;
  readonly notes: string | null;
}

export interface Hold {
  /** The id of the authorisation. */
  readonly id: string;
  readonly currency: string;
  readonly amount: number;
  readonly authCode: string;
  readonly merchantTxnRef: string;
  /** The issuer let it go. */
  expired: boolean;
  /** In order; the first is the authorisation. */
  readonly transactions: Transaction[];
}

export const ofType = (hold: Hold, type: Type): Transaction[] =>
  hold.transactions.filter((one) => one.type === type);

const sum = (list: readonly Transaction[]): number => list.reduce((total, { amount }) => total + amount, 0);
export const captured = (hold: Hold): number => sum(ofType(hold, 'CAPTURE'));
export const refunded = (hold: Hold): number => sum(ofType(hold, 'REFUND'));
export const voided = (hold: Hold): boolean => ofType(hold, 'VOID').length > 0;

export class Books {
  readonly holds = new Map<string, Hold>();
  readonly log: RequestLog;
  readonly #byTransaction = new Map<string, Hold>();
  readonly #settings: Settings;
  #id = 0;

  constructor(settings: Settings) {
    this.#settings = settings;
    this.log = new RequestLog(settings.maxRequests);
  }

  /** The hold that a transaction belongs to. */
  find(id: string): Hold | undefined {
    return this.#byTransaction.get(id);
  }

  open(order: { id?: string | undefined; amount: number; currency: string; ref: string }): Hold {
    const [oldest] = this.holds.values();
    if (oldest !== undefined && this.holds.size >= this.#settings.maxHolds) this.#forget(oldest);
    const hold: Hold = {
      id: order.id ?? this.#uuid(),
      currency: order.currency,
      amount: order.amount,
      authCode: String(264_302 + this.#id),
      merchantTxnRef: order.ref,
      expired: false,
      transactions: [],
    };
    this.holds.set(hold.id, hold);
    this.book(hold, { type: 'PRE_AUTH', amount: order.amount, origin: 'portal', notes: null }, hold.id);
    return hold;
  }

  /** Enters a transaction under an id of its own. */
  book(hold: Hold, entry: Omit<Transaction, 'id' | 'ref' | 'at'>, id = this.#uuid()): Transaction {
    this.#id += 1;
    const transaction = { ...entry, id, ref: 74_800 + this.#id, at: new Date().toISOString() };
    hold.transactions.push(transaction);
    this.#byTransaction.set(id, hold);
    return transaction;
  }

  #forget(hold: Hold): void {
    this.holds.delete(hold.id);
    for (const { id } of hold.transactions) this.#byTransaction.delete(id);
  }

  /** The next UUID; the same seed gives the same ones. */
  #uuid(): string {
    this.#id += 1;
    const text = `paymentoptions ${this.#settings.seed} ${this.#id}`;
    const hex = createHash('sha256').update(text).digest('hex');
    return [
      hex.slice(0, 8),
      hex.slice(8, 12),
      `4${hex.slice(13, 16)}`,
      `a${hex.slice(17, 20)}`,
      hex.slice(20, 32),
    ].join('-');
  }
}
