/**
 * Resolves at the first SIGINT or SIGTERM, and where npm's shell that started this process is gone as at a SIGTERM.
 * Later ones change nothing: a launcher and a terminal may both send one.
 */
export function untilSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => resolve(signal));
    onceOrphaned(() => resolve('SIGTERM'));
  });
}

const LOOK_MS = 500;
/** Read as early as can be: what begins slowly may have lost its parent by the time that it looks. */
const PARENT = process.ppid;

/**
 * npm passes a SIGTERM to the shell that it starts, and the shell to nobody: the process underneath is left over. So
 * what runs under npm looks whether its parent is still the one that it began with.
 *
 * @returns what ends the looking.
 */
export function onceOrphaned(then: () => void): () => void {
  if ((process.env['npm_lifecycle_event'] ?? process.env['npm_command']) === undefined)
    return () => undefined;
  const timer = setInterval(() => {
    if (process.ppid === PARENT) return;
    clearInterval(timer);
    then();
  }, LOOK_MS).unref();
  return () => clearInterval(timer);
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
