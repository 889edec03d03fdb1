/**
 * Delivery of callbacks (provider notes B10): a pointer without state, repeated at fixed offsets until the receiver
 * answers with a 2xx. Callbacks do not wait for one another, so that they may overtake. A redirect is not followed.
 */

import { setTimeout as sleep } from 'node:timers/promises';
import type { NoticeFault } from '../twin/faults.ts';
import type { Books, NoticeRecord, Payment, Transaction } from './books.ts';
import type { Settings } from './options.ts';

/** Seconds after the transaction. */
export const RETRY_OFFSETS: readonly number[] = [30, 60, 360, 432, 864, 1_265];

const copiesOf = (fault: NoticeFault | undefined): number => (fault === 'notify-duplicate' ? 2 : 1);

export class Callbacks {
  readonly #settings: Settings;
  readonly #books: Books;
  readonly #ending = new AbortController();
  readonly #held = new Set<{ readonly record: NoticeRecord; readonly url: string }>();
  /** Callbacks that let the next one of their payment go first. */
  readonly #yielding = new Map<string, () => void>();

  constructor(settings: Settings, books: Books) {
    this.#settings = settings;
    this.#books = books;
  }

  /** Points to a transaction that was created or has changed; without one, to the payment. */
  announce(payment: Payment, transaction: Transaction | undefined, fault?: NoticeFault): void {
    const url = payment.urls['callbackUrl'] ?? this.#settings.notifyUrl;
    const body = JSON.stringify({
      payment: { id: payment.id, number: payment.number },
      ...(transaction === undefined
        ? {}
        : {
            transaction: { id: `${payment.id}/transactions/${transaction.id}`, number: transaction.number },
          }),
    });
    const record = this.#books.logNotice({
      payment: payment.id,
      number: transaction?.number ?? payment.number,
      about: transaction === undefined ? payment.state : `${transaction.type} ${transaction.state}`,
      body,
      forged: false,
      state:
        url === undefined || fault === 'notify-drop'
          ? 'dropped'
          : fault === 'notify-hold'
            ? 'held'
            : 'queued',
    });
    if (url === undefined || record.state === 'dropped') return;
    const held = { record, url };
    if (record.state === 'held') {
      this.#held.add(held);
      return;
    }
    const before = this.#yielding.get(payment.id);
    this.#yielding.delete(payment.id);
    if (fault === 'notify-reorder' && before === undefined) {
      this.#yielding.set(payment.id, () => void this.#run(record, url, copiesOf(fault)));
      return;
    }
    void this.#run(record, url, copiesOf(fault)).finally(before);
  }

  /** Lets held, yielding and stopped callbacks go at once. @param payment one payment's id; without it all */
  release(payment?: string): void {
    for (const [id, go] of this.#yielding) {
      if (payment !== undefined && id !== payment) continue;
      this.#yielding.delete(id);
      go();
    }
    for (const held of this.#held) {
      if (payment !== undefined && held.record.payment !== payment) continue;
      this.#held.delete(held);
      held.record.state = 'queued';
      void this.#run(held.record, held.url, 1);
    }
  }

  /** Sends a body as it is, once. @returns the record, with what the receiver answered */
  async sendRaw(payment: string, body: string, url = this.#settings.notifyUrl): Promise<NoticeRecord> {
    const record = this.#books.logNotice({
      payment,
      number: 0,
      about: 'forged',
      body: body.slice(0, 4_096),
      forged: true,
      state: 'queued',
    });
    record.state = url !== undefined && (await this.#deliver(record, url, body)) ? 'delivered' : 'dropped';
    return record;
  }

  close(): void {
    this.#ending.abort();
    this.#held.clear();
    this.#yielding.clear();
  }

  async #run(record: NoticeRecord, url: string, copies: number): Promise<void> {
    await this.#wait(this.#settings.notifyDelayMs);
    let due = 0;
    for (const offset of [0, ...RETRY_OFFSETS]) {
      const at = offset * 1_000 * this.#settings.retryScale;
      await this.#wait(at - due);
      due = at;
      if (this.#ending.signal.aborted) return;
      let delivered = true;
      for (let copy = 0; copy < copies && delivered; copy += 1) {
        delivered = await this.#deliver(record, url, record.body);
      }
      if (delivered) {
        record.state = 'delivered';
        return;
      }
    }
    record.state = 'stopped';
    this.#held.add({ record, url });
  }

  async #wait(milliseconds: number): Promise<void> {
    await sleep(milliseconds, undefined, { signal: this.#ending.signal, ref: false }).catch(() => undefined);
  }

  /** One attempt. Resolves to whether the answer was a 2xx. */
  async #deliver(record: NoticeRecord, url: string, body: string): Promise<boolean> {
    const at = new Date().toISOString();
    let status: number | null = null;
    let answer = '';
    try {
      const signal = AbortSignal.any([
        this.#ending.signal,
        AbortSignal.timeout(this.#settings.answerLimitMs),
      ]);
      const response = await fetch(url, {
        method: 'POST',
        body,
        signal,
        redirect: 'manual',
        headers: { 'content-type': 'application/json', 'user-agent': 'SwedbankPay' },
      });
      status = response.status;
      answer = (await response.text()).slice(0, 64);
    } catch (error) {
      answer = error instanceof Error ? error.message.slice(0, 64) : 'failed';
    }
    if (record.attempts.length < 64) record.attempts.push({ at, status, answer });
    const acknowledged = status !== null && status >= 200 && status < 300;
    if (acknowledged) record.acknowledgedAt ??= at;
    return acknowledged;
  }
}
