import { randomInt } from 'node:crypto';
import type { AccountConfig } from '../providers/provider.ts';
import { spawnCcvTwin } from '../sandbox/ccv/spawn.ts';
import { spawnFinlineTwin } from '../sandbox/finline/spawn.ts';
import { spawnPaymentOptionsTwin } from '../sandbox/paymentoptions/spawn.ts';
import { spawnPayoneTwin } from '../sandbox/payone/spawn.ts';
import { spawnSwedbankPayTwin } from '../sandbox/swedbankpay/spawn.ts';
import { UsageError } from './exit.ts';

/** A twin in a process of its own; for CCV that is one terminal. */
export interface Twin {
  readonly account: string;
  readonly provider: string;
  /** `http://127.0.0.1:PORT`; its books and faults are below `/admin/`. */
  readonly url: string;
  /** Where the account sends its requests. */
  readonly gatewayUrl: string;
  stop(): Promise<void>;
}

interface Surroundings {
  readonly port: number;
  /** A new twin knows nothing of the one before, whose ids payments may still carry. */
  readonly seed: number;
  readonly notifyUrl?: string;
}

interface Spawned {
  readonly url: string;
  readonly gatewayUrl: string;
  stop(): Promise<void>;
}

type Spawn = (config: AccountConfig, surroundings: Surroundings) => Promise<Spawned>;

/** The twin of each provider, with the merchant data of the account. */
const TWINS: Readonly<Record<string, Spawn>> = {
  payone: (config, surroundings) =>
    spawnPayoneTwin({
      ...surroundings,
      ...texts(config, ['mid', 'aid', 'portalId', 'keyHash', 'mode']),
      ...renamed(config, 'key', 'portalKey'),
    }),

  swedbankpay: async (config, surroundings) => {
    const twin = await spawnSwedbankPayTwin({
      ...surroundings,
      ...texts(config, ['accessToken', 'payeeId']),
      settlement: config['payeeReferenceDigits'] === undefined ? 'swedbankpay' : 'merchant',
    });
    return { ...twin, gatewayUrl: twin.url };
  },

  // A terminal sends no notices, and its ids follow from a smaller seed.
  ccv: async (config, { port, seed }) => {
    const twin = await spawnCcvTwin({
      port,
      seed: seed % 1_000_000,
      terminal: texts(config, ['operatingEnvironment', 'accessProtocol', 'language', 'environment']),
    });
    return { ...twin, gatewayUrl: twin.url };
  },

  paymentoptions: async (config, { port, seed }) => {
    const twin = await spawnPaymentOptionsTwin({
      port,
      seed,
      ...texts(config, ['authorization', 'apiKey', 'merchantId', 'amountUnit']),
    });
    return { ...twin, gatewayUrl: twin.apiUrl };
  },

  finline: async (config, surroundings) => {
    const twin = await spawnFinlineTwin({
      ...surroundings,
      ...texts(config, ['posId', 'apiKey', 'apiSecret', 'endpointKey']),
    });
    return { ...twin, gatewayUrl: twin.apiUrl };
  },
};

/**
 * Starts the twin of an account, with the account's own merchant data.
 *
 * @param notifyUrl - where it sends its notices.
 * @param port - 0 takes a free one.
 * @throws UsageError for a provider without a twin, Error where the twin does not take what the account says.
 */
export async function startTwin(
  account: string,
  config: AccountConfig,
  notifyUrl: string | null,
  port = 0,
): Promise<Twin> {
  const { provider } = config;
  const spawn = Object.hasOwn(TWINS, provider) ? TWINS[provider] : undefined;
  if (spawn === undefined) {
    throw new UsageError(`accounts.${account}.url: there is no local twin of ${provider} in this version`);
  }
  const surroundings = {
    port,
    seed: randomInt(2 ** 31 - 1),
    ...(notifyUrl === null ? {} : { notifyUrl }),
  };
  const { url, gatewayUrl, stop } = await spawn(config, surroundings);
  return { account, provider, url, gatewayUrl, stop };
}

/** Where the twin of an account sends its notices: the local HTTP edge, with the secret part of the path. */
export function notifyUrlOf(edge: string, account: string, config: AccountConfig): string {
  const { pathToken } = config;
  const secret = typeof pathToken === 'string' ? `/${pathToken}` : '';
  return `${edge}/v1/notifications/${account}${secret}`;
}

/** Options that say in each request where notices go; a twin on this machine must not send them anywhere else. */
const NOTICE_OPTIONS: Readonly<Record<string, string>> = { finline: 'serverUrl', swedbankpay: 'callbackUrl' };
const LOOPBACK = '127.0.0.1';

/** The account with its twin's address, and with notices that come from this machine and go to it. */
export function besideTwin(config: AccountConfig, gatewayUrl: string, notifyUrl: string): AccountConfig {
  const option = NOTICE_OPTIONS[config.provider];
  const { networks } = config;
  return {
    ...config,
    url: gatewayUrl,
    ...(option === undefined ? {} : { [option]: notifyUrl }),
    ...(Array.isArray(networks) ? { networks: [...(networks as readonly string[]), LOOPBACK] } : {}),
  };
}

/** The options of these names that are texts; what is left out has the twin's own default. */
function texts(config: AccountConfig, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = config[name];
      return typeof value === 'string' ? [[name, value]] : [];
    }),
  );
}

function renamed(config: AccountConfig, name: string, wire: string): Record<string, string> {
  const value = config[name];
  return typeof value === 'string' ? { [wire]: value } : {};
}
