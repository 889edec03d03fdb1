import type { CallResult } from '../payment/outcome.ts';
import type { ReadResult } from '../payment/read.ts';
import { BREAKER_DEFAULTS } from '../providers/account-limits.ts';
import { Breaker, type BreakerOptions } from './breaker.ts';
import { type Sighting, sightingOf } from './sighting.ts';

/** The reason of what an open breaker held back. */
export const BREAKER_OPEN = 'breaker-open';

/** The part of a logger that is used; attributes carry names and counts only. */
export interface BreakerLog {
  warn(message: string, attributes: Readonly<Record<string, string | number>>): void;
  info(message: string, attributes: Readonly<Record<string, string | number>>): void;
}

/** The breakers of one worker process, one for each account. */
export class Breakers {
  readonly #options: ReadonlyMap<string, BreakerOptions>;
  readonly #breakers = new Map<string, Breaker>();

  /** @param options - by account; `BREAKER_DEFAULTS` for the others. */
  constructor(options: ReadonlyMap<string, BreakerOptions> = new Map()) {
    this.#options = options;
  }

  /**
   * Calls the provider where the account's breaker lets it.
   *
   * @returns what the adapter said, or after how many milliseconds it may be asked again.
   */
  async through<R extends CallResult | ReadResult>(
    account: string,
    log: BreakerLog,
    run: () => Promise<R>,
  ): Promise<{ readonly result: R } | { readonly pausedFor: number }> {
    const { failures, openFor } = this.#optionsOf(account);
    const leave = this.#of(account).ask((change) => {
      if (change === 'opened')
        log.warn('the provider does not answer: its calls are held back', { account, failures, openFor });
      else log.info('the provider answers again: its calls go out', { account });
    });
    if (!leave.go) return { pausedFor: leave.pausedFor };
    let sighting: Sighting = 'nothing';
    try {
      const result = await run();
      sighting = sightingOf(result);
      return { result };
    } finally {
      leave.saw(sighting);
    }
  }

  #optionsOf(account: string): BreakerOptions {
    return this.#options.get(account) ?? BREAKER_DEFAULTS;
  }

  #of(account: string): Breaker {
    const known = this.#breakers.get(account);
    if (known !== undefined) return known;
    const made = new Breaker(this.#optionsOf(account));
    this.#breakers.set(account, made);
    return made;
  }
}
