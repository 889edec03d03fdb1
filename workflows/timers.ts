import { CancellationScope, isCancellation, sleep } from '@temporalio/workflow';

/** Named timers, each running at most once. They stand in the scope in which {@link Timers.start} is called. */
export class Timers<Name extends string> {
  readonly #running = new Map<Name, { readonly at: number; readonly scope: CancellationScope }>();
  readonly #fire: (name: Name) => void;

  constructor(fire: (name: Name) => void) {
    this.#fire = fire;
  }

  /**
   * Starts a timer or moves it. One that already runs to the same instant goes on, which saves its two events.
   *
   * @param at - milliseconds since the epoch; an instant that has passed fires at once.
   */
  start(name: Name, at: number): void {
    if (this.#running.get(name)?.at === at) return;
    this.cancel(name);
    const scope = new CancellationScope();
    const timer = { at, scope };
    this.#running.set(name, timer);
    void scope
      .run(() => until(at))
      .then(
        () => {
          // A timer that fires in the task that moved or cancelled it is no longer the one that counts.
          if (this.#running.get(name) !== timer) return;
          this.#running.delete(name);
          this.#fire(name);
        },
        (error: unknown) => {
          if (!isCancellation(error)) throw error;
        },
      );
  }

  cancel(name: Name): void {
    const timer = this.#running.get(name);
    if (timer === undefined) return;
    this.#running.delete(name);
    timer.scope.cancel();
  }
}

/** The server's clocks may differ: a timer that fires early sleeps on. */
async function until(at: number): Promise<void> {
  do await sleep(Math.max(1, at - Date.now()));
  while (Date.now() < at);
}
