/**
 * The platform's books: processes with their bookings, every request received, every notice. All amounts are integers
 * of minor units. The oldest records fall out when a cap is reached: requests and notices first in, first out; of
 * processes the oldest one with all its bookings.
 */

import type { Form } from './form.ts';
import type { Settings } from './options.ts';

export type BookingKind =
  | 'preauthorization'
  | 'authorization'
  | 'capture'
  | 'void'
  | 'refund'
  | 'claim'
  | 'settlement'
  | 'payment'
  | 'chargeback';

export interface Booking {
  readonly sequencenumber: number;
  readonly kind: BookingKind;
  /** Positive for what the merchant gets or holds, negative for a refund or chargeback. */
  readonly amount: number;
  state: 'booked' | 'pending' | 'failed';
  readonly origin: 'api' | 'portal' | 'platform';
  /** The capture that was flagged `completed`. */
  readonly closes: boolean;
  readonly at: string;
  readonly parameters: Readonly<Record<string, string>>;
}

export interface Process {
  readonly txid: string;
  readonly userid: string;
  readonly workorderid: string;
  readonly reference: string;
  readonly request: 'preauthorization' | 'authorization';
  readonly amount: number;
  readonly currency: string;
  readonly mode: string;
  readonly clearingtype: string;
  readonly origin: 'api' | 'portal';
  /** `waiting` for the customer or the provider; `failed` is final. */
  state: 'waiting' | 'open' | 'failed';
  waitsFor: 'customer' | 'provider' | undefined;
  /** No further capture: a last capture or a void was booked. */
  closed: boolean;
  /** The code that captures get since the reservation ended. */
  expired: number | undefined;
  /** Held by the preauthorization, before any capture. */
  preauthorised: number;
  captured: number;
  /** Captures that are pending. */
  pending: number;
  refunded: number;
  /** Extra claims by debit. */
  claimed: number;
  chargedBack: number;
  /** Sum of the claims booked (provider notes A8). */
  receivable: number;
  /** What came in from the customer, less what went back. */
  received: number;
  /** The last number that was used up. */
  sequence: number;
  readonly bookings: Booking[];
  /** The set-up request, for person data and `param`. */
  readonly form: Form;
}

export interface RequestRecord {
  readonly n: number;
  readonly at: string;
  readonly request: string | undefined;
  txid: string | undefined;
  readonly parameters: Readonly<Record<string, string>>;
  /** Whether something was booked. */
  tookEffect: boolean;
  /** What the platform answered or would have, at most 2 KiB; null when the request never got to it. */
  answer: string | null;
  /** What the caller got: the answer, or the fault that came between. */
  delivered: string;
}

export type NoticeState = 'queued' | 'held' | 'delivered' | 'dropped' | 'stopped';

export interface Attempt {
  readonly at: string;
  readonly status: number | null;
  /** The first 64 characters of the answer, or the error. */
  readonly answer: string;
}

export interface NoticeRecord {
  readonly n: number;
  readonly txid: string;
  readonly txaction: string;
  readonly transactionStatus: string;
  readonly sequencenumber: number;
  /** As sent, the key masked. */
  readonly fields: Readonly<Record<string, string>>;
  readonly forged: boolean;
  state: NoticeState;
  readonly attempts: Attempt[];
  acknowledgedAt: string | null;
}

/** balance > 0: the customer owes; < 0: overpaid (provider notes A8). */
export function balanceOf(process: Process): number {
  return process.receivable - process.received;
}

/** What a capture may still take. */
export function capturable(process: Process): number {
  return process.preauthorised - process.captured - process.pending;
}

/** Removes what no log may show: key, card and account stay recognisable only by their ends. */
export function masked(parameters: Iterable<readonly [string, string]>): Record<string, string> {
  const shown: Record<string, string> = {};
  for (const [name, value] of parameters) {
    if (name === 'key') shown[name] = '***';
    else if (name === 'pseudocardpan' || name === 'iban')
      shown[name] = `${value.slice(0, 4)}***${value.slice(-4)}`;
    else shown[name.slice(0, 64)] = value.slice(0, 1_024);
  }
  return shown;
}

export class Books {
  readonly processes = new Map<string, Process>();
  readonly requests: RequestRecord[] = [];
  readonly notices: NoticeRecord[] = [];
  readonly #byReference = new Map<string, Process>();
  readonly #settings: Settings;
  #request = 0;
  #notice = 0;

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  add(process: Process): void {
    if (this.processes.size >= this.#settings.maxProcesses) {
      const [oldest] = this.processes.values();
      if (oldest !== undefined) {
        this.processes.delete(oldest.txid);
        this.#byReference.delete(oldest.reference.toLowerCase());
      }
    }
    this.processes.set(process.txid, process);
    this.#byReference.set(process.reference.toLowerCase(), process);
  }

  /** By txid, or by reference without regard to case. */
  find(key: string): Process | undefined {
    return this.processes.get(key) ?? this.byReference(key);
  }

  byReference(reference: string): Process | undefined {
    return this.#byReference.get(reference.toLowerCase());
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
}
