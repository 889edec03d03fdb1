/** How many permits a bucket gives. */
export interface Rate {
  /** Sustained. */
  readonly perSecond: number;
  /** At once, after a pause. */
  readonly burst: number;
}

/** No permit was left. */
export interface Empty {
  /** Seconds until there is one, at least 1. */
  readonly retryAfter: number;
  /** Nothing was refused since the bucket was last full. */
  readonly first: boolean;
}

interface Bucket {
  permits: number;
  at: number;
  refused: boolean;
}

/** One bucket of permits for each name; it fills evenly. */
export class Buckets {
  readonly #rate: Rate;
  readonly #now: () => number;
  readonly #most: number;
  readonly #buckets = new Map<string, Bucket>();

  /**
   * @param now - milliseconds of a clock that only goes forward.
   * @param most - so many names are remembered; who was silent longest is forgotten first, and begins anew.
   */
  constructor(
    rate: Rate,
    now: () => number = () => performance.now(),
    most: number = Number.POSITIVE_INFINITY,
  ) {
    this.#rate = rate;
    this.#now = now;
    this.#most = most;
  }

  /** @returns null where there was a permit. */
  take(name: string): Empty | null {
    const bucket = this.#bucketOf(name);
    if (bucket.permits >= 1) {
      bucket.permits -= 1;
      return null;
    }
    const first = !bucket.refused;
    bucket.refused = true;
    return { retryAfter: Math.max(1, Math.ceil((1 - bucket.permits) / this.#rate.perSecond)), first };
  }

  #bucketOf(name: string): Bucket {
    const { perSecond, burst } = this.#rate;
    const now = this.#now();
    const bucket = this.#buckets.get(name) ?? { permits: burst, at: now, refused: false };
    bucket.permits = Math.min(burst, bucket.permits + ((now - bucket.at) / 1_000) * perSecond);
    bucket.at = now;
    if (bucket.permits === burst) bucket.refused = false;
    this.#buckets.delete(name);
    this.#buckets.set(name, bucket);
    for (const oldest of this.#buckets.keys()) {
      if (this.#buckets.size <= this.#most) break;
      this.#buckets.delete(oldest);
    }
    return bucket;
  }
}
