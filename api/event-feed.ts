import type { LedgerEntry } from '../payment/ledger.ts';
import { ProblemError } from './problem.ts';

/**
 * New ledger entries for those who listen. A payment cannot call out to a listener, so its ledger is read again and
 * again: once for all listeners of a payment, often while it moves and seldom while it rests, and at once after a
 * command that came through this edge.
 */

export interface Pace {
  /** Milliseconds until the next look while a payment moves. */
  readonly least: number;
  /** Milliseconds until the next look after long rest; also where the engine does not answer. */
  readonly most: number;
  /** Milliseconds of silence after which a stream shows that it lives. */
  readonly heartbeat: number;
}

export const DEFAULT_PACE: Pace = { least: 250, most: 5_000, heartbeat: 15_000 };

/** Streams that one token may have open at once. */
export const MOST_STREAMS = 32;

type Read = (payment: string) => Promise<readonly LedgerEntry[]>;

/** One listener's place: `stop` gives it back, once or more often. */
export interface Listening {
  readonly feed: Feed;
  stop(): void;
}

export class EventFeeds {
  readonly #read: Read;
  readonly #pace: Pace;
  readonly #feeds = new Map<string, Feed>();
  readonly #held = new Map<string, number>();

  constructor(read: Read, pace: Pace = DEFAULT_PACE) {
    this.#read = read;
    this.#pace = pace;
  }

  /**
   * Joins the listeners of a payment.
   *
   * @param holder - name of the token whose streams are counted.
   * @throws ProblemError `too-many-requests`, or what reading the ledger throws.
   */
  async open(payment: string, holder: string): Promise<Listening> {
    const held = this.#held.get(holder) ?? 0;
    if (held >= MOST_STREAMS) {
      throw new ProblemError('too-many-requests', {
        detail: `this token has ${MOST_STREAMS} streams open`,
        retryAfter: 5,
      });
    }
    this.#held.set(holder, held + 1);
    try {
      const entries = await this.#read(payment);
      const feed = this.#feeds.get(payment) ?? new Feed(() => this.#read(payment), this.#pace);
      this.#feeds.set(payment, feed);
      feed.join(entries);
      let open = true;
      return {
        feed,
        stop: () => {
          if (!open) return;
          open = false;
          this.#giveBack(holder);
          if (feed.leave() === 0 && this.#feeds.get(payment) === feed) this.#feeds.delete(payment);
        },
      };
    } catch (error) {
      this.#giveBack(holder);
      throw error;
    }
  }

  /** Something was asked of the payment: its listeners look now. */
  nudge(payment: string): void {
    this.#feeds.get(payment)?.nudge();
  }

  /** Ends all streams. */
  close(): void {
    for (const feed of this.#feeds.values()) feed.end();
  }

  #giveBack(holder: string): void {
    const held = (this.#held.get(holder) ?? 1) - 1;
    if (held === 0) this.#held.delete(holder);
    else this.#held.set(holder, held);
  }
}

/** The ledger of one payment as far as it is known here. */
export class Feed {
  readonly #look: () => Promise<readonly LedgerEntry[]>;
  readonly #pace: Pace;
  readonly #waiting = new Set<() => void>();
  #entries: readonly LedgerEntry[] = [];
  #listeners = 0;
  #over = false;
  #pause: number;
  #timer: NodeJS.Timeout | undefined;
  #looking = false;

  constructor(look: () => Promise<readonly LedgerEntry[]>, pace: Pace) {
    this.#look = look;
    this.#pace = pace;
    this.#pause = pace.least;
  }

  /** No entry will come any more. */
  get over(): boolean {
    return this.#over || this.#entries.at(-1)?.type === 'payment.closed';
  }

  after(n: number): readonly LedgerEntry[] {
    return this.#entries.filter((entry) => entry.n > n);
  }

  join(entries: readonly LedgerEntry[]): void {
    this.#listeners += 1;
    this.#take(entries);
    if (this.#timer === undefined && !this.#looking) this.#later();
  }

  /** How many listeners are left. */
  leave(): number {
    this.#listeners -= 1;
    if (this.#listeners === 0) clearTimeout(this.#timer);
    return this.#listeners;
  }

  nudge(): void {
    this.#pause = this.#pace.least;
    if (!this.#looking) this.#later();
  }

  end(): void {
    this.#over = true;
    clearTimeout(this.#timer);
    this.#wake();
  }

  /** Resolves with true when entries came or the feed is over, with false after so much silence. */
  changed(signal: AbortSignal): Promise<boolean> {
    if (signal.aborted || this.over) return Promise.resolve(true);
    return new Promise((resolve) => {
      const end = (changed: boolean): void => {
        clearTimeout(timer);
        this.#waiting.delete(wake);
        signal.removeEventListener('abort', wake);
        resolve(changed);
      };
      const wake = (): void => end(true);
      const timer = setTimeout(() => end(false), this.#pace.heartbeat);
      this.#waiting.add(wake);
      signal.addEventListener('abort', wake);
    });
  }

  #later(): void {
    clearTimeout(this.#timer);
    if (this.#listeners === 0 || this.over) return;
    this.#timer = setTimeout(() => void this.#again(), this.#pause);
  }

  async #again(): Promise<void> {
    this.#timer = undefined;
    this.#looking = true;
    this.#pause = Math.min(this.#pace.most, Math.ceil(this.#pause * 1.5));
    try {
      this.#take(await this.#look());
    } catch {
      // The listener stays: the engine may answer the next time, and every entry is still to be had.
      this.#pause = this.#pace.most;
    } finally {
      this.#looking = false;
      this.#later();
    }
  }

  #take(entries: readonly LedgerEntry[]): void {
    if (entries.length <= this.#entries.length) return;
    this.#entries = entries;
    this.#pause = this.#pace.least;
    this.#wake();
  }

  #wake(): void {
    for (const wake of this.#waiting) wake();
  }
}
