import { networkOf } from './attempts.ts';
import { Buckets, type Empty, type Rate } from './buckets.ts';

export interface NoticeRates {
  /** Of each address that sends to an account. */
  readonly address: Rate;
  /** Of all addresses together, to one account. */
  readonly account: Rate;
}

/**
 * Far above what a provider tells of one merchant. It keeps the engine free; a stranger with patience still fills an inbox,
 * which only a path token or networks prevent.
 */
export const DEFAULT_NOTICE_RATES: NoticeRates = {
  address: { perSecond: 20, burst: 200 },
  account: { perSecond: 100, burst: 1_000 },
};

const MOST_ADDRESSES = 10_000;

/** How many notices an account takes that cannot tell its provider from a stranger. */
export class NoticeLimit {
  readonly #addresses: Buckets;
  readonly #accounts: Buckets;

  /** @param now - milliseconds of a clock that only goes forward. */
  constructor(rates: NoticeRates = DEFAULT_NOTICE_RATES, now?: () => number) {
    this.#addresses = new Buckets(rates.address, now, MOST_ADDRESSES);
    this.#accounts = new Buckets(rates.account, now);
  }

  /**
   * The address is asked first: what it sends beyond its own share costs others nothing.
   *
   * @returns null where the notice may come in, else whose permits are used up.
   */
  take(account: string, address: string): (Empty & { readonly by: 'address' | 'account' }) | null {
    const ofAddress = this.#addresses.take(`${account} ${networkOf(address)}`);
    if (ofAddress !== null) return { ...ofAddress, by: 'address' };
    const ofAccount = this.#accounts.take(account);
    return ofAccount === null ? null : { ...ofAccount, by: 'account' };
  }
}
