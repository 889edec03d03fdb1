import { existsSync } from 'node:fs';
import type { EncryptionKey } from '../activities/key-ring.ts';
import {
  type Configuration,
  configurationPath,
  loadConfiguration,
  parseConfiguration,
} from '../temporal/configuration.ts';

/** What `tranche dev` runs with: a file, or one sandbox account for each provider that this version runs. */

/** The twin's merchant, which is no secret: the twin knows nobody else. */
const SANDBOX_ACCOUNTS = {
  'payone-sandbox': {
    provider: 'payone',
    url: 'sandbox',
    mid: '14648',
    aid: '17321',
    portalId: '2040559',
    key: 'sandbox-portal-key',
    mode: 'test',
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
  /** Where the twin of an account takes requests. */
  readonly gateways: Readonly<Record<string, string>>;
  readonly key: EncryptionKey;
  /** Added where the file names no token. */
  readonly token: string;
}

/** The configuration with everything in place that the file leaves to `dev`. */
export function placed(configuration: Configuration, places: DevPlaces): Configuration {
  const { address, namespace, host, port, gateways, key, token } = places;
  const { temporal, api, encryption, accounts } = configuration;
  return {
    ...configuration,
    temporal: { ...temporal, address, namespace },
    api: {
      host,
      port,
      tokens: api.tokens.length > 0 ? api.tokens : [{ name: 'dev', token, role: 'operator' }],
    },
    encryption:
      encryption.keys.length > 0
        ? encryption
        : { keys: [{ id: key.id, key: Buffer.from(key.key).toString('base64') }] },
    accounts: Object.fromEntries(
      Object.entries(accounts).map(([name, account]) => {
        const url = gateways[name];
        return [name, url === undefined ? account : { ...account, url }];
      }),
    ),
  };
}
