/**
 * Forms as bytes. PAYONE's notices are always ISO-8859-1, whatever encoding the requests name (provider notes A8);
 * the platform's own decoders would read them as UTF-8 or as windows-1252.
 */

const PLUS = 0x2b;
const PERCENT = 0x25;
const SPACE = 0x20;

/** All values of each name, in the order in which they came. */
export type Form = ReadonlyMap<string, readonly string[]>;

/** Reads an `application/x-www-form-urlencoded` body as ISO-8859-1. A `%` without two hex digits stands for itself. */
export function readLatin1Form(body: Uint8Array): Form {
  const form = new Map<string, string[]>();
  for (const pair of Buffer.from(body).toString('latin1').split('&')) {
    if (pair === '') continue;
    const at = pair.indexOf('=');
    const name = unescaped(at < 0 ? pair : pair.slice(0, at));
    const value = at < 0 ? '' : unescaped(pair.slice(at + 1));
    const values = form.get(name);
    if (values === undefined) form.set(name, [value]);
    else values.push(value);
  }
  return form;
}

/** The one value of a name: `undefined` where it is absent, `null` where it came with values that differ. */
export function single(form: Form, name: string): string | null | undefined {
  const values = form.get(name);
  if (values === undefined) return undefined;
  const [first = ''] = values;
  return values.every((value) => value === first) ? first : null;
}

function unescaped(text: string): string {
  if (!text.includes('%') && !text.includes('+')) return text;
  const bytes = Buffer.from(text, 'latin1');
  const out = Buffer.alloc(bytes.length);
  let length = 0;
  for (let at = 0; at < bytes.length; at += 1) {
    let byte = bytes[at] ?? 0;
    const hex = byte === PERCENT ? text.slice(at + 1, at + 3) : '';
    if (/^[0-9A-Fa-f]{2}$/.test(hex)) {
      byte = Number.parseInt(hex, 16);
      at += 2;
    } else if (byte === PLUS) byte = SPACE;
    out[length] = byte;
    length += 1;
  }
  return out.toString('latin1', 0, length);
}
