import type { TimerName } from '../machines/core-state.ts';

interface Running {
  readonly at: number;
  readonly id: string;
}

/** What the timers of one workflow task came to. */
export interface TimerWork {
  /** By the id that the SDK gives: the how-manieth sleep of the run. */
  readonly started: readonly { readonly id: string; readonly millis: number }[];
  readonly cancelled: readonly string[];
}

/** The timers of a run as `workflows/timers.ts` keeps them. A value: each change is a new one. */
export class Clockwork {
  readonly #running: ReadonlyMap<TimerName, Running>;
  readonly #sleeps: number;
  readonly work: TimerWork;

  private constructor(running: ReadonlyMap<TimerName, Running>, sleeps: number, work: TimerWork) {
    this.#running = running;
    this.#sleeps = sleeps;
    this.work = work;
  }

  static idle(): Clockwork {
    return new Clockwork(new Map(), 0, { started: [], cancelled: [] });
  }

  /** The same timers in the next task. */
  next(): Clockwork {
    return new Clockwork(this.#running, this.#sleeps, { started: [], cancelled: [] });
  }

  start(name: TimerName, at: number, now: number): Clockwork {
    if (this.#running.get(name)?.at === at) return this;
    return this.cancel(name).#slept(name, at, now);
  }

  cancel(name: TimerName): Clockwork {
    const timer = this.#running.get(name);
    if (timer === undefined) return this;
    const running = new Map(this.#running);
    running.delete(name);
    const cancelled = [...this.work.cancelled, timer.id];
    return new Clockwork(running, this.#sleeps, { ...this.work, cancelled });
  }

  /** The timer that a fired sleep ends; null where it counts no more, or fired before its time and sleeps on. */
  fired(id: string, now: number): readonly [Clockwork, TimerName | null] {
    const [name, timer] = [...this.#running].find(([, each]) => each.id === id) ?? [];
    if (name === undefined || timer === undefined) return [this, null];
    if (now < timer.at) return [this.#slept(name, timer.at, now), null];
    const running = new Map(this.#running);
    running.delete(name);
    return [new Clockwork(running, this.#sleeps, this.work), name];
  }

  #slept(name: TimerName, at: number, now: number): Clockwork {
    const id = String(this.#sleeps + 1);
    const running = new Map(this.#running).set(name, { at, id });
    const started = [...this.work.started, { id, millis: Math.max(1, at - now) }];
    return new Clockwork(running, this.#sleeps + 1, { ...this.work, started });
  }
}
