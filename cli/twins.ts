import { randomInt } from 'node:crypto';
import { spawnPayoneTwin } from '../sandbox/payone/spawn.ts';
import type { AccountConfig } from '../providers/provider.ts';
import { UsageError } from './exit.ts';

/** A twin in a process of its own. */
export interface Twin {
  readonly account: string;
  /** `http://127.0.0.1:PORT`; its books and faults are below `/admin/`. */
  readonly url: string;
  /** Where the account sends its requests. */
  readonly gatewayUrl: string;
  stop(): Promise<void>;
}

/**
 * Starts the twin of an account, with the account's own merchant data.
 *
 * @param notifyUrl - where it sends its notices.
 * @param port - 0 takes a free one.
 * @throws UsageError for a provider without a twin.
 */
export async function startTwin(
  account: string,
  config: AccountConfig,
  notifyUrl: string | null,
  port = 0,
): Promise<Twin> {
  if (config.provider !== 'payone') {
    throw new UsageError(
      `accounts.${account}.url: there is no local twin of ${config.provider} in this version`,
    );
  }
  const text = (name: string, wire: string): Record<string, string> => {
    const value = config[name];
    return typeof value === 'string' ? { [wire]: value } : {};
  };
  const { url, gatewayUrl, stop } = await spawnPayoneTwin({
    port,
    // A new twin knows nothing of the one before, whose ids payments may still carry.
    seed: randomInt(2 ** 31 - 1),
    ...(notifyUrl === null ? {} : { notifyUrl }),
    ...text('mid', 'mid'),
    ...text('aid', 'aid'),
    ...text('portalId', 'portalId'),
    ...text('key', 'portalKey'),
    ...text('keyHash', 'keyHash'),
    ...text('mode', 'mode'),
  });
  return { account, url, gatewayUrl, stop };
}
