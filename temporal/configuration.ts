import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { accountSchemas, isProviderName } from '../providers/account-schemas.ts';
import type { ConfigurationFault } from '../providers/configuration-error.ts';
import type { AccountConfig } from '../providers/provider.ts';
import { configurationFault, faultsOf, pathText, refuse } from './configuration-fault.ts';
import { fileSchema, type Settings } from './configuration-schema.ts';
import { expandReferences } from './environment-reference.ts';

/**
 * A checked configuration, defaults in place. `temporal.address` and `temporal.namespace` are absent where the file
 * leaves them to the Temporal profile; accounts stand as they were written, for their provider to parse.
 */
export type Configuration = Omit<Settings, 'accounts'> & {
  readonly accounts: Readonly<Record<string, AccountConfig>>;
};

export const DEFAULT_FILE = 'tranche.config.json';

export interface ConfigurationSource {
  /** What `--config` names; before `TRANCHE_CONFIG`, before `tranche.config.json` in the working directory. */
  readonly path?: string | undefined;
  /** @default process.env */
  readonly env?: NodeJS.ProcessEnv;
}

/** The file that {@link loadConfiguration} would read, as an absolute path. */
export function configurationPath({ path, env = process.env }: ConfigurationSource = {}): string {
  return resolve(path ?? (env['TRANCHE_CONFIG'] || DEFAULT_FILE));
}

/**
 * Reads and checks the configuration.
 *
 * @throws ConfigurationError with all faults by path, never with a value.
 */
export function loadConfiguration(source: ConfigurationSource = {}): Configuration {
  const file = configurationPath(source);
  return parseConfiguration(parseJson(readText(file), file), source.env ?? process.env);
}

/**
 * Checks a configuration that is already JSON: puts the environment in, then the defaults.
 *
 * @throws ConfigurationError with all faults by path, never with a value.
 */
export function parseConfiguration(json: unknown, env: NodeJS.ProcessEnv = process.env): Configuration {
  const { value, faults } = expandReferences(withoutSchema(json), env);
  // A text that still holds a reference would break its field's rules too; the missing variable says enough.
  refuse(faults);
  const parsed = fileSchema.safeParse(value);
  const accounts = accountsIn(value);
  refuse([
    ...(parsed.success ? [] : faultsOf(parsed.error)),
    ...Object.entries(accounts).flatMap(accountFaults),
  ]);
  return { ...fileSchema.parse(value), accounts };
}

function accountFaults([name, account]: [string, AccountConfig]): ConfigurationFault[] {
  const path = ['accounts', name];
  if (!isProviderName(account.provider)) {
    const known = Object.keys(accountSchemas).join(', ');
    return [{ path: pathText([...path, 'provider']), message: `expected one of ${known}` }];
  }
  const checked = accountSchemas[account.provider].safeParse(account);
  return checked.success ? [] : faultsOf(checked.error, path);
}

/** The accounts that are objects with a provider's name; the others are faults of the file's own schema. */
function accountsIn(value: unknown): Record<string, AccountConfig> {
  const accounts = isRecord(value) ? value['accounts'] : undefined;
  if (!isRecord(accounts)) return {};
  return Object.fromEntries(
    Object.entries(accounts).filter((entry): entry is [string, AccountConfig] => {
      const [, account] = entry;
      return isRecord(account) && typeof account['provider'] === 'string';
    }),
  );
}

/** Editors find the JSON Schema by `$schema`; it configures nothing. */
function withoutSchema(json: unknown): unknown {
  if (!isRecord(json)) return json;
  const { $schema: _, ...rest } = json;
  return rest;
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8').replace(/^\uFEFF/, '');
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unreadable';
    throw configurationFault('', `cannot read ${file} (${code})`);
  }
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    // The parser's message may quote the text around the fault, and with it a secret; only the place is taken over.
    const place = /line \d+ column \d+/.exec(cause instanceof Error ? cause.message : '')?.[0];
    throw configurationFault('', `${file} is not JSON${place === undefined ? '' : `: ${place}`}`);
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
