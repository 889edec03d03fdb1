/** Where the secrets of a configuration come from, and whether others on this machine can read them there. */
import { readFileSync, statSync } from 'node:fs';
import { type ConfigurationSource, configurationPath } from './configuration.ts';
import { pathText } from './configuration-fault.ts';
import { isSecretName } from './configuration-print.ts';
import { filesIn, refers } from './environment-reference.ts';

/** One thing that could be better. No secret stands in it. */
export interface SecretAdvice {
  readonly found: string;
  readonly mend: string;
}

const ENOUGH_SIGNS = 24;
const SOON_MS = 14 * 86_400_000;

/**
 * Looks at the file as it is written: secrets that stand in it, files of secrets that everybody can read, tokens that can
 * be guessed, and tokens that have expired or will soon.
 *
 * @returns nothing for a file that cannot be read; the check of the configuration tells of that.
 */
export function secretAdvice(
  source: ConfigurationSource = {},
  now: number = Date.now(),
): readonly SecretAdvice[] {
  const file = configurationPath(source);
  const written = jsonIn(file);
  if (written === null) return [];
  const literal = literalsIn(written, []);
  const open = [...new Set(filesIn(written))].filter(readableByAll);
  return [
    ...(literal.length === 0
      ? []
      : [
          {
            found: `${literal.join(', ')} ${literal.length === 1 ? 'stands' : 'stand'} in ${file}${readableByAll(file) ? ', which everybody on this machine can read' : ''}`,
            mend: 'write ${NAME} for the environment or ${file:/run/secrets/name}; or keep the file to its owner: chmod 600',
          },
        ]),
    ...open.map((path) => ({
      found: `${path} can be read by everybody on this machine`,
      mend: `chmod o-r ${path}, and replace the secret if others had access`,
    })),
    ...tokensIn(written).flatMap((token) => tokenAdvice(token, now)),
    ...listIn(written['webhooks']).flatMap(webhookAdvice),
  ];
}

/** Paths of fields that hold a secret themselves. The twins' secrets are none, and a hash is kept so on purpose. */
function literalsIn(value: unknown, path: readonly (string | number)[]): readonly string[] {
  if (typeof value === 'string') {
    const name = path.findLast((part) => typeof part === 'string') ?? '';
    return isSecretName(name) && name !== 'tokenHash' && value !== '' && !refers(value)
      ? [pathText(path)]
      : [];
  }
  if (Array.isArray(value)) return value.flatMap((each, at) => literalsIn(each, [...path, at]));
  if (!isRecord(value) || value['url'] === 'sandbox') return [];
  return Object.entries(value).flatMap(([name, each]) => literalsIn(each, [...path, name]));
}

function tokensIn(written: Readonly<Record<string, unknown>>): readonly Readonly<Record<string, unknown>>[] {
  return listIn(isRecord(written['api']) ? written['api']['tokens'] : []);
}

const listIn = (value: unknown): readonly Readonly<Record<string, unknown>>[] =>
  Array.isArray(value) ? value.filter(isRecord) : [];

/** Standard Webhooks asks for 24 bytes at least. */
function webhookAdvice({ name, secret }: Readonly<Record<string, unknown>>): readonly SecretAdvice[] {
  const short = [secret]
    .flat()
    .some((one) => typeof one === 'string' && !refers(one) && one.length < ENOUGH_SIGNS);
  if (!short) return [];
  return [
    {
      found: `a secret of the webhook ${String(name)} has less than ${ENOUGH_SIGNS} signs and may be guessed`,
      mend: 'make one with: echo "whsec_$(openssl rand -base64 32)"',
    },
  ];
}

function tokenAdvice(
  { name, token, expiresAt }: Readonly<Record<string, unknown>>,
  now: number,
): readonly SecretAdvice[] {
  const advice: SecretAdvice[] = [];
  if (typeof token === 'string' && !refers(token) && token.length < ENOUGH_SIGNS)
    advice.push({
      found: `the token ${String(name)} has ${token.length} signs and may be guessed`,
      mend: 'make one with: openssl rand -base64 32',
    });
  const left = typeof expiresAt === 'string' ? Date.parse(expiresAt) - now : Number.NaN;
  if (left < SOON_MS)
    advice.push({
      found: `the token ${String(name)} ${left <= 0 ? 'has expired' : `expires within ${Math.ceil(left / 86_400_000)} days`}`,
      mend: 'add a new token beside it, give it to who uses the old one, then take the old one out',
    });
  return advice;
}

/** Links are followed: what counts is the file. */
const readableByAll = (path: string): boolean =>
  ((statSync(path, { throwIfNoEntry: false })?.mode ?? 0) & 0o004) !== 0;

function jsonIn(file: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(readFileSync(file, 'utf8').replace(/^\uFEFF/, ''));
    return isRecord(value) ? value : null;
  } catch {
    return null;
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
