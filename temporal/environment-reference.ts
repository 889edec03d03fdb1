import { readFileSync, statSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import type { ConfigurationFault } from '../providers/configuration-error.ts';
import { pathText } from './configuration-fault.ts';

const REFERENCE = /\$\$\{|\$\{([^}]*)\}?/g;
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
const FILE = 'file:';
/** Far above any key. */
const LARGEST_FILE = 64 * 1024;

export interface Expanded {
  readonly value: unknown;
  readonly faults: readonly ConfigurationFault[];
}

/**
 * Puts environment variables and files into every string of a JSON value: `${NAME}` and `${file:/an/absolute/path}` as a
 * whole or inside a text, `$${` for the two signs themselves. A file is taken without the line break at its end. What a
 * variable or a file holds is not looked through again.
 *
 * @returns the value, and a fault for each reference that leads to nothing, by the path of its field.
 */
export function expandReferences(value: unknown, env: NodeJS.ProcessEnv): Expanded {
  const faults: ConfigurationFault[] = [];
  const expandText = (text: string, path: readonly PropertyKey[]): string =>
    text.replace(REFERENCE, (whole: string, name: string | undefined) => {
      if (name === undefined) return '${';
      if (name.startsWith(FILE) && whole.endsWith('}')) {
        const read = textIn(name.slice(FILE.length));
        if ('fault' in read) faults.push({ path: pathText(path), message: read.fault });
        return 'fault' in read ? whole : read.text;
      }
      if (!NAME.test(name) || !whole.endsWith('}')) {
        faults.push({
          path: pathText(path),
          message: 'a reference is written ${NAME} for the environment or ${file:/absolute/path}',
        });
        return whole;
      }
      const found = env[name];
      if (found === undefined) {
        faults.push({ path: pathText(path), message: `environment variable ${name} is not set` });
      }
      return found ?? whole;
    });
  const expand = (part: unknown, path: readonly PropertyKey[]): unknown => {
    if (typeof part === 'string') return expandText(part, path);
    if (Array.isArray(part)) return part.map((item, index) => expand(item, [...path, index]));
    if (typeof part !== 'object' || part === null) return part;
    return Object.fromEntries(
      Object.entries(part).map(([name, item]) => [name, expand(item, [...path, name])]),
    );
  };
  return { value: expand(value, []), faults };
}

/** Absolute paths of the files that strings of a JSON value refer to. */
export function filesIn(value: unknown): readonly string[] {
  if (typeof value === 'string') {
    const names = [...value.matchAll(REFERENCE)].map(([, name]) => name ?? '');
    return names.filter((name) => name.startsWith(FILE)).map((name) => name.slice(FILE.length));
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(filesIn);
}

/** Whether a text is taken from elsewhere, as a whole or in part. */
export const refers = (text: string): boolean =>
  [...text.matchAll(REFERENCE)].some(([, name]) => name !== undefined);

function textIn(path: string): { readonly text: string } | { readonly fault: string } {
  if (!isAbsolute(path)) return { fault: `file ${path}: the path must be absolute` };
  try {
    const found = statSync(path);
    if (!found.isFile()) return { fault: `${path} is no file` };
    if (found.size > LARGEST_FILE) return { fault: `${path} is larger than 64 KiB` };
    return { text: readFileSync(path, 'utf8').replace(/\r?\n$/, '') };
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unreadable';
    return { fault: `cannot read ${path} (${code})` };
  }
}
