import type * as z from 'zod';

export interface ConfigurationFault {
  /** The field inside the account, as in `url`, `exponents.XTS` or `networks[0]`; empty for the account itself. */
  readonly path: string;
  readonly message: string;
}

/** Account options that a provider cannot run with. Values are never repeated: they may be secret (M8). */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
  /** The first faulty field. */
  readonly path: string;
  readonly faults: readonly ConfigurationFault[];

  constructor(account: string, faults: readonly [ConfigurationFault, ...ConfigurationFault[]]) {
    super(
      faults
        .map(({ path, message }) => `${[account, path].filter(Boolean).join('.')}: ${message}`)
        .join('; '),
    );
    this.path = faults[0].path;
    this.faults = faults;
  }
}

/**
 * @param account - the account's name in the configuration.
 * @param error - what zod found; an unknown key is reported at the key itself.
 */
export function configurationError(account: string, error: z.ZodError): ConfigurationError {
  const faults = error.issues.flatMap((issue): ConfigurationFault[] => {
    const path = pathOf(issue.path);
    if (issue.code !== 'unrecognized_keys') return [{ path, message: issue.message }];
    return issue.keys.map((key) => ({
      path: path === '' ? key : `${path}.${key}`,
      message: 'unknown option',
    }));
  });
  const [first = { path: '', message: 'not valid' }, ...rest] = faults;
  return new ConfigurationError(account, [first, ...rest]);
}

const pathOf = (path: readonly PropertyKey[]): string =>
  path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`;
    return text === '' ? String(part) : `${text}.${String(part)}`;
  }, '');
