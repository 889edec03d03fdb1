import { createHash } from 'node:crypto';

/** A value that has no JSON of RFC 8785: no number of JSON, half a character, or nothing at all. */
export class NotCanonical extends Error {
  override readonly name = 'NotCanonical';
}

/**
 * The JSON of RFC 8785: members in the order of their names' UTF-16 code units, numbers and strings as ECMAScript
 * writes them, no white space. Two values that say the same are the same text.
 *
 * @param value - as JSON.parse gives it: nothing undefined, no cycle; nested no deeper than the caller allows.
 * @throws NotCanonical
 */
export function canonical(value: unknown): string {
  switch (typeof value) {
    case 'boolean':
      return String(value);
    case 'number':
      if (!Number.isFinite(value)) throw new NotCanonical(`${value} is no number of JSON`);
      return JSON.stringify(value);
    case 'string':
      return canonicalText(value);
    case 'object':
      break;
    default:
      throw new NotCanonical(`${typeof value} has no JSON`);
  }
  if (value === null) return 'null';
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([name, member]) => `${canonicalText(name)}:${canonical(member)}`).join(',')}}`;
}

function canonicalText(text: string): string {
  if (!text.isWellFormed()) throw new NotCanonical('a text ends within a character');
  return JSON.stringify(text);
}

/** SHA-256 of the value's canonical JSON in UTF-8, 64 lower-case hex digits. @throws NotCanonical */
export const digestOf = (value: unknown): string =>
  createHash('sha256').update(canonical(value), 'utf8').digest('hex');
