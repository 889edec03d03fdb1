import { isDeepStrictEqual } from 'node:util';

/** The first thing that is not as it follows from the rest. */
export interface Difference {
  /** Number of the ledger's entry; null where none is meant. */
  readonly entry: number | null;
  /** Which part: `after.amounts.captured`, `event 12 of run …`. */
  readonly where: string;
  /** As it follows from the history and the machine. */
  readonly expected: unknown;
  /** As it stands in the bundle. */
  readonly actual: unknown;
}

/**
 * Where two JSON values part, the first place in the order of the expected one's members.
 *
 * @returns null where they say the same; the order of members says nothing.
 */
export function firstDifference(
  expected: unknown,
  actual: unknown,
  at = '',
): Omit<Difference, 'entry'> | null {
  if (isDeepStrictEqual(expected, actual)) return null;
  if (isPlain(expected) && isPlain(actual) && Array.isArray(expected) === Array.isArray(actual)) {
    for (const name of new Set([...Object.keys(expected), ...Object.keys(actual)])) {
      const found = firstDifference(
        own(expected, name),
        own(actual, name),
        at === '' ? name : `${at}.${name}`,
      );
      if (found !== null) return found;
    }
    return null;
  }
  return { where: at === '' ? 'value' : at, expected: expected ?? null, actual: actual ?? null };
}

const isPlain = (value: unknown): value is object => typeof value === 'object' && value !== null;

const own = (value: object, name: string): unknown =>
  Object.hasOwn(value, name) ? (value as Readonly<Record<string, unknown>>)[name] : undefined;

/** A value as JSON keeps it: nothing undefined. */
export const asJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value ?? null));
