/** JSON as it crosses the wire, with every number as its own text: no amount passes through a float (M7). */
import { toDecimal } from '../../payment/decimal.ts';

/** What was read: numbers stand as the digits that were sent. */
export type Json = string | boolean | null | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [name: string]: Json;
}

export type JsonFault = 'empty-answer' | 'not-utf8' | 'not-json';

export type JsonRead =
  | { readonly ok: true; readonly value: Json }
  | { readonly ok: false; readonly fault: JsonFault };

type Reviver = (
  this: unknown,
  name: string,
  value: unknown,
  context: { readonly source?: string },
) => unknown;

// The language's own types do not know these two yet.
const parse = JSON.parse as (text: string, reviver: Reviver) => unknown;
const { rawJSON } = JSON as unknown as { rawJSON(text: string): unknown };

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Reads a body; what is not one whole JSON text in UTF-8 is a fault, so that a cut is never read as an answer. */
export function readJson(body: Uint8Array): JsonRead {
  if (body.length === 0) return { ok: false, fault: 'empty-answer' };
  let text: string;
  try {
    text = utf8.decode(body);
  } catch {
    return { ok: false, fault: 'not-utf8' };
  }
  try {
    return { ok: true, value: parse(text, numbersAsText) as Json };
  } catch {
    return { ok: false, fault: 'not-json' };
  }
}

const numbersAsText: Reviver = (_name, value, { source }) =>
  typeof value === 'number' ? (source ?? String(value)) : value;

export const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Minor units as a JSON number in major units, all decimals written: 8000 of exponent 2 → `80.00`. */
export const decimalNumber = (minor: number, exponent: number): unknown =>
  rawJSON(toDecimal(minor, exponent));
