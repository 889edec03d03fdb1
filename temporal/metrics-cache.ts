/** A value that costs something to read: read at most once in a while, by one reader at a time, for all who ask. */
import { setTimeout as delay } from 'node:timers/promises';

export interface CacheOptions {
  /** Milliseconds for which a value is given out again. */
  readonly freshFor: number;
  /** Milliseconds that an asker waits for a new value before it is given the last one. */
  readonly patience: number;
  /** Milliseconds, never backwards. @default performance.now */
  readonly now?: () => number;
}

export class Cache<T> {
  readonly #read: () => Promise<T>;
  readonly #options: CacheOptions;
  readonly #now: () => number;
  #last: { readonly value: T; readonly at: number } | null = null;
  #tried: number | null = null;
  #reading: Promise<void> | null = null;

  constructor(read: () => Promise<T>, options: CacheOptions) {
    this.#read = read;
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
  }

  /** The newest value that there is, with its age in milliseconds; null before the first. Never rejects. */
  async get(): Promise<{ readonly value: T; readonly age: number } | null> {
    const { freshFor, patience } = this.#options;
    if (this.#reading === null && (this.#tried === null || this.#now() - this.#tried >= freshFor)) {
      this.#tried = this.#now();
      this.#reading = this.#refresh();
    }
    if (this.#reading !== null) {
      const stop = new AbortController();
      const late = delay(patience, undefined, { signal: stop.signal, ref: false }).catch(() => undefined);
      await Promise.race([this.#reading, late]);
      stop.abort();
    }
    return this.#last === null ? null : { value: this.#last.value, age: this.#now() - this.#last.at };
  }

  /** A try that fails counts as one, so that a server which is away is not asked at every scrape. */
  async #refresh(): Promise<void> {
    try {
      const value = await this.#read();
      this.#last = { value, at: this.#now() };
    } catch {
      // The last value stays, and its age tells.
    } finally {
      this.#reading = null;
    }
  }
}
