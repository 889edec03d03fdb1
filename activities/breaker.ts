import type { Sighting } from './sighting.ts';

export interface BreakerOptions {
  /** Results in a row which say that the provider is not there, and which open the breaker. */
  readonly failures: number;
  /** Milliseconds that it stays open before one call may try. */
  readonly openFor: number;
}

/** A call may go, and says afterwards what it saw; or it may not, for so many milliseconds. */
export type Leave =
  | { readonly go: true; readonly saw: (sighting: Sighting) => void }
  | { readonly go: false; readonly pausedFor: number };

/** Told once at each change. */
export type OnChange = (change: 'opened' | 'closed') => void;

/** Callers that were held back come back spread over a tenth of `openFor`, not in one moment. */
const SPREAD = 0.1;

/**
 * Holds back the calls of one account while its provider does not answer: what is not sent cannot become unknown.
 * After `openFor` one call is let through; any answer of the provider, a decline too, closes the breaker, whoever got
 * it. It knows its own process only.
 */
export class Breaker {
  readonly #options: BreakerOptions;
  readonly #now: () => number;
  readonly #random: () => number;
  /** Since the provider's last answer. */
  #failures = 0;
  /** On the clock of `now`; null while closed. */
  #openUntil: number | null = null;
  /** The one call that tries while the others wait. */
  #trial: object | null = null;

  /** @param now - milliseconds on a monotonic clock. */
  constructor(
    options: BreakerOptions,
    now: () => number = () => performance.now(),
    random: () => number = Math.random,
  ) {
    this.#options = options;
    this.#now = now;
    this.#random = random;
  }

  /** Asks before a call. Who gets leave says once what it saw, however the call ended. */
  ask(onChange: OnChange): Leave {
    const call = {};
    if (this.#openUntil !== null) {
      const left = this.#openUntil - this.#now();
      if (left > 0) return this.#paused(left);
      if (this.#trial !== null) return this.#paused(this.#options.openFor);
      this.#trial = call;
    }
    return { go: true, saw: (sighting) => this.#saw(call, sighting, onChange) };
  }

  #paused(left: number): Leave {
    return { go: false, pausedFor: Math.ceil(left + this.#random() * SPREAD * this.#options.openFor) };
  }

  #saw(call: object, sighting: Sighting, onChange: OnChange): void {
    const tried = this.#trial === call;
    if (tried) this.#trial = null;
    const wasOpen = this.#openUntil !== null;
    if (sighting === 'there') {
      this.#failures = 0;
      this.#openUntil = null;
      if (wasOpen) onChange('closed');
    } else if (sighting === 'away') {
      this.#failures += 1;
      // What left before it opened and comes back now says nothing new.
      if (wasOpen ? !tried : this.#failures < this.#options.failures) return;
      this.#openUntil = this.#now() + this.#options.openFor;
      if (!wasOpen) onChange('opened');
    }
  }
}
