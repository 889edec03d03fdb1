/**
 * Delivery of notices. The notices of a txid form a stream: one after the other, and nothing more until the receiver
 * has answered exactly `TSOK` within the limit (provider notes A8). After the last attempt a stream stays stopped until
 * the admin releases it. Streams of different txids do not wait for each other. A redirect is not followed.
 */

import type { IncomingMessage } from 'node:http';
import { Agent, request } from 'node:http';
import { Agent as SecureAgent, request as secureRequest } from 'node:https';
import type { NoticeFault } from '../twin/faults.ts';
import type { Books, NoticeRecord, Process } from './books.ts';
import { masked } from './books.ts';
import { writeLatin1Form } from './form.ts';
import type { NoticeOrder } from './notice.ts';
import { noticeFields } from './notice.ts';
import type { Settings } from './options.ts';

interface Waiting {
  readonly record: NoticeRecord;
  readonly body: string;
  copies: number;
  /** Lets the next notice of its stream go first. */
  yields: boolean;
}

interface Stream {
  readonly queue: Waiting[];
  busy: boolean;
  timer: NodeJS.Timeout | undefined;
}

/** Notices that one stream may hold back before the oldest are dropped. */
const longestStream = 1_000;

export class Notifications {
  readonly #settings: Settings;
  readonly #books: Books;
  readonly #streams = new Map<string, Stream>();
  readonly #ending = new AbortController();
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 64 });
  readonly #secureAgent = new SecureAgent({ keepAlive: true, maxSockets: 64 });

  constructor(settings: Settings, books: Books) {
    this.#settings = settings;
    this.#books = books;
  }

  /** Puts the notices that one action causes into the stream of its process, as the books stand now. */
  announce(process: Process, orders: readonly NoticeOrder[], fault?: NoticeFault): void {
    const batch: Waiting[] = orders.map((order) => {
      const fields = noticeFields(process, order, this.#settings, Date.now());
      return {
        record: this.#books.logNotice({
          txid: process.txid,
          txaction: order.txaction,
          transactionStatus: order.transactionStatus ?? 'completed',
          sequencenumber: order.sequencenumber,
          fields: masked(fields),
          forged: false,
          state: fault === 'notify-drop' ? 'dropped' : fault === 'notify-hold' ? 'held' : 'queued',
        }),
        body: writeLatin1Form(fields),
        copies: fault === 'notify-duplicate' ? 2 : 1,
        yields: fault === 'notify-reorder' && orders.length === 1,
      };
    });
    if (fault === 'notify-reorder') batch.reverse();
    if (fault === 'notify-drop') return;
    const [oldest] = this.#streams.keys();
    if (oldest !== undefined && this.#streams.size > this.#settings.maxProcesses) this.#drop(oldest);
    const stream = this.#stream(process.txid);
    stream.queue.push(...batch);
    for (const late of stream.queue.splice(0, Math.max(0, stream.queue.length - longestStream)))
      late.record.state = 'dropped';
    this.#later(process.txid, stream, this.#settings.notifyDelayMs);
  }

  /** True while a notice of the process waits for its `TSOK`. */
  unacknowledged(txid: string): boolean {
    return (this.#streams.get(txid)?.queue.length ?? 0) > 0;
  }

  /** Starts the streams that waited for an address. */
  wake(): void {
    for (const [txid, stream] of this.#streams) this.#later(txid, stream, 0);
  }

  /** Lets held, yielding and stopped notices go at once. @param txid one stream; without it all */
  release(txid?: string): void {
    for (const [id, stream] of this.#streams) {
      if (txid !== undefined && id !== txid) continue;
      for (const waiting of stream.queue) {
        waiting.yields = false;
        waiting.record.state = 'queued';
      }
      clearTimeout(stream.timer);
      stream.timer = undefined;
      this.#later(id, stream, 0);
    }
  }

  /** Sends a form as it is, once, outside every stream. @returns what the receiver answered */
  async sendRaw(
    txid: string,
    fields: readonly [string, string][],
    body: string,
    url?: string,
  ): Promise<NoticeRecord> {
    const given = new Map(fields);
    const record = this.#books.logNotice({
      txid,
      txaction: given.get('txaction') ?? '',
      transactionStatus: given.get('transaction_status') ?? '',
      sequencenumber: Number(given.get('sequencenumber') ?? 0),
      fields: masked(fields),
      forged: true,
      state: 'queued',
    });
    record.state = (await this.#deliver(record, body, url)) ? 'delivered' : 'dropped';
    return record;
  }

  close(): void {
    this.#ending.abort();
    for (const stream of this.#streams.values()) clearTimeout(stream.timer);
    this.#streams.clear();
    this.#agent.destroy();
    this.#secureAgent.destroy();
  }

  #drop(txid: string): void {
    const stream = this.#streams.get(txid);
    clearTimeout(stream?.timer);
    for (const waiting of stream?.queue ?? []) waiting.record.state = 'dropped';
    this.#streams.delete(txid);
  }

  #stream(txid: string): Stream {
    const stream = this.#streams.get(txid) ?? { queue: [], busy: false, timer: undefined };
    this.#streams.set(txid, stream);
    return stream;
  }

  #later(txid: string, stream: Stream, delay: number): void {
    if (stream.busy || stream.timer !== undefined || this.#ending.signal.aborted) return;
    stream.timer = setTimeout(() => {
      stream.timer = undefined;
      void this.#pump(txid, stream);
    }, delay);
  }

  async #pump(txid: string, stream: Stream): Promise<void> {
    const head = this.#head(stream);
    if (stream.busy || head === undefined || this.#settings.notifyUrl === undefined) return;
    stream.busy = true;
    let acknowledged = true;
    while (acknowledged && head.copies > 0) {
      acknowledged = await this.#deliver(head.record, head.body);
      if (acknowledged) head.copies -= 1;
    }
    stream.busy = false;
    if (this.#ending.signal.aborted) return;
    if (acknowledged) {
      head.record.state = 'delivered';
      stream.queue.splice(stream.queue.indexOf(head), 1);
      for (const waiting of stream.queue) waiting.yields = false;
      if (stream.queue.length === 0) this.#streams.delete(txid);
      else this.#later(txid, stream, 0);
      return;
    }
    const tried = head.record.attempts.length;
    if (tried >= this.#settings.retryMax) {
      head.record.state = 'stopped';
      return;
    }
    this.#later(
      txid,
      stream,
      Math.min(this.#settings.retryDelayMs * this.#settings.retryFactor ** (tried - 1), 3_600_000),
    );
  }

  #head(stream: Stream): Waiting | undefined {
    const [first, second] = stream.queue;
    const head = first?.yields === true ? second : first;
    return head?.record.state === 'queued' ? head : undefined;
  }

  /** One attempt. Resolves to whether the answer was exactly `TSOK`. */
  async #deliver(record: NoticeRecord, body: string, url = this.#settings.notifyUrl): Promise<boolean> {
    let attempt: { status: number | null; answer: string };
    try {
      attempt = url === undefined ? { status: null, answer: 'no address' } : await this.#post(url, body);
    } catch (error) {
      attempt = { status: null, answer: error instanceof Error ? error.message.slice(0, 64) : 'failed' };
    }
    const acknowledged = attempt.status === 200 && attempt.answer === 'TSOK';
    const at = new Date().toISOString();
    if (record.attempts.length < 64) record.attempts.push({ at, ...attempt });
    if (acknowledged) record.acknowledgedAt ??= at;
    return acknowledged;
  }

  async #post(url: string, body: string): Promise<{ status: number; answer: string }> {
    const secure = url.startsWith('https:');
    const bytes = Buffer.from(body, 'latin1');
    const signal = AbortSignal.any([this.#ending.signal, AbortSignal.timeout(this.#settings.answerLimitMs)]);
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const outgoing = (secure ? secureRequest : request)(url, {
        method: 'POST',
        agent: secure ? this.#secureAgent : this.#agent,
        signal,
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          'content-length': bytes.length,
          'user-agent': 'PAYONE FinanceGate',
        },
      });
      outgoing.once('response', resolve).on('error', reject).end(bytes);
    });
    let answer = '';
    for await (const chunk of response) {
      answer += (chunk as Buffer).toString('latin1');
      if (answer.length > 64) break;
    }
    return { status: response.statusCode ?? 0, answer: answer.slice(0, 64) };
  }
}
