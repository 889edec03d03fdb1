/** What happens later in a twin; nothing of it happens once the twin is closed. */
export class Timers {
  readonly #running = new Set<NodeJS.Timeout>();

  /** @param delay in milliseconds */
  after(delay: number, action: () => void): void {
    const timer = setTimeout(() => {
      this.#running.delete(timer);
      action();
    }, delay);
    this.#running.add(timer);
  }

  clear(): void {
    for (const timer of this.#running) clearTimeout(timer);
    this.#running.clear();
  }
}
