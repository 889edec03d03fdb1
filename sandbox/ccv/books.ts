/**
 * The terminal's books: holds with what was booked on them, and every request received. All amounts are integers of
 * minor units. The oldest records fall out when a cap is reached.
 */

import { createHash } from 'node:crypto';
import type { Settings } from './options.ts';

export interface Booking {
  readonly kind: 'authorisation' | 'capture' | 'cancellation';
  readonly requestId: string | null;
  /** What was held, taken, or given back. */
  readonly amount: number;
  readonly origin: 'api' | 'elsewhere';
  readonly at: string;
}

export interface Hold {
  readonly id: string;
  /** Of the authorisation; null for a hold that was made elsewhere. */
  readonly requestId: string | null;
  /** Secret: base64 of a gzip stream of JSON (provider notes 1.4). */
  readonly authReference: string;
  readonly authReferenceVersion: string;
  readonly currency: string;
  readonly asked: number;
  readonly authorised: number;
  state: 'open' | 'captured' | 'cancelled' | 'expired';
  captured: number;
  /** What the capture freed, or the cancellation gave back. */
  released: number;
  /** `captureCancellationReasonCode` of what ended the hold. */
  reason: string | null;
  readonly bookings: Booking[];
}

/** A hold as the admin side shows it. */
export interface HoldPage extends Omit<Hold, 'authReference' | 'authReferenceVersion'> {
  /** SHA-256 of the authReference, lower-case hex. */
  readonly referenceSha256: string;
}

export interface RequestRecord {
  readonly n: number;
  readonly at: string;
  readonly paymentType: string | null;
  readonly requestId: string | null;
  /** As received, the reference masked. */
  readonly parameters: Readonly<Record<string, unknown>>;
  hold: string | null;
  /** Whether something was booked. */
  tookEffect: boolean;
  /** `status` as the terminal answered or would have; null when the request never got to it. */
  status: string | null;
  /** Why it was refused, for whoever reads the books. */
  why: string | null;
  /** What the caller got: the answer, or the fault that came between. */
  delivered: string;
}

export interface BooksPage {
  holds: HoldPage[];
  requests: RequestRecord[];
}

const sha256 = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');

export class Books {
  readonly holds = new Map<string, Hold>();
  readonly requests: RequestRecord[] = [];
  readonly #byReference = new Map<string, Hold>();
  readonly #settings: Settings;
  #hold = 0;
  #request = 0;

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  add(hold: Omit<Hold, 'id'>): Hold {
    if (this.holds.size >= this.#settings.maxHolds) {
      const [oldest] = this.holds.values();
      if (oldest !== undefined) {
        this.holds.delete(oldest.id);
        this.#byReference.delete(oldest.authReference);
      }
    }
    this.#hold += 1;
    const full: Hold = { id: `hold-${this.#hold}`, ...hold };
    this.holds.set(full.id, full);
    this.#byReference.set(full.authReference, full);
    return full;
  }

  /** By the reference to the letter: one that was changed in any way is not found. */
  byReference(authReference: string): Hold | undefined {
    return this.#byReference.get(authReference);
  }

  /** By id, by the requestId of its authorisation, or by the SHA-256 of its reference. */
  find(key: string): Hold | undefined {
    const own = this.holds.get(key);
    if (own !== undefined) return own;
    for (const hold of this.holds.values()) {
      if (hold.requestId === key || sha256(hold.authReference) === key) return hold;
    }
    return undefined;
  }

  logRequest(record: Omit<RequestRecord, 'n' | 'at'>): RequestRecord {
    this.#request += 1;
    const full: RequestRecord = { n: this.#request, at: new Date().toISOString(), ...record };
    this.requests.push(full);
    if (this.requests.length > this.#settings.maxRequests) this.requests.shift();
    return full;
  }
}

export function holdPage({ authReference, authReferenceVersion: _version, ...hold }: Hold): HoldPage {
  return structuredClone({ ...hold, referenceSha256: sha256(authReference) });
}

export function booksPage(books: Books): BooksPage {
  return {
    holds: [...books.holds.values()].map(holdPage),
    requests: structuredClone(books.requests),
  };
}
