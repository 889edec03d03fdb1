import type { Refusal } from '../provider.ts';
import { holdsCardNumber } from '../card-number.ts';
import { ENGINE_OWNED, formatOf, METHOD_DATA_KEY } from './parameters.ts';

/** One parameter of a request: its wire name and value, and the caller's field that it is from. */
export interface Field {
  readonly name: string;
  readonly value: string;
  readonly path: string;
}

/** Fields as far as they could be built, and what could not be. */
export interface Draft {
  readonly fields: readonly Field[];
  readonly refusal: Refusal | null;
}

/** A field for each value that is there. */
export const present = (
  fields: readonly (readonly [name: string, value: string | number | undefined, path: string])[],
): Field[] =>
  fields.flatMap(([name, value, path]) =>
    value === undefined ? [] : [{ name, value: String(value), path }],
  );

/** The first field that breaks its format. */
export function faultIn(fields: readonly Field[]): Refusal | null {
  for (const { name, value, path } of fields) {
    const format = formatOf(name);
    if (format === null) return { path, message: `${name} is no parameter of PAYONE that Tranche knows` };
    const parsed = format.safeParse(value);
    if (!parsed.success)
      return { path, message: `${name} ${parsed.error.issues[0]?.message ?? 'is not valid'}` };
  }
  return null;
}

/**
 * The caller's own parameters, by PAYONE's documented names: texts, or numbers that are integers.
 *
 * @param allowed - the names that this request takes, beside `add_paydata[…]`.
 */
export function optionFields(
  options: Readonly<Record<string, unknown>>,
  allowed: Readonly<Record<string, unknown>>,
  path: string,
): Draft {
  const fields: Field[] = [];
  for (const [name, value] of Object.entries(options)) {
    const at = `${path}.${name}`;
    const refuse = (message: string): Draft => ({ fields: [], refusal: { path: at, message } });
    const known = Object.hasOwn(allowed, name) || METHOD_DATA_KEY.test(name);
    if (name.startsWith('card') && !known)
      return refuse(`${name} is never taken: card data stay with PAYONE`);
    if (!known && ENGINE_OWNED.has(name)) return refuse(`${name} is set by the engine`);
    if (!known) return refuse(`${name} is no option of this request`);
    if (typeof value !== 'string' && !Number.isSafeInteger(value))
      return refuse(`${name} is a text or an integer`);
    const written = String(value);
    // Bank accounts are digits too; pseudocardpan has a check of its own.
    if (name !== 'iban' && name !== 'pseudocardpan' && holdsCardNumber(written))
      return refuse(`${name} holds a card number`);
    fields.push({ name, value: written, path: at });
  }
  return { fields, refusal: null };
}
