/**
 * Resolves at the first SIGINT or SIGTERM. Later ones change nothing: a launcher and a terminal may both send one.
 */
export function untilSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => resolve(signal));
  });
}

/** What was started, ended in reverse order. What is added after the end is ended at once. */
export class Closers {
  readonly #closers: (() => Promise<void>)[] = [];
  #closed = false;

  async add(close: () => Promise<void>): Promise<void> {
    if (this.#closed) await close();
    else this.#closers.push(close);
  }

  /** Ends all, also when one of them fails. @throws the first failure, at the end. */
  async close(): Promise<void> {
    this.#closed = true;
    let failure: unknown;
    for (let close = this.#closers.pop(); close !== undefined; close = this.#closers.pop()) {
      try {
        await close();
      } catch (error) {
        failure ??= error;
      }
    }
    if (failure !== undefined) throw failure;
  }
}
