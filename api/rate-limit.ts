import { Buckets, type Rate } from './buckets.ts';
import { ProblemError } from './problem.ts';

/** Far above what one order side needs, so that only a runaway one meets it. */
export const DEFAULT_RATE: Rate = { perSecond: 500, burst: 1_000 };

/** One bucket of permits for each token. */
export class RateLimit {
  readonly #rate: Rate;
  readonly #buckets: Buckets;

  /** @param now - milliseconds of a clock that only goes forward. */
  constructor(rate: Rate = DEFAULT_RATE, now?: () => number) {
    this.#rate = rate;
    this.#buckets = new Buckets(rate, now);
  }

  /** @throws ProblemError `too-many-requests` with the seconds until there is a permit again. */
  take(name: string): void {
    const empty = this.#buckets.take(name);
    if (empty === null) return;
    throw new ProblemError('too-many-requests', {
      detail: `this token may make ${this.#rate.perSecond} requests a second`,
      retryAfter: empty.retryAfter,
    });
  }
}
