/** The platform's books: orders with their operations, and every notice. Amounts are integers of minor units. */

import { createHash } from 'node:crypto';
import { RequestLog } from '../twin/request-log.ts';
import type { Settings } from './options.ts';

export type Method = 'auth' | 'capture' | 'void' | 'refund';
export type Status = 'init' | 'pending' | 'success' | 'failure';

export interface Operation {
  readonly operation_id: string;
  readonly payment_id: string;
  readonly transaction_id: string;
  readonly order_id: string;
  readonly mode: string;
  readonly method: Method;
  readonly amount: number;
  readonly currency: string;
  status: Status;
  status_code: string;
  status_description: string;
  readonly comment: string | null;
  readonly created_at: string;
  processing_time: string;
  readonly origin: 'api' | 'portal' | 'platform';
  readonly serverUrl: string | undefined;
}

export interface Order {
  readonly order_id: string;
  readonly payment_id: string;
  readonly currency: string;
  readonly amount: number;
  readonly operations: Operation[];
}

export type NoticeState = 'queued' | 'held' | 'delivered' | 'dropped' | 'stopped';

export interface NoticeRecord {
  readonly n: number;
  readonly order_id: string;
  readonly method: string;
  readonly status: string;
  readonly forged: boolean;
  state: NoticeState;
  readonly attempts: { readonly at: string; readonly status: number | null; readonly answer: string }[];
  acknowledgedAt: string | null;
}

const sum = (order: Order, method: Method): number =>
  order.operations
    .filter((one) => one.method === method && one.status === 'success')
    .reduce((total, one) => total + one.amount, 0);

export const captured = (order: Order): number => sum(order, 'capture');
export const refunded = (order: Order): number => sum(order, 'refund');
export const has = (order: Order, method: Method, status: Status): boolean =>
  order.operations.some((one) => one.method === method && one.status === status);
/** Something of the order waits for its end. */
export const busy = (order: Order): boolean =>
  order.operations.some(({ status }) => status === 'pending' || status === 'init');

/** What a capture may take. */
export function capturable(order: Order): number {
  if (!has(order, 'auth', 'success') || has(order, 'void', 'success') || has(order, 'capture', 'success'))
    return 0;
  return order.amount;
}

/** Their instants carry no zone (seed 003). */
export const stamp = (): string => new Date().toISOString().slice(0, -1);

export class Books {
  readonly orders = new Map<string, Order>();
  readonly notices: NoticeRecord[] = [];
  readonly log: RequestLog;
  readonly #settings: Settings;
  #id = 0;
  #notice = 0;

  constructor(settings: Settings) {
    this.#settings = settings;
    this.log = new RequestLog(settings.maxRequests);
  }

  /** The next UUID; the same seed gives the same ones. */
  uuid(): string {
    this.#id += 1;
    const hex = createHash('sha256').update(`finline ${this.#settings.seed} ${this.#id}`).digest('hex');
    return [
      hex.slice(0, 8),
      hex.slice(8, 12),
      `4${hex.slice(13, 16)}`,
      `a${hex.slice(17, 20)}`,
      hex.slice(20, 32),
    ].join('-');
  }

  add(order: Order): void {
    const [oldest] = this.orders.keys();
    if (oldest !== undefined && this.orders.size >= this.#settings.maxOrders) this.orders.delete(oldest);
    this.orders.set(order.order_id, order);
  }

  logNotice(record: Pick<NoticeRecord, 'order_id' | 'method' | 'status' | 'forged' | 'state'>): NoticeRecord {
    this.#notice += 1;
    const full: NoticeRecord = { n: this.#notice, attempts: [], acknowledgedAt: null, ...record };
    this.notices.push(full);
    if (this.notices.length > this.#settings.maxNotices) this.notices.shift();
    return full;
  }
}
