/**
 * Delivery of notices: a form of `data` and `signature`, acknowledged by any 2xx (provider notes 3.7). Every notice goes
 * on its own; a failed one is tried again, and after the last attempt it stays stopped until the admin releases it. A
 * redirect is not followed.
 */

import { createHash } from 'node:crypto';
import type { NoticeFault } from '../twin/faults.ts';
import { operationFields } from './answers.ts';
import type { Books, NoticeRecord, Operation } from './books.ts';
import type { Settings } from './options.ts';

interface Waiting {
  readonly record: NoticeRecord;
  readonly body: string;
  readonly url: string | undefined;
  copies: number;
  /** Lets the next notice of its order go first. */
  yields: boolean;
  timer: NodeJS.Timeout | undefined;
}

const base64url = (bytes: Buffer): string =>
  bytes.toString('base64').replaceAll('+', '-').replaceAll('/', '_');

/** base64url with its padding of the raw SHA-1 of secret, data as it is sent, secret. */
export const sign = (secret: string, data: string): string =>
  base64url(createHash('sha1').update(`${secret}${data}${secret}`).digest());

/** The body of a notice about any fields. */
export function noticeBody(fields: unknown, secret: string): string {
  const data = base64url(Buffer.from(JSON.stringify(fields)));
  return new URLSearchParams({ data, signature: sign(secret, data) }).toString();
}

export class Notifications {
  readonly #settings: Settings;
  readonly #books: Books;
  readonly #waiting = new Set<Waiting>();
  readonly #ending = new AbortController();

  constructor(settings: Settings, books: Books) {
    this.#settings = settings;
    this.#books = books;
  }

  /** Announces an operation as the books stand now. */
  announce(operation: Operation, fault?: NoticeFault): void {
    const record = this.#books.logNotice({
      order_id: operation.order_id,
      method: operation.method,
      status: operation.status,
      forged: false,
      state: fault === 'notify-drop' ? 'dropped' : fault === 'notify-hold' ? 'held' : 'queued',
    });
    if (fault === 'notify-drop') return;
    const waiting: Waiting = {
      record,
      body: noticeBody(operationFields(operation, this.#settings), this.#settings.apiSecret),
      url: operation.serverUrl,
      copies: fault === 'notify-duplicate' ? 2 : 1,
      yields: fault === 'notify-reorder',
      timer: undefined,
    };
    const [oldest] = this.#waiting;
    if (oldest !== undefined && this.#waiting.size >= this.#settings.maxNotices) this.#drop(oldest);
    this.#waiting.add(waiting);
    this.#later(waiting, this.#settings.notifyDelayMs);
  }

  /** Starts the notices that waited for an address. */
  wake(): void {
    for (const waiting of this.#waiting) this.#later(waiting, 0);
  }

  /** Lets held, yielding and stopped notices go at once. @param orderId of one order; without it all */
  release(orderId?: string): void {
    for (const waiting of this.#waiting) {
      if (orderId !== undefined && waiting.record.order_id !== orderId) continue;
      waiting.yields = false;
      waiting.record.state = 'queued';
      this.#later(waiting, 0);
    }
  }

  /** Sends a body as it is, once. */
  async sendRaw(
    fields: Readonly<Record<string, unknown>>,
    body: string,
    url?: string,
  ): Promise<NoticeRecord> {
    const text = (name: string): string => {
      const value = fields[name];
      return typeof value === 'string' ? value : '';
    };
    const record = this.#books.logNotice({
      order_id: text('order_id'),
      method: text('method'),
      status: text('status'),
      forged: true,
      state: 'queued',
    });
    record.state = (await this.#deliver(record, body, url)) ? 'delivered' : 'dropped';
    return record;
  }

  close(): void {
    this.#ending.abort();
    for (const waiting of this.#waiting) clearTimeout(waiting.timer);
    this.#waiting.clear();
  }

  #drop(waiting: Waiting): void {
    clearTimeout(waiting.timer);
    waiting.record.state = 'dropped';
    this.#waiting.delete(waiting);
  }

  #later(waiting: Waiting, delay: number): void {
    if (waiting.timer !== undefined || this.#ending.signal.aborted) return;
    if (waiting.yields || waiting.record.state !== 'queued') return;
    if ((waiting.url ?? this.#settings.notifyUrl) === undefined) return;
    waiting.timer = setTimeout(() => void this.#go(waiting), delay);
  }

  async #go(waiting: Waiting): Promise<void> {
    const { record } = waiting;
    let acknowledged = true;
    while (acknowledged && waiting.copies > 0) {
      acknowledged = await this.#deliver(record, waiting.body, waiting.url);
      if (acknowledged) waiting.copies -= 1;
    }
    waiting.timer = undefined;
    if (this.#ending.signal.aborted) return;
    if (acknowledged) {
      record.state = 'delivered';
      this.#waiting.delete(waiting);
      this.#unyield(record.order_id);
      return;
    }
    const tried = record.attempts.length;
    if (tried >= this.#settings.retryMax) {
      record.state = 'stopped';
      return;
    }
    const { retryDelayMs, retryFactor } = this.#settings;
    this.#later(waiting, Math.min(retryDelayMs * retryFactor ** (tried - 1), 3_600_000));
  }

  #unyield(orderId: string): void {
    for (const other of this.#waiting) {
      if (other.record.order_id !== orderId || !other.yields) continue;
      other.yields = false;
      this.#later(other, 0);
    }
  }

  /** One attempt. Resolves to whether the answer was a 2xx. */
  async #deliver(record: NoticeRecord, body: string, address?: string): Promise<boolean> {
    const url = address ?? this.#settings.notifyUrl;
    let attempt: { status: number | null; answer: string };
    try {
      attempt = url === undefined ? { status: null, answer: 'no address' } : await this.#post(url, body);
    } catch (error) {
      attempt = { status: null, answer: error instanceof Error ? error.message.slice(0, 64) : 'failed' };
    }
    const acknowledged = attempt.status !== null && attempt.status >= 200 && attempt.status < 300;
    const at = new Date().toISOString();
    if (record.attempts.length < 64) record.attempts.push({ at, ...attempt });
    if (acknowledged) record.acknowledgedAt ??= at;
    return acknowledged;
  }

  async #post(url: string, body: string): Promise<{ status: number; answer: string }> {
    const response = await fetch(url, {
      method: 'POST',
      body,
      redirect: 'manual',
      signal: AbortSignal.any([this.#ending.signal, AbortSignal.timeout(this.#settings.answerLimitMs)]),
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    return { status: response.status, answer: (await response.text()).slice(0, 64) };
  }
}
