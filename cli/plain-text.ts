import type { Output } from './output.ts';

/** Controls, and the signs that turn the direction of a line. */
const UNSEEN = /[\p{Cc}\p{Cf}\u2028\u2029]/gu;
const LONGEST = 400;

/** A text that may come from anybody, as a terminal may get it: one line, no control characters, of bounded length. */
export function plain(text: string, longest: number = LONGEST): string {
  const seen = text.replaceAll(UNSEEN, ' ');
  return seen.length > longest ? `${seen.slice(0, longest)}…` : seen;
}

/** A JSON value with every text in it made {@link plain}. */
export function plainValue<T>(value: T, longest?: number): T {
  if (typeof value === 'string') return plain(value, longest) as T;
  if (Array.isArray(value)) return value.map((each) => plainValue(each as unknown, longest)) as T;
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).map(([name, member]) => [plain(name), plainValue(member, longest)]);
  return Object.fromEntries(members) as T;
}

/** JSON that says the same and holds no character that a terminal would act on. */
export function plainJson(output: Output, value: unknown): void {
  if (!output.json) return;
  const escape = (sign: string): string => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`;
  const text = JSON.stringify(value, null, 2);
  output.announce(
    text.replaceAll(/[\u007f-\u009f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g, escape),
  );
}
