import { existsSync } from 'node:fs';
import type { EncryptionKey } from '../activities/key-ring.ts';
import {
  type Configuration,
  configurationPath,
  loadConfiguration,
  parseConfiguration,
} from '../temporal/configuration.ts';
import { classOfHost } from '../temporal/outgoing-address.ts';
import { besideTwin } from './twins.ts';

/** What `tranche dev` runs with: a file, or one sandbox account for each provider that this version runs. */

/** The twins' merchants, which are no secret: the twins know nobody else. The first is meant where nobody names an account. */
const SANDBOX_ACCOUNTS = {
  'payone-de': {
    provider: 'payone',
    url: 'sandbox',
    mid: '14648',
    aid: '17321',
    portalId: '2040559',
    key: 'sandbox-portal-key',
    mode: 'test',
  },
  'swedbank-se': {
    provider: 'swedbankpay',
    url: 'sandbox',
    accessToken: 'sandbox-access-token',
    payeeId: '5cabf558-5283-482f-b252-4d58e06f6f3b',
  },
  'ccv-ev': {
    provider: 'ccv',
    url: 'sandbox',
    operatingEnvironment: 'UNATTENDED',
    accessProtocol: 'OPI_NL',
    language: 'ENG',
    environment: 'EVCHARGING',
  },
  'po-jp': {
    provider: 'paymentoptions',
    url: 'sandbox',
    authorization: 'Basic sandbox-basic-key',
    apiKey: 'sandbox-x-api-key',
    merchantId: 'sandbox-merchant',
    amountUnit: 'major',
  },
  'finline-ua': {
    provider: 'finline',
    url: 'sandbox',
    posId: 'dc728de1-51ef-4ef1-80f7-3b44b07b5667',
    apiKey: 'sandbox-api-key',
    apiSecret: 'sandbox-api-secret',
    endpointKey: 'sandbox-endpoint-key',
    exponents: { XTS: 2 },
  },
} as const;

export interface DevSource {
  readonly configuration: Configuration;
  /** Absolute; null without a file. */
  readonly file: string | null;
}

/** `--config`, `TRANCHE_CONFIG` or `tranche.config.json` where it is there, else the sandbox accounts. */
export function devConfiguration(flag: string | undefined): DevSource {
  const path = configurationPath({ path: flag });
  const named = flag !== undefined || (process.env['TRANCHE_CONFIG'] ?? '') !== '';
  if (named || existsSync(path)) return { configuration: loadConfiguration({ path: flag }), file: path };
  return { configuration: parseConfiguration({ accounts: SANDBOX_ACCOUNTS }), file: null };
}

export interface DevPlaces {
  readonly address: string;
  readonly namespace: string;
  readonly host: string;
  readonly port: number;
  /** Where the twin of an account takes requests, and where it sends its notices. */
  readonly twins: Readonly<Record<string, { readonly gatewayUrl: string; readonly notifyUrl: string }>>;
  readonly key: EncryptionKey;
  /** The archive where the file names none. */
  readonly archive: string;
  /** Added where the file names no token. */
  readonly token: string;
}

/** The configuration with everything in place that the file leaves to `dev`. */
export function placed(configuration: Configuration, places: DevPlaces): Configuration {
  const { address, namespace, host, port, twins, key, token } = places;
  const { temporal, api, archive, encryption, accounts, webhooks } = configuration;
  return {
    ...configuration,
    temporal: { ...temporal, address, namespace },
    api: {
      ...api,
      host,
      port,
      tokens: api.tokens.length > 0 ? api.tokens : [{ name: 'dev', token, role: 'operator' }],
    },
    archive: archive?.url === undefined ? { ...archive, url: places.archive } : archive,
    encryption:
      encryption.keys.length > 0
        ? encryption
        : { keys: [{ id: key.id, key: Buffer.from(key.key).toString('base64') }] },
    // Whoever develops has the receiver on this machine.
    webhooks: webhooks.map((webhook) => ({
      ...webhook,
      allowPrivate: webhook.allowPrivate || classOfHost(new URL(webhook.url).hostname) === 'own',
    })),
    accounts: Object.fromEntries(
      Object.entries(accounts).map(([name, account]) => {
        const twin = twins[name];
        return [name, twin === undefined ? account : besideTwin(account, twin.gatewayUrl, twin.notifyUrl)];
      }),
    ),
  };
}
