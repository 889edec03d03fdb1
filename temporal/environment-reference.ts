import type { ConfigurationFault } from '../providers/configuration-error.ts';
import { pathText } from './configuration-fault.ts';

const REFERENCE = /\$\$\{|\$\{([^}]*)\}?/g;
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

export interface Expanded {
  readonly value: unknown;
  readonly faults: readonly ConfigurationFault[];
}

/**
 * Puts environment variables into every string of a JSON value: `${NAME}` as a whole or inside a text, `$${` for the
 * two signs themselves. What a variable holds is not looked through again.
 *
 * @returns the value, and a fault for each reference that names no variable, by the path of its field.
 */
export function expandReferences(value: unknown, env: NodeJS.ProcessEnv): Expanded {
  const faults: ConfigurationFault[] = [];
  const expandText = (text: string, path: readonly PropertyKey[]): string =>
    text.replace(REFERENCE, (whole: string, name: string | undefined) => {
      if (name === undefined) return '${';
      if (!NAME.test(name) || !whole.endsWith('}')) {
        faults.push({ path: pathText(path), message: 'a reference to the environment is written ${NAME}' });
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
