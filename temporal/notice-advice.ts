/** Accounts that cannot tell their provider's notices from a stranger's. */
import type { AccountConfig, ProviderAccount } from '../providers/provider.ts';
import { classOfHost } from './outgoing-address.ts';

/** @param pathToken - as the configuration names it; it guards whatever the provider's own way is. */
export const guardsNotices = (account: ProviderAccount, pathToken: unknown): boolean =>
  account.guarded !== false || typeof pathToken === 'string';

/**
 * One advice for each account that takes notices from anybody; none for a provider in our own network, as a twin is.
 *
 * @param accounts - those that could be configured: the address of a local twin is known to `dev` alone.
 * @param options - of the accounts, as the configuration names them.
 */
export function noticeAdvice(
  accounts: ReadonlyMap<string, ProviderAccount>,
  options: Readonly<Record<string, AccountConfig>>,
): readonly { readonly found: string; readonly mend: string }[] {
  return [...accounts].flatMap(([name, account]) => {
    const { url, pathToken } = (options[name] ?? {}) as Readonly<Record<string, unknown>>;
    const near = typeof url === 'string' && URL.canParse(url) && classOfHost(new URL(url).hostname) === 'own';
    if (near || guardsNotices(account, pathToken)) return [];
    return [
      {
        found: `account ${name} takes notices from anybody`,
        mend: 'set pathToken or networks; until then notices are limited to 20 a second of each address',
      },
    ];
  });
}
