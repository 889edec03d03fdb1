import { createHash, timingSafeEqual } from 'node:crypto';
import type { Notice } from '../payment/notice.ts';
import type { IncomingNotice, NoticeVerdict } from '../providers/provider.ts';

/** An account as the notices' door knows it. */
export interface NoticeAccount {
  readNotice(incoming: IncomingNotice): NoticeVerdict;
  /** The exact body that acknowledges a notice (PAYONE: `TSOK`). */
  readonly acknowledgement: string;
  /** The secret last part of the path that its notices come to. @default none */
  readonly pathToken?: string;
  /**
   * Whether a stranger's notice is told from the provider's: by a signature, the network that it comes from, or the path
   * token. Where it is not, notices are limited. @default true
   */
  readonly guarded?: boolean;
}

/** What the notices' door asks of the engine. */
export interface NoticePort {
  account(name: string): NoticeAccount | undefined;
  /** Resolves once the notice is durable; rejects while it is not. */
  deliver(account: string, notice: Notice): Promise<void>;
}

/**
 * Authenticates a notice: by the account's path token first, where it has one, then in the provider's own way. Notices to
 * a path with a token where the account has none are the provider's way's to judge.
 */
export function readFor(account: NoticeAccount, incoming: IncomingNotice): NoticeVerdict {
  const { pathToken } = account;
  if (pathToken !== undefined && !same(incoming.path ?? '', pathToken))
    return { verdict: 'forged', why: 'pathToken is not ours' };
  return account.readNotice(incoming);
}

/** In constant time, whatever the lengths. */
function same(given: string, expected: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}

export type NoticeFate = 'accepted' | 'ignored' | 'forged' | 'malformed' | 'undelivered' | 'limited';

const NONE: Readonly<Record<NoticeFate, number>> = {
  accepted: 0,
  ignored: 0,
  forged: 0,
  malformed: 0,
  undelivered: 0,
  limited: 0,
};

/** How many notices of each fate came in since the start, by account. */
export class NoticeTally {
  readonly #counts = new Map<string, Record<NoticeFate, number>>();

  count(account: string, fate: NoticeFate): void {
    const counts = this.#counts.get(account) ?? { ...NONE };
    counts[fate] += 1;
    this.#counts.set(account, counts);
  }

  of(account: string): Readonly<Record<NoticeFate, number>> {
    return this.#counts.get(account) ?? NONE;
  }
}
