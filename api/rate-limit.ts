import { ProblemError } from './problem.ts';

/** How many requests one token may make. */
export interface Rate {
  /** Sustained. */
  readonly perSecond: number;
  /** At once, after a pause. */
  readonly burst: number;
}

/** Far above what one order side needs, so that only a runaway one meets it. */
export const DEFAULT_RATE: Rate = { perSecond: 500, burst: 1_000 };

/** One bucket of permits for each token; it fills evenly. */
export class RateLimit {
  readonly #rate: Rate;
  readonly #now: () => number;
  readonly #buckets = new Map<string, { permits: number; at: number }>();

  /** @param now - milliseconds of a clock that only goes forward. */
  constructor(rate: Rate = DEFAULT_RATE, now: () => number = () => performance.now()) {
    this.#rate = rate;
    this.#now = now;
  }

  /** @throws ProblemError `too-many-requests` with the seconds until there is a permit again. */
  take(name: string): void {
    const { perSecond, burst } = this.#rate;
    const now = this.#now();
    const { permits, at } = this.#buckets.get(name) ?? { permits: burst, at: now };
    const filled = Math.min(burst, permits + ((now - at) / 1_000) * perSecond);
    const left = filled >= 1 ? filled - 1 : filled;
    this.#buckets.set(name, { permits: left, at: now });
    if (filled >= 1) return;
    throw new ProblemError('too-many-requests', {
      detail: `this token may make ${perSecond} requests a second`,
      retryAfter: Math.max(1, Math.ceil((1 - filled) / perSecond)),
    });
  }
}
