import type { Notice } from '../payment/notice.ts';
import type { IncomingNotice, NoticeVerdict } from '../providers/provider.ts';

/** An account as the notices' door knows it. */
export interface NoticeAccount {
  readNotice(incoming: IncomingNotice): NoticeVerdict;
  /** The exact body that acknowledges a notice (PAYONE: `TSOK`). */
  readonly acknowledgement: string;
}

/** What the notices' door asks of the engine. */
export interface NoticePort {
  account(name: string): NoticeAccount | undefined;
  /** Resolves once the notice is durable; rejects while it is not. */
  deliver(account: string, notice: Notice): Promise<void>;
}

export type NoticeFate = 'accepted' | 'ignored' | 'forged' | 'malformed' | 'undelivered';

/** How many notices of each fate came in since the start, by account. */
export class NoticeTally {
  readonly #counts = new Map<string, Record<NoticeFate, number>>();

  count(account: string, fate: NoticeFate): void {
    const counts = this.#counts.get(account) ?? {
      accepted: 0,
      ignored: 0,
      forged: 0,
      malformed: 0,
      undelivered: 0,
    };
    counts[fate] += 1;
    this.#counts.set(account, counts);
  }

  of(account: string): Readonly<Record<NoticeFate, number>> {
    return this.#counts.get(account) ?? { accepted: 0, ignored: 0, forged: 0, malformed: 0, undelivered: 0 };
  }
}
