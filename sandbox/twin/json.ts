/** JSON with amounts as they were written: a number is read as a {@link Numeral}, so that no amount passes through a float. */

/** A number of a request, as its own digits. */
export class Numeral {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Reviver = (
  this: unknown,
  name: string,
  value: unknown,
  context: { readonly source?: string },
) => unknown;
const parse = JSON.parse as (text: string, reviver: Reviver) => unknown;
const { rawJSON } = JSON as unknown as { rawJSON(text: string): unknown };

export type JsonFields = Readonly<Record<string, unknown>>;

/** @returns the object that the body is, or undefined when it is none, no UTF-8 or no JSON */
export function readObject(body: Buffer): JsonFields | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(body);
    const value = parse(text, (_name, inner, { source }) =>
      typeof inner === 'number' ? new Numeral(source ?? String(inner)) : inner,
    );
    const isObject =
      typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Numeral);
    return isObject ? (value as JsonFields) : undefined;
  } catch {
    return undefined;
  }
}

/** A decimal text as a JSON number. */
export const numberOf = (decimal: string): unknown => rawJSON(decimal);

/** Plain texts for matching and for the books. */
export const plain = (value: unknown): string | undefined =>
  value instanceof Numeral ? value.text : typeof value === 'string' ? value : undefined;
