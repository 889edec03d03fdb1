import { createHash } from 'node:crypto';

/**
 * JSON with the keys of every object in code unit order and without those whose value is undefined, so that two
 * bodies that say the same are the same text.
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((each) => canonicalJson(each ?? null)).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`);
  return `{${members.join(',')}}`;
}

/** @returns SHA-256 of {@link canonicalJson}, 64 lower-case hex digits; a command's type is part of its body. */
export const bodyHash = (body: object): string =>
  createHash('sha256').update(canonicalJson(body)).digest('hex');
