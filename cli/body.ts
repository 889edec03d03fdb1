import { readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import type { Line } from '../payment/line.ts';
import { isDuration, parseDuration } from '../payment/duration.ts';
import { UsageError } from './exit.ts';

/** From what a person types to the bodies of the HTTP contract. */

/** `--option a=1 --option b=2` → `{ a: '1', b: '2' }`. @throws UsageError without a name or an equals sign. */
export function pairs(
  flag: string,
  given: readonly string[] | undefined,
): Record<string, string> | undefined {
  if (given === undefined) return undefined;
  return Object.fromEntries(
    given.map((pair) => {
      const at = pair.indexOf('=');
      if (at < 1) throw new UsageError(`${flag}: write NAME=VALUE`);
      return [pair.slice(0, at), pair.slice(at + 1)];
    }),
  );
}

/**
 * A reference as JSON (`{"payment":"…"}`), or by {@link pairs}, whose `sequenceNumber` becomes a number; every other value
 * stays the text that the provider gave.
 *
 * @throws UsageError for JSON that is no object of texts and numbers.
 */
export function reference(
  flag: string,
  given: readonly string[] | undefined,
): Record<string, string | number> | undefined {
  const [first, ...more] = given ?? [];
  if (first?.trimStart().startsWith('{') === true) {
    if (more.length > 0) throw new UsageError(`${flag}: as JSON it is given once`);
    return jsonReference(flag, first);
  }
  const read = pairs(flag, given);
  if (read === undefined) return undefined;
  return Object.fromEntries(
    Object.entries(read).map(([name, value]) => [
      name,
      name === 'sequenceNumber' && /^\d{1,9}$/.test(value) ? Number(value) : value,
    ]),
  );
}

/** The text may hold a secret, so no message repeats it. */
function jsonReference(flag: string, text: string): Record<string, string | number> {
  let read: unknown;
  try {
    read = JSON.parse(text);
  } catch {
    throw new UsageError(`${flag} is not JSON`);
  }
  const entries = typeof read === 'object' && read !== null ? Object.entries(read) : [];
  if (!entries.every(([, value]) => typeof value === 'string' || typeof value === 'number'))
    throw new UsageError(`${flag} is an object of texts and numbers`);
  return Object.fromEntries(entries);
}

/** JSON from a file, or from stdin for `-`. @throws UsageError where it cannot be read. */
export function jsonFile(flag: string, path: string): unknown {
  let text: string;
  try {
    text = readFileSync(path === '-' ? 0 : path, 'utf8');
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unreadable';
    throw new UsageError(`${flag} ${path} cannot be read (${code})`);
  }
  try {
    return JSON.parse(text);
  } catch {
    throw new UsageError(`${flag} ${path} is not JSON`);
  }
}

/** The lines in a file: an array, or an object with `lines`. */
export function linesFile(path: string | undefined): readonly Line[] | undefined {
  if (path === undefined) return undefined;
  const read = jsonFile('--lines', path);
  const lines = typeof read === 'object' && read !== null && 'lines' in read ? read.lines : read;
  if (!Array.isArray(lines)) throw new UsageError(`--lines ${path} holds no array of lines`);
  return lines as readonly Line[];
}

/** An RFC 3339 instant, or a duration from now (`PT2H`). */
export function instant(
  flag: string,
  text: string | undefined,
  now: number = Date.now(),
): string | undefined {
  if (text === undefined) return undefined;
  const given: string = text;
  if (isDuration(text)) return new Date(now + parseDuration(text)).toISOString();
  if (!Number.isNaN(Date.parse(given))) return given;
  throw new UsageError(
    `${flag} ${given}: write an instant (2026-12-01T12:00:00Z) or a duration from now (PT2H)`,
  );
}

/** Who calls, for the ledger. */
export function callerName(): string {
  try {
    return `cli.${userInfo().username}`;
  } catch {
    return 'cli';
  }
}
