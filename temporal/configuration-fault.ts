import type { z } from 'zod';
import { ConfigurationError, type ConfigurationFault } from '../providers/configuration-error.ts';

/** A path as people read it: names joined by dots, positions in brackets, names with other signs in it quoted. */
export function pathText(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`;
    const name = String(part);
    if (!/^[A-Za-z0-9_-]+$/.test(name)) return `${text}[${JSON.stringify(name)}]`;
    return text === '' ? name : `${text}.${name}`;
  }, '');
}

/** What a schema found, as faults below `base`; each unknown key is a fault of its own. */
export function faultsOf(error: z.ZodError, base: readonly PropertyKey[] = []): ConfigurationFault[] {
  return error.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => ({ path: pathText([...base, ...issue.path, key]), message: 'unknown key' }))
      : [{ path: pathText([...base, ...issue.path]), message: issue.message }],
  );
}

/** @throws ConfigurationError with all faults by their full path, unless there are none. */
export function refuse(faults: readonly ConfigurationFault[]): void {
  const [first, ...rest] = faults;
  if (first !== undefined) throw new ConfigurationError('', [first, ...rest]);
}

/** A fault of one field, or with an empty path of the file as a whole. */
export const configurationFault = (path: string, message: string): ConfigurationError =>
  new ConfigurationError('', [{ path, message }]);
