/** The form both ways: requests in the encoding that they name, notices always in ISO-8859-1 (provider notes A1, A8). */

import type { Refusal } from './refusal.ts';
import { refuse } from './refusal.ts';

export type Form = ReadonlyMap<string, string>;

const space = 0x20;
const plus = 0x2b;
const percent = 0x25;

function unescape(text: Buffer): Buffer | undefined {
  const out = Buffer.alloc(text.length);
  let length = 0;
  for (let i = 0; i < text.length; i += 1) {
    const byte = text[i] ?? 0;
    if (byte === plus) out[length] = space;
    else if (byte === percent) {
      const hex = text.toString('latin1', i + 1, i + 3);
      if (!/^[0-9A-Fa-f]{2}$/.test(hex)) return undefined;
      out[length] = Number.parseInt(hex, 16);
      i += 2;
    } else out[length] = byte;
    length += 1;
  }
  return out.subarray(0, length);
}

function pairs(body: Buffer): [Buffer, Buffer][] | undefined {
  const found: [Buffer, Buffer][] = [];
  for (let start = 0; start < body.length; ) {
    const amp = body.indexOf('&', start);
    const end = amp === -1 ? body.length : amp;
    const equals = body.subarray(start, end).indexOf('=');
    const name = unescape(body.subarray(start, equals === -1 ? end : start + equals));
    const value = unescape(equals === -1 ? Buffer.alloc(0) : body.subarray(start + equals + 1, end));
    if (name === undefined || value === undefined) return undefined;
    found.push([name, value]);
    start = end + 1;
  }
  return found;
}

// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const control = /[\u0000-\u001f\u007f]/;

/**
 * Reads a request body. Without `encoding=UTF-8` the bytes are ISO-8859-1, which is the platform's default.
 *
 * @returns the form, or 2008 (nothing in it), 2013 (bytes that do not fit), 1201 (encoding), 2012 (a name given twice)
 */
export function readForm(body: Buffer): { form: Form } | { refusal: Refusal } {
  const raw = pairs(body);
  if (raw === undefined) return { refusal: refuse(2013, 'malformed percent escape') };
  if (raw.length === 0) return { refusal: refuse(2008, 'empty body') };
  const encoding =
    raw.find(([name]) => name.toString('latin1') === 'encoding')?.[1].toString('latin1') ?? 'ISO-8859-1';
  if (encoding !== 'UTF-8' && encoding !== 'ISO-8859-1') return { refusal: refuse(1201, 'encoding') };
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  const form = new Map<string, string>();
  try {
    for (const [nameBytes, valueBytes] of raw) {
      const name = encoding === 'UTF-8' ? decoder.decode(nameBytes) : nameBytes.toString('latin1');
      const value = encoding === 'UTF-8' ? decoder.decode(valueBytes) : valueBytes.toString('latin1');
      if (control.test(name) || control.test(value))
        return { refusal: refuse(2013, name.slice(0, 40).replace(control, '?')) };
      const key = name === 'portalId' ? 'portalid' : name;
      if (form.has(key)) return { refusal: refuse(2012, `${key.slice(0, 40)} given twice`) };
      form.set(key, value);
    }
  } catch {
    return { refusal: refuse(2013, 'not UTF-8') };
  }
  return { form };
}

/** A form as ISO-8859-1: `ä` becomes `%E4`; what has no place there becomes `?`. */
export function writeLatin1Form(fields: Iterable<readonly [string, string]>): string {
  const escape = (text: string): string => {
    let out = '';
    for (const character of text) {
      const code = character.codePointAt(0) ?? 0x3f;
      if (/[A-Za-z0-9*._-]/.test(character)) out += character;
      else if (character === ' ') out += '+';
      else out += `%${(code > 0xff ? 0x3f : code).toString(16).toUpperCase().padStart(2, '0')}`;
    }
    return out;
  };
  return [...fields].map(([name, value]) => `${escape(name)}=${escape(value)}`).join('&');
}
